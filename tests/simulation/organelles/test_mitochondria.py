from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from livecell.config.simulate import SimulateSettings
from livecell.simulation.organelles import Organelle, build_organelles
from livecell.simulation.organelles.beads import Beads
from livecell.simulation.organelles.interior import Interior
from livecell.simulation.organelles.mitochondria import Mitochondria, network_um
from livecell.simulation.population import build_population
from tests.scenes.organelles import dividing_cell, dying_cell, organelles_of, resting_cells

FRAMES = 40
MITOCHONDRIA = organelles_of(resting_cells(FRAMES), fission_per_um_h=0.2, fusion_per_fragment_h=2.0)["mitochondria"]
EVENTS = MITOCHONDRIA.events


def pieces(beads: Beads, label: int) -> int:
    """Into how many parts an object falls, as its spheres touch."""
    own = beads.label == label
    tree = cKDTree(beads.centre_um[own])
    pairs = tree.query_pairs(2 * beads.radius_um[0], output_type="ndarray").reshape(-1, 2)
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(own.sum(), own.sum()))
    return int(connected_components(graph, directed=False)[0])


def gap_um(beads: Beads, one: int, other: int) -> float:
    """Distance between the surfaces of two objects."""
    distance, _ = cKDTree(beads.centre_um[beads.label == one]).query(beads.centre_um[beads.label == other])
    return float(distance.min() - 2 * beads.radius_um[0])


def ids(text: str) -> list[int]:
    return [int(one) for one in text.split(";") if one]


def test_every_fragment_is_in_one_piece() -> None:
    for t in range(0, FRAMES, 5):
        beads = MITOCHONDRIA.beads(t)
        assert {label: pieces(beads, label) for label in np.unique(beads.label)} == dict.fromkeys(
            np.unique(beads.label), 1
        )


def test_two_mitochondria_are_hardly_ever_in_one_place() -> None:
    """Tubes have room beside each other; what stirs them squeezes a few together."""
    overlapping, there = 0, 0
    for t in range(0, FRAMES, 5):
        beads = MITOCHONDRIA.beads(t)
        pairs = cKDTree(beads.centre_um).query_pairs(2 * beads.radius_um[0], output_type="ndarray")
        labels = beads.label[pairs]
        overlapping += len(np.unique(labels[labels[:, 0] != labels[:, 1]]))
        there += len(np.unique(beads.label))
    assert overlapping < 0.05 * there


def check_labels(mitochondria: Organelle, frames: int) -> None:
    """Labels end and begin at events, and as these say."""
    events = mitochondria.events
    for t in range(1, frames):
        before, after = (set(mitochondria.beads(frame).label) for frame in (t - 1, t))
        now = events[events["frame"] == t]
        assert before - after == {one for text in now["parents"] for one in ids(text)}
        assert after - before == {one for text in now["children"] for one in ids(text)}


def test_labels_change_only_at_events_and_as_these_say() -> None:
    assert set(EVENTS["kind"]) == {"fission", "fusion"}
    assert len(EVENTS) > 10
    check_labels(MITOCHONDRIA, FRAMES)


def test_all_holds_when_cells_round_up_divide_and_die() -> None:
    settings = SimulateSettings.model_validate(
        {
            "timepoints": 24,
            "interval_s": 300,
            "seed": 3,
            "cells": {"count": 2, "cycle_h": 2.0, "death_rate_per_h": 0.1},
            "organelles": {"fission_per_um_h": 0.1, "fusion_per_fragment_h": 0.6, "vesicles": 0, "microtubules": 0},
        }
    )
    seeds = np.random.SeedSequence(settings.seed).spawn(2)
    cells = build_population(settings, seeds[0])
    assert {"divided", "died"} <= set(cells.fate)
    mitochondria = build_organelles(cells, settings, seeds[1])["mitochondria"]
    check_labels(mitochondria, 24)
    for t in range(0, 24, 3):
        beads = mitochondria.beads(t)
        assert all(pieces(beads, label) == 1 for label in np.unique(beads.label))


def test_halves_drift_apart_after_fission() -> None:
    ended = {one: frame for frame, text in zip(EVENTS["frame"], EVENTS["parents"], strict=True) for one in ids(text)}
    seen = 0
    for event in EVENTS[EVENTS["kind"] == "fission"].itertuples():
        one, other = ids(event.children)
        assert gap_um(MITOCHONDRIA.beads(event.frame), one, other) > 0
        later = event.frame + 4
        if later < min(ended.get(one, FRAMES), ended.get(other, FRAMES)):
            seen += 1
            assert gap_um(MITOCHONDRIA.beads(later), one, other) > 0.5
    assert seen > 2


def test_ends_approach_before_fusion() -> None:
    fusions = EVENTS[EVENTS["kind"] == "fusion"]
    for event in fusions.itertuples():
        one, other = ids(event.parents)
        assert gap_um(MITOCHONDRIA.beads(event.frame - 1), one, other) < 0.6


def test_rates_are_those_of_the_settings() -> None:
    rate, hours = 0.1, 100 * 60 / 3600
    cells = resting_cells(100, 6)
    mitochondria = organelles_of(cells, fission_per_um_h=rate, fusion_per_fragment_h=0.5, vesicles=0)["mitochondria"]
    kinds, beads = mitochondria.events["kind"].value_counts(), [mitochondria.beads(t) for t in range(0, 100, 10)]
    um_h = np.mean([len(one.label) for one in beads]) * 0.2 * hours
    fragments_h = np.mean([len(np.unique(one.label)) for one in beads]) * hours
    # Where nothing is long enough to be cut, or no end is free, an event does not take place.
    assert 0.5 * rate * um_h < kinds["fission"] < rate * um_h + 3 * np.sqrt(rate * um_h)
    assert 0.5 * 0.5 * fragments_h < kinds["fusion"] < 0.5 * fragments_h + 3 * np.sqrt(0.5 * fragments_h)


def test_fragments_go_to_the_nearer_daughter_in_one_piece() -> None:
    mitochondria = organelles_of(dividing_cell(), fission_per_um_h=0.0, fusion_per_fragment_h=0.0)["mitochondria"]
    before, after = mitochondria.beads(5), mitochondria.beads(6)
    assert set(before.label) == set(after.label)
    for label in np.unique(before.label):
        old, new = (one.centre_um[one.label == label, 2].mean() - 15 for one in (before, after))
        assert np.sign(new) == np.sign(old) or abs(old) < 0.3
        assert pieces(after, label) == 1
    assert mitochondria.events.empty


def test_fragments_end_with_their_cell() -> None:
    mitochondria = organelles_of(dying_cell(), fission_per_um_h=0.0, fusion_per_fragment_h=0.0)["mitochondria"]
    assert not len(mitochondria.beads(4).label)
    events = mitochondria.events
    assert set(events["kind"]) == {"disappearance"}
    assert set(events["frame"]) == {4}
    assert {int(one) for one in events["parents"]} == set(mitochondria.beads(3).label)


def test_they_move_slowly() -> None:
    still = organelles_of(resting_cells(FRAMES), fission_per_um_h=0.0, fusion_per_fragment_h=0.0)["mitochondria"]
    assert isinstance(still, Mitochondria)
    interiors = [Interior.at(still.cells, t) for t in range(FRAMES)]
    places = np.stack([network_um(still.networks[0], 0, interior, still.stirring) for interior in interiors])
    steps = np.linalg.norm(np.diff(places, axis=0), axis=2)
    assert 0.02 < np.median(steps) < 0.5
    # Neighbours on a tube move alike: it bends, it does not jitter.
    moves = np.diff(places, axis=0)
    assert np.abs(moves[:, 1:] - moves[:, :-1]).mean() < 0.3 * np.abs(moves).mean()

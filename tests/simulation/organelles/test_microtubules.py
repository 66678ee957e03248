from __future__ import annotations

import numpy as np

from livecell.simulation.organelles.interior import Interior
from livecell.simulation.organelles.microtubules import Microtubules
from tests.scenes.organelles import dividing_cell, organelles_of, resting_cells


def tracks_of(cells, **changes: object) -> Microtubules:
    found = organelles_of(cells, vesicles=0, mitochondria=0, **changes)["microtubules"]
    assert isinstance(found, Microtubules)
    return found


def test_they_lead_from_the_pole_to_the_edge_in_all_directions() -> None:
    cells = resting_cells()
    tracks, interior = tracks_of(cells), Interior.at(cells, 0)
    every = np.arange(len(tracks.cell))
    starts, ends = (tracks.place(interior, every, np.full(len(every), mark))[:, 1:] for mark in (0.0, 1.0))
    assert np.ptp(starts, axis=0).max() < 0.1
    outward = ends - cells.centre_um[0, 0, 1:]
    assert np.hypot(*outward.T).min() > 9
    assert np.linalg.norm((outward / np.hypot(*outward.T)[:, None]).mean(axis=0)) < 0.3


def test_their_beads_touch_along_each_filament() -> None:
    cells = resting_cells()
    tracks = tracks_of(cells)
    place = tracks.place(Interior.at(cells, 0), tracks.filament, tracks.mark)
    step = np.linalg.norm(np.diff(place, axis=0), axis=1)[np.diff(tracks.filament) == 0]
    assert np.quantile(step, 0.95) < 0.45


def test_they_grow_and_shrink_at_their_speeds() -> None:
    tracks = tracks_of(
        resting_cells(40),
        microtubule_growth_um_s=0.002,
        microtubule_shrinkage_um_s=0.004,
        catastrophe_per_s=3e-3,
        rescue_per_s=6e-3,
    )
    beads = np.bincount(tracks.filament)
    change = np.diff(tracks.length, axis=0) * (beads - 1) * 0.28
    # A path is a little shorter than the beads laid along it.
    grown, shrunk = np.median(change[change > 0.01]), np.median(change[change < -0.01])
    assert 0.11 < grown < 0.14
    assert -0.27 < shrunk < -0.22


def test_few_and_short_ones_are_left_while_chromosomes_are_condensed() -> None:
    tracks = tracks_of(dividing_cell())
    assert len(tracks.beads(5).label) < 0.6 * len(tracks.beads(0).label)
    assert len(tracks.beads(11).label) > len(tracks.beads(6).label)

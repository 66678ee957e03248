"""Divisions found from points alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.config.track import TrackSettings
from livecell.tracking import track
from livecell.tracking.choosing import choose
from tests.scenes.tracking import table


def dividing(*, n: int = 12, frames: int = 14, seed: int = 0) -> tuple[pd.DataFrame, set[tuple[int, int]]]:
    """Cells on a grid that jitter; every third divides once. Also the frame and the true id of each that does."""
    rng = np.random.default_rng(seed)
    home = np.column_stack([np.zeros(n), *np.divmod(np.arange(n), 4)]) * 30.0
    places = home + rng.normal(0, 1.0, (frames, n, 3)) * [0, 1, 1]
    objects = table(places, rng).assign(structure="dna")
    rows, divided = [objects], set()
    for cell in range(0, n, 3):
        frame = int(rng.integers(4, frames - 4))
        divided.add((frame, cell + 1))
        own = (objects["true_id"] == cell + 1) & (objects["frame"] >= frame)
        angle = rng.uniform(0, np.pi)
        apart = 4.0 * np.array([np.sin(angle), np.cos(angle)])
        twin = objects[own].copy()
        twin["label"] += n
        twin[["y_um", "x_um"]] -= apart
        objects.loc[own, ["y_um", "x_um"]] += apart
        rows.append(twin)
    rows[0] = objects
    return pd.concat(rows, ignore_index=True), divided


def told(objects, **options):
    """Frame and true id of the mother of each division, and the events."""
    tracks, events = track(objects, **options)
    true_of = tracks.groupby("track_id")["true_id"].first()
    divisions = events[events["kind"] == "division"]
    return {
        (int(f), int(true_of[int(p)])) for f, p in zip(divisions["frame"], divisions["parents"], strict=True)
    }, events


@pytest.mark.parametrize("seed", range(3))
def test_divisions_are_found_without_overlaps(seed):
    objects, divided = dividing(seed=seed)
    found, events = told(objects)
    assert found == divided
    assert (events["kind"] == "division").all()
    assert events["probability"].between(0.5, 1.0).all()


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1000), st.floats(-1e3, 1e3), st.sampled_from([0.02, 1.0, 40.0]))
def test_order_place_and_unit_do_not_matter(seed, shift, scale):
    objects, divided = dividing()
    moved = objects.assign(**{axis: objects[axis] * scale + shift for axis in ("z_um", "y_um", "x_um")})
    assert told(moved.sample(frac=1.0, random_state=seed))[0] == divided


def test_structures_that_do_not_divide_have_none():
    objects, _ = dividing()
    assert not (track(objects, settings=TrackSettings(dividing=()))[1]["kind"] == "division").any()


@pytest.mark.parametrize("seed", range(20))
def test_no_other_choice_gains_more(seed):
    rng = np.random.default_rng(seed)
    links = np.array([(i, j) for i in range(3) for j in range(4)])
    divisions = np.array([(i, j, k) for i in range(3) for j in range(4) for k in range(j + 1, 4)])
    gains, more = rng.uniform(0.01, 3, len(links)), rng.uniform(0.01, 5, len(divisions))
    chosen, divided = choose(links, gains, divisions, more, 3, 4)
    at = {tuple(link): gain for link, gain in zip(links.tolist(), gains, strict=True)}
    total = sum(at[s, t] for s, t in enumerate(chosen.tolist()) if t >= 0) + more[divided].sum()
    options = [(frozenset({("s", s), ("t", t)}), gain) for (s, t), gain in at.items()]
    options += [
        (frozenset({("s", s), ("t", t), ("t", u)}), gain)
        for (s, t, u), gain in zip(divisions.tolist(), more, strict=True)
    ]
    assert total == pytest.approx(most(options))


def most(options, source=0):
    """The largest sum of gains of options that share nothing, tried one and all, source by source."""
    if source == 3:
        return 0.0
    best = most(options, source + 1)
    for members, gain in options:
        if ("s", source) in members:
            left = [option for option in options if not option[0] & members]
            best = max(best, gain + most(left, source + 1))
    return best

"""Drift taken out of coordinates."""

from __future__ import annotations

import pandas as pd

from livecell.tables import DRIFT, empty
from livecell.tracking.drift import apply_drift
from tests.scenes.tracking import crowd, line

DRIFTED = pd.DataFrame(
    {"position": "0", "frame": [0, 1], "t_s": [0.0, 10.0], "z_um": 0.0, "y_um": [0.0, 1.5], "x_um": [0.0, 2.0]}
)


def test_objects_that_drift_with_the_stage_stand_still():
    found = apply_drift(line({1: 5.0}, {1: 7.0}), DRIFTED)
    assert found["x_um"].tolist() == [5.0, 5.0]
    assert found["y_um"].tolist() == [0.0, -1.5]
    assert found["x_raw_um"].tolist() == [5.0, 7.0]


def test_correcting_again_starts_from_what_was_measured():
    once = apply_drift(line({1: 5.0}, {1: 7.0}), DRIFTED)
    pd.testing.assert_frame_equal(apply_drift(once, DRIFTED), once)


def test_frames_without_a_known_drift_are_as_measured():
    objects = crowd(n=3, frames=3)
    found = apply_drift(objects, empty(DRIFT))
    pd.testing.assert_frame_equal(found[objects.columns], objects)


def test_the_order_of_rows_is_kept():
    objects = line({1: 5.0}, {1: 7.0}).iloc[::-1]
    assert apply_drift(objects, DRIFTED).index.tolist() == [1, 0]
    assert apply_drift(objects, DRIFTED)["x_um"].tolist() == [5.0, 5.0]

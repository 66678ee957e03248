"""Rates of events, against a count by hand and the Poisson distribution."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

from livecell.dynamics import event_rates
from livecell.tables import EVENTS, RATES, TRACKS, check, empty
from tests.scenes import over_time as scene


def of(found, kind, cell=None):
    rows = found[(found["structure"] == "vesicles") & (found["kind"] == kind)]
    return (rows[rows["cell_id"].isna()] if cell is None else rows[rows["cell_id"] == cell]).squeeze()


def test_events_per_object_and_hour():
    found = event_rates(scene.tracks(), scene.events())
    pd.testing.assert_frame_equal(check(found, RATES), found)
    # Two hours of vesicle 1, one of 2 and of 3.
    assert (of(found, "fission")["n_events"], of(found, "fission")["object_h"]) == (1, 4.0)
    assert of(found, "fission")["rate_per_h"] == 0.25
    assert of(found, "fission", 1)["rate_per_h"] == pytest.approx(1 / 3)
    assert of(found, "fission", 2)["rate_per_h"] == 0.0


@pytest.mark.parametrize("n", [0, 1, 7])
def test_at_the_ends_of_the_interval_as_many_or_as_few_are_rare(n):
    rows = pd.concat([scene.events().iloc[:1].assign(kind="fusion")] * n) if n else empty(EVENTS)
    found = of(event_rates(scene.tracks(), rows), "fusion")
    assert poisson.cdf(n, found["rate_high_per_h"] * 4.0) == pytest.approx(0.025)
    assert poisson.sf(n - 1, found["rate_low_per_h"] * 4.0) == pytest.approx(0.025 if n else 1.0)


def test_nobody_watched_is_nothing_known():
    moment = scene.tracks().query("frame == 0")
    found = event_rates(moment, empty(EVENTS))
    assert np.isnan(found[["rate_per_h", "rate_low_per_h", "rate_high_per_h"]]).all(axis=None)
    assert event_rates(empty(TRACKS), empty(EVENTS)).empty

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecell.simulation.walk import drift_about, fold


def test_drift_fluctuates_about_rest_with_the_given_spread() -> None:
    values = drift_about(np.full(400, 2.0), 50, 0.5, 0.9, np.random.default_rng(0))
    assert values.mean() == pytest.approx(2, abs=0.03)
    assert values[-1].std() == pytest.approx(0.5, abs=0.05)
    after, before = values[1:] - 2, values[:-1] - 2
    assert (after * before).mean() / values.var() == pytest.approx(0.9, abs=0.03)


@given(st.floats(-100, 100), st.floats(-5, 5), st.floats(0.1, 5))
def test_fold_reflects_into_the_range(value: float, low: float, span: float) -> None:
    folded = float(fold(np.array(value), low, low + span))
    assert low - 1e-9 <= folded <= low + span + 1e-9
    # Reflection preserves the distance to the border modulo the period.
    if low <= value <= low + span:
        assert folded == pytest.approx(value, abs=1e-9)
    assert float(fold(np.array(2 * low - value), low, low + span)) == pytest.approx(folded, abs=1e-6)

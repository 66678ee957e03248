"""The line of least squares, pooled over images."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecell.metrics.straight_line import Moments, StraightLine, moments_of


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_pooled_images_have_the_line_of_all_voxels(seed: int, parts: int) -> None:
    rng = np.random.default_rng(seed)
    p = rng.normal(1e3, 5, (parts, 30))
    t = 3 * p - 70 + rng.normal(size=p.shape)
    mask = rng.random(p.shape) < 0.7
    pooled = sum((moments_of(a, b, m) for a, b, m in zip(p, t, mask, strict=True)), Moments())
    gain, offset = np.polyfit(p[mask], t[mask], 1)
    assert pooled.line.gain == pytest.approx(gain)
    assert pooled.line.offset == pytest.approx(offset)


def test_nothing_and_constants() -> None:
    assert moments_of(np.zeros(3), np.ones(3), np.zeros(3, dtype=bool)) + Moments() == Moments()
    assert moments_of(np.full(4, 2.0), np.array([1.0, 2, 3, 4])).line == StraightLine(0.0, 2.5)
    assert StraightLine(2.0, 1.0).apply(np.array([1, 2])).tolist() == [3, 5]

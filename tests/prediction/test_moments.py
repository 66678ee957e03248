"""Moments that are put together against those of all at once."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from livecell.prediction.moments import moments_of


@given(counts=st.lists(st.integers(1, 5), min_size=1, max_size=4), seed=st.integers(0, 99))
def test_moments_of_parts_are_those_of_all(counts: list[int], seed: int) -> None:
    values = np.random.default_rng(seed).normal(100, 1, (sum(counts), 3))
    parts = [moments_of(torch.from_numpy(part)) for part in np.split(values, np.cumsum(counts)[:-1])]
    merged = parts[0]
    for part in parts[1:]:
        merged = merged.merged(part)
    assert merged.count == len(values)
    np.testing.assert_allclose(merged.mean, values.mean(0))
    expected = values.var(0, ddof=1) if len(values) > 1 else np.zeros(3)
    np.testing.assert_allclose(merged.variance, expected, rtol=1e-9)

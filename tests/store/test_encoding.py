"""Scaled integers: error bound, missing values, clipping."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecell.errors import StorageError
from livecell.store import Encoding

_BOUNDS = st.floats(-1e4, 1e4, allow_nan=False, width=32)


@given(_BOUNDS, _BOUNDS, st.sampled_from(["uint8", "uint16"]), st.integers(0, 99))
def test_decoding_is_within_half_a_step(a: float, b: float, dtype: str, seed: int) -> None:
    low, high = min(a, b), max(a, b) + 1.0
    encoding = Encoding.for_range(low, high, dtype)
    values = np.random.default_rng(seed).uniform(low, high, 50)
    stored = encoding.encode(values, dtype)
    # In double precision, so that float32 does not blur the bound.
    decoded = stored.astype(np.float64) * encoding.scale + encoding.offset
    assert np.abs(decoded - values).max() <= encoding.scale / 2 * (1 + 1e-9)
    rounding = 4 * np.finfo(np.float32).eps * max(abs(low), abs(high), encoding.scale * 65535)
    assert np.abs(encoding.decode(stored) - decoded).max() <= rounding


@pytest.mark.parametrize(("dtype", "largest"), [("uint8", 255), ("uint16", 65535)])
def test_the_range_is_used_from_one_to_the_largest_integer(dtype: str, largest: int) -> None:
    encoding = Encoding.for_range(-2.0, 6.0, dtype)
    stored = encoding.encode(np.array([-2.0, 6.0, -np.inf, np.inf, -3.0, 7.0, np.nan]), dtype)
    assert stored.dtype == dtype
    assert stored.tolist() == [1, largest, 1, largest, 1, largest, 0]


def test_missing_decodes_to_nan_and_only_missing() -> None:
    encoding = Encoding.for_range(0.0, 1.0)
    decoded = encoding.decode(np.array([[0, 1], [65535, 0]], dtype=np.uint16))
    assert decoded.dtype == np.float32
    assert np.isnan(decoded).tolist() == [[True, False], [False, True]]
    assert decoded[0, 1] == pytest.approx(0.0, abs=1e-6)
    assert decoded[1, 0] == pytest.approx(1.0)


def test_a_constant_is_kept() -> None:
    encoding = Encoding.for_range(3.0, 3.0)
    assert encoding.decode(encoding.encode(np.array([3.0])))[0] == pytest.approx(3.0, abs=1e-5)


@pytest.mark.parametrize(("low", "high"), [(1.0, 0.0), (0.0, np.inf), (np.nan, 1.0)])
def test_a_range_that_is_none_is_refused(low: float, high: float) -> None:
    with pytest.raises(StorageError, match="positive scale"):
        Encoding.for_range(low, high)

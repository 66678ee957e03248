"""Floating types on disk: rounding, clipping, and what a volume that was never written reads as."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
import zarr
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.store import Encoding, create_image, has_volume, open_image, read_volume, write_volume
from livecell.store.floats import narrowed, widened
from tests.scenes.store import layout_of, movie
from tests.store.test_create import validate

SHAPE = (2, 1, 3, 34, 65)
LARGEST = 65504.0


def resolution(values: np.ndarray, dtype: str, encoding: Encoding | None) -> np.ndarray:
    """Largest error that the type allows at each value: half a step, or half a unit in the last place."""
    if encoding is not None:
        return np.full(values.shape, encoding.scale / 2 + 4 * np.spacing(np.float32(np.abs(values).max())))
    info = np.finfo(dtype)
    return np.abs(values) * float(info.eps) / 2 + float(info.smallest_subnormal)


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from(["uint8", "uint16", "float16", "float32"]),
    st.floats(-1e3, 1e3),
    st.floats(1e-3, 1e3),
    st.integers(0, 99),
)
def test_every_stored_type_is_as_exact_as_it_can_be(dtype: str, centre: float, spread: float, seed: int) -> None:
    values = np.random.default_rng(seed).normal(centre, spread, SHAPE[2:]).astype(np.float32)
    scaled = Encoding.for_range(values.min(), values.max(), dtype) if dtype.startswith("u") else None
    layout = layout_of(movie(SHAPE), dtype=dtype, encodings=(scaled,) if scaled else None)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "image.zarr"
        create_image(path, layout)
        write_volume(path, 1, values)
        read, opened = read_volume(path, 1), open_image(path)
        assert read.dtype == opened.dtype == np.float32
        assert (np.abs(read - values.astype(np.float64)) <= resolution(values, dtype, scaled)).all()
        np.testing.assert_array_equal(opened[1, 0], read)
        assert np.isnan(opened[0, 0]).all()
        assert np.isnan(read_volume(path, 0)).all()


@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32"])
def test_both_validators_accept_it_and_an_absent_volume_is_missing(tmp_path: Path, dtype: str) -> None:
    scaled = (Encoding.for_range(0.0, 1.0, dtype),) if dtype == "uint8" else None
    create_image(tmp_path / "image.zarr", layout_of(movie(SHAPE), dtype=dtype, encodings=scaled))
    validate(tmp_path / "image.zarr")
    write_volume(tmp_path / "image.zarr", 1, np.zeros(SHAPE[2:], np.float32))
    validate(tmp_path / "image.zarr")
    assert [has_volume(tmp_path / "image.zarr", t) for t in (0, 1)] == [False, True]
    assert np.isfinite(read_volume(tmp_path / "image.zarr", 1)).all()


def test_other_programs_see_half_precision_and_nan_where_nothing_was_written(tmp_path: Path) -> None:
    create_image(tmp_path / "image.zarr", layout_of(movie(SHAPE), dtype="float16"))
    array = zarr.open_array(str(tmp_path / "image.zarr" / "0"), mode="r")
    assert array.dtype == np.float16
    assert np.isnan(array[:]).all()


@given(st.lists(st.floats(width=32), min_size=1))
def test_half_precision_never_becomes_infinite(numbers: list[float]) -> None:
    values = np.array(numbers, np.float32)
    half = narrowed(values, "float16")
    assert half.dtype == np.float16
    assert not np.isinf(half).any()
    assert (np.isnan(half) == np.isnan(values)).all()
    beyond = np.abs(values) > LARGEST
    assert (np.abs(half[beyond]) == LARGEST).all()
    assert (np.sign(half[beyond]) == np.sign(values[beyond])).all()


def test_only_half_precision_is_widened() -> None:
    assert widened(np.ones(2, np.float16)).dtype == np.float32
    assert widened(np.ones(2, np.float64)).dtype == np.float64
    assert narrowed(np.array([1e9]), "float32").tolist() == [1e9]


def test_levels_of_half_precision_are_means(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(300.0, 90.0, (3, 128, 130)).astype(np.float32)
    create_image(tmp_path / "image.zarr", layout_of(movie((1, 1, 3, 128, 130)), dtype="float16"))
    write_volume(tmp_path / "image.zarr", 0, values)
    half = values.reshape(3, 64, 2, 65, 2).mean(axis=(2, 4))
    assert read_volume(tmp_path / "image.zarr", 0, level=1) == pytest.approx(half, rel=2e-3)

"""Resampling: where things lie, what becomes of smooth and of fine structure, and the way back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from livecell.volumes import resample, resampled_shape
from livecell.volumes.resampling import Order, Size
from tests.scenes.volumes import textured

SIZES = st.tuples(*[st.floats(0.1, 0.4)] * 3)
ORDERS = st.sampled_from([1, 3])
SHAPES = st.tuples(*[st.integers(1, 12)] * 3)


def _centres(shape: tuple[int, ...], voxel_size_um: Size) -> list[NDArray[np.float64]]:
    """Where voxels lie, from the centre of the volume, along each axis."""
    return [(np.arange(n) - (n - 1) / 2) * size for n, size in zip(shape, voxel_size_um, strict=True)]


def _bead(shape: tuple[int, int, int], voxel_size_um: Size, at_um: Size, sigma_um: float) -> NDArray[np.float64]:
    profiles = [
        np.exp(-0.5 * ((centres - place) / sigma_um) ** 2)
        for centres, place in zip(_centres(shape, voxel_size_um), at_um, strict=True)
    ]
    return np.einsum("i,j,k->ijk", *profiles)


def _centroid_um(volume: NDArray[np.float32], voxel_size_um: Size) -> NDArray[np.float64]:
    places = ndimage.center_of_mass(volume.astype(np.float64))
    middles = (np.array(volume.shape) - 1) / 2
    return (np.array(places) - middles) * voxel_size_um


@given(shape=SHAPES, size=SIZES)
def test_the_same_voxel_size_changes_nothing(shape: tuple[int, int, int], size: Size) -> None:
    volume = textured(shape)
    resampled = resample(volume, size, size)
    assert resampled.dtype == np.float32
    np.testing.assert_array_equal(resampled, volume)
    assert not np.shares_memory(resampled, volume)


@given(shape=SHAPES, size=SIZES, to=SIZES)
def test_the_new_grid_covers_the_volume_with_the_fewest_voxels(
    shape: tuple[int, int, int], size: Size, to: Size
) -> None:
    extents = np.array(shape) * size
    new = np.array(resampled_shape(shape, size, to))
    assert (new * to >= extents - 1e-6).all()
    assert (((new - 1) * to < extents) | (new == 1)).all()
    assert resample(textured(shape), size, to).shape == tuple(new)


def test_rounding_of_voxel_sizes_adds_no_voxel() -> None:
    assert resampled_shape((3, 30, 30), (0.1, 0.1, 0.1), (0.3, 0.3, 0.3)) == (1, 10, 10)


@given(
    shape=st.tuples(st.integers(17, 22), st.integers(25, 32), st.integers(25, 32)),
    size=SIZES,
    to=SIZES,
    at=st.tuples(*[st.floats(-0.12, 0.12)] * 3),
)
def test_a_bead_stays_where_it_is(shape: tuple[int, int, int], size: Size, to: Size, at: Size) -> None:
    extent_um = np.array(shape) * size
    at_um = tuple(at * extent_um)
    sigma_um = float(max(*size, *to))
    # Only where the whole bead lies inside on both grids is its centroid its place.
    if (4 * sigma_um > extent_um / 2 - np.abs(at_um) - np.array(to)).any():
        sigma_um = float((extent_um / 2 - np.abs(at_um) - np.array(to)).min() / 4)
    if sigma_um < max(*size, *to) * 0.6:
        return
    bead = _bead(shape, size, at_um, sigma_um)
    np.testing.assert_allclose(_centroid_um(resample(bead, size, to), to), at_um, atol=0.02)


@given(shape=SHAPES, size=SIZES, to=SIZES)
def test_a_flipped_volume_is_resampled_to_the_flipped_result(shape: tuple[int, int, int], size: Size, to: Size) -> None:
    volume = textured(shape)
    flipped = resample(volume[::-1, ::-1, ::-1], size, to)
    np.testing.assert_allclose(flipped, resample(volume, size, to)[::-1, ::-1, ::-1], rtol=1e-5)


@pytest.mark.parametrize(("order", "error"), [(1, 0.03), (3, 0.015)])
@pytest.mark.parametrize("to", [(0.5, 0.14, 0.07), (0.2, 0.1, 0.1), (0.35, 0.08, 0.12)])
def test_smooth_fields_come_back_onto_their_grid(to: Size, order: Order, error: float) -> None:
    size, shape = (0.3, 0.1, 0.1), (31, 81, 94)
    smooth = _bead(shape, size, (0.1, -0.3, 0.4), sigma_um=1.5)
    back = resample(resample(smooth, size, to, order=order), to, size, shape, order)
    assert back.shape == shape
    assert np.abs(back - smooth).max() < error


@pytest.mark.parametrize("order", [1, 3])
@pytest.mark.parametrize("shape", [(2, 9, 14), (7, 5, 4)])
def test_refining_is_what_scipy_interpolates_at_these_places(shape: tuple[int, int, int], order: Order) -> None:
    size, to = (0.4, 0.3, 0.2), (0.3, 0.3, 0.11)
    volume = textured(shape).astype(np.float32)
    new = resampled_shape(shape, size, to)
    places = [centres / step + (n - 1) / 2 for centres, step, n in zip(_centres(new, to), size, shape, strict=True)]
    expected = ndimage.map_coordinates(volume, np.meshgrid(*places, indexing="ij"), order=order, mode="mirror")
    np.testing.assert_allclose(resample(volume, size, to, order=order), expected, rtol=1e-4)


def test_a_ramp_is_interpolated_exactly_inside() -> None:
    size, to = (1.0, 0.3, 0.3), (1.0, 0.2, 0.3)
    ramp = np.broadcast_to(np.arange(20.0)[:, None], (3, 20, 2))
    resampled = resample(ramp, size, to)
    places = _centres((1, 30, 1), (1.0, 0.2, 1.0))[1] / 0.3 + 9.5
    np.testing.assert_allclose(resampled[0, 2:-2, 0], places[2:-2], rtol=1e-5)


def test_details_that_coarse_voxels_cannot_show_do_not_alias() -> None:
    """Stripes of two voxels would come out as a slow wave if every third voxel were taken."""
    stripes = np.zeros((1, 1, 96))
    stripes[..., ::2] = 1
    coarse = resample(stripes, (1.0, 1.0, 1.0), (1.0, 1.0, 3.2))
    assert coarse[0, 0, 1:-1].std() < 0.05 < stripes.std() / 5
    np.testing.assert_allclose(coarse.mean(), 0.5, atol=0.01)


@pytest.mark.parametrize("order", [1, 3])
@pytest.mark.parametrize("shape", [(1, 7, 9), (5, 1, 9), (1, 1, 1)])
def test_axes_of_one_voxel_keep_its_value(shape: tuple[int, int, int], order: Order) -> None:
    resampled = resample(np.full(shape, 3.0), (1.0, 1.0, 1.0), (0.4, 0.4, 2.5), order=order)
    assert resampled.shape == resampled_shape(shape, (1.0, 1.0, 1.0), (0.4, 0.4, 2.5))
    np.testing.assert_allclose(resampled, 3.0, rtol=1e-6)

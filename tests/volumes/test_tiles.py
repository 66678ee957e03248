"""Tiles cover any volume, start on the grid, and blend to a partition of unity."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from livecell.errors import ConfigError
from livecell.volumes import Tile, TilePlan, plan_tiles, round_up, smallest_tile
from tests.scenes.volumes import textured

WRONG = 1e6
"""What a network says in its halo, in these tests."""


@st.composite
def plans(draw: st.DrawFn) -> TilePlan:
    shape = draw(st.tuples(st.integers(1, 9), st.integers(1, 40), st.integers(1, 40)))
    stride = draw(st.sampled_from([1, 2, 4]))
    halo = draw(st.integers(0, 5))
    blend = draw(st.integers(0, 5))
    tile = tuple(smallest_tile(size, halo, blend, stride) + draw(st.integers(0, 9)) for size in shape)
    return plan_tiles(shape, tile, (halo,) * 3, (stride,) * 3, (blend,) * 3)


def _blended(plan: TilePlan, compute: Callable[[Tile], np.ndarray], outputs: int) -> np.ndarray:
    return plan.blend_tiles(((tile, compute(tile)) for tile in plan.tiles()), outputs)


def _one(tile: Tile) -> NDArray[np.float32]:
    return np.ones((2, *tile.size), np.float32)


@given(plans())
def test_weights_sum_to_one_everywhere(plan: TilePlan) -> None:
    np.testing.assert_allclose(_blended(plan, _one, 2), np.ones((2, *plan.shape)), rtol=1e-5)


@given(plans())
def test_tiles_that_say_what_they_see_blend_to_the_volume(plan: TilePlan) -> None:
    volume = textured(plan.shape)
    seen = _blended(plan, lambda tile: tile.read(volume).astype(np.float32)[np.newaxis], 1)
    np.testing.assert_allclose(seen[0], volume, rtol=1e-5)


@given(plans())
def test_nothing_of_a_halo_inside_the_volume_remains(plan: TilePlan) -> None:
    np.testing.assert_allclose(_blended(plan, lambda tile: _wrong_in_halo(tile, plan), 1), 1, rtol=1e-5)


def _wrong_in_halo(tile: Tile, plan: TilePlan) -> NDArray[np.float32]:
    values = np.ones((1, *tile.size), np.float32)
    for axis, (start, size, halo) in enumerate(zip(tile.start, tile.size, plan.halo, strict=True)):
        along = np.moveaxis(values, axis + 1, 0)
        if start > 0:
            along[:halo] = WRONG
        if start + size < plan.shape[axis]:
            along[size - halo :] = WRONG
    return values


@given(plans())
def test_tiles_lie_on_the_grid_and_overlap_by_halo_and_blend(plan: TilePlan) -> None:
    for starts, size, halo, blend, stride in zip(
        plan.origins, plan.tile, plan.halo, plan.blend, plan.stride, strict=True
    ):
        assert size % stride == 0
        assert all((start - starts[0]) % stride == 0 for start in starts)
        assert all(after - before <= size - 2 * halo - blend for before, after in pairwise(starts))
    assert sum(1 for _ in plan.tiles()) == plan.count


@given(plans(), st.integers(0, 5))
def test_the_tile_of_a_plan_makes_the_same_plan(plan: TilePlan, halo: int) -> None:
    first = plan_tiles(plan.shape, tuple(size + 40 for size in plan.tile), (halo,) * 3, plan.stride)
    assert plan_tiles(plan.shape, first.tile, (halo,) * 3, plan.stride) == first


@given(plans(), st.integers(1, 9))
def test_larger_tiles_are_never_more(plan: TilePlan, more: int) -> None:
    assume(plan.count > 1)
    larger = tuple(size + more for size in plan.tile)
    assert plan_tiles(plan.shape, larger, plan.halo, plan.stride, plan.blend).count <= plan.count


def test_a_volume_that_fits_is_one_tile_without_halo() -> None:
    plan = plan_tiles((5, 30, 31), (16, 64, 32), (8, 8, 8), (8, 8, 8))
    assert (plan.count, plan.tile, plan.halo) == (1, (8, 32, 32), (0, 0, 0))
    assert plan.origins == ((-1,), (-1,), (0,))


def test_tiles_are_no_larger_than_their_number_asks_for() -> None:
    plan = plan_tiles((1, 1, 100), (1, 1, 90), (0, 0, 4), (1, 1, 4))
    # Two tiles that overlap by two halos and one blend, 12 voxels, cover 100 voxels from 56 voxels on.
    assert plan.origins[2] == (0, 44)
    assert plan.tile == (1, 1, 56)


def test_one_tile_at_a_time_is_computed() -> None:
    plan = plan_tiles((2, 40, 40), (2, 16, 16), (1, 2, 2), (1, 2, 2))
    sizes = []
    _blended(plan, lambda tile: sizes.append(tile.size) or _one(tile), 2)
    assert sizes == [plan.tile] * plan.count


@given(size=st.integers(1, 60), halo=st.integers(0, 9), stride=st.sampled_from([1, 4, 16]))
def test_smallest_tile_is_accepted_and_nothing_below(size: int, halo: int, stride: int) -> None:
    smallest = smallest_tile(size, halo, stride, stride)
    halos, strides = (0, 0, halo), (1, 1, stride)
    assert plan_tiles((1, 1, size), (1, 1, smallest), halos, strides).tile[2] <= smallest
    if smallest < round_up(size, stride):
        with pytest.raises(ConfigError, match=f"at least {smallest} voxels along x"):
            plan_tiles((1, 1, size), (1, 1, smallest - 1), halos, strides)

"""Tile plans from a budget of memory."""

from __future__ import annotations

from math import prod
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecell.errors import ConfigError
from livecell.models import Model
from livecell.prediction import bytes_per_voxel, tile_plan
from tests.scenes.models import card_of
from tests.scenes.prediction import projecting_model

SIZES = st.tuples(st.integers(1, 60), st.integers(1, 3000), st.integers(1, 3000))
BUDGETS = st.floats(3.0, 64.0)  # below it, the smallest tiles of the network of the paper may not fit


def _model(ndim: int = 3, **network: int) -> Model:
    """A model as large as that of the paper, of which only the card is looked at."""
    return Model(card_of("dna", network={"ndim": ndim, "depth": 4, "width": 32} | network), Path("nowhere"))


@given(shape=SIZES, budgets=st.tuples(BUDGETS, BUDGETS), ndim=st.sampled_from([2, 3]))
def test_more_memory_never_makes_smaller_or_more_tiles(
    shape: tuple[int, int, int], budgets: tuple[float, float], ndim: int
) -> None:
    small, large = (tile_plan(shape, _model(ndim), budget) for budget in sorted(budgets))
    assert prod(small.tile) <= prod(large.tile)
    assert small.count >= large.count


@given(shape=SIZES, budget=BUDGETS, ndim=st.sampled_from([2, 3]))
def test_tiles_and_volume_stay_within_the_budget(shape: tuple[int, int, int], budget: float, ndim: int) -> None:
    model = _model(ndim)
    plan = tile_plan(shape, model, budget)
    predicted = 4 * prod(shape)
    allowed = max(budget * 1e9 - predicted, budget * 1e9 / 4)
    assert prod(plan.tile) * bytes_per_voxel(model) <= allowed


@given(shape=SIZES, budget=BUDGETS, ndim=st.sampled_from([2, 3]))
def test_the_tile_of_a_plan_makes_the_same_plan(shape: tuple[int, int, int], budget: float, ndim: int) -> None:
    plan = tile_plan(shape, _model(ndim), budget)
    assert tile_plan(shape, _model(ndim), tile=plan.tile) == plan


def test_a_volume_that_fits_is_predicted_at_once() -> None:
    plan = tile_plan((17, 200, 300), _model(), 4.0)
    assert (plan.count, plan.tile) == (1, (32, 208, 304))


def test_planes_of_a_2d_network_are_tiles() -> None:
    assert tile_plan((7, 100, 100), _model(2)).tile == (1, 112, 112)
    assert tile_plan((7, 100, 100), _model(2)).count == 7


def test_a_projection_is_one_plane(tmp_path: Path) -> None:
    plan = tile_plan((3, 100, 100), projecting_model(tmp_path, planes=3))
    assert (plan.shape, plan.tile) == ((1, 100, 100), (1, 100, 100))


def test_wider_networks_and_more_structures_take_more_memory() -> None:
    assert bytes_per_voxel(_model(width=64)) > bytes_per_voxel(_model(width=32)) > bytes_per_voxel(_model(width=16))
    assert bytes_per_voxel(_model(outputs=1)) < bytes_per_voxel(
        Model(card_of("dna", "golgi", network={"depth": 4, "width": 32}), Path("nowhere"))
    )


def test_memory_of_the_network_of_the_paper_is_above_what_was_measured() -> None:
    # 882 bytes per voxel of 32x160x160, float32, batch normalisation folded.
    assert 882 < bytes_per_voxel(_model()) < 1.25 * 882


def test_too_small_a_budget_says_how_much_is_needed() -> None:
    with pytest.raises(ConfigError, match="at least") as refused:
        tile_plan((32, 2048, 2048), _model(), 0.05)
    needed = float(refused.value.parts[1].split()[2])
    assert tile_plan((32, 2048, 2048), _model(), needed).count > 1


def test_too_small_a_tile_is_refused() -> None:
    with pytest.raises(ConfigError, match="along y"):
        tile_plan((16, 512, 512), _model(), tile=(16, 32, 512))

"""Tile plans from a budget of memory and from how far networks see."""

from __future__ import annotations

from itertools import pairwise
from math import prod
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecell.errors import ConfigError
from livecell.models import Model
from livecell.prediction import Compute, tile_bytes, tile_plan
from livecell.prediction.plan import smaller_plan
from livecell.volumes import TilePlan
from tests.scenes.models import card_of
from tests.scenes.prediction import projecting_model

SIZES = st.tuples(st.integers(1, 60), st.integers(1, 3000), st.integers(1, 3000))
BUDGETS = st.floats(6.0, 64.0)  # below it, the smallest tiles of the network of the paper may not fit


def _model(ndim: int = 3, reach: int | None = 40, **network: int) -> Model:
    """A model as large as that of the paper, of which only the card is looked at."""
    card = card_of("dna", network={"ndim": ndim, "depth": 4, "width": 32} | network)
    return Model(card.model_copy(update={"reach_voxels": reach and (reach,) * ndim}), Path("nowhere"))


def _plan(shape: tuple[int, int, int], model: Model, budget_gb: float = 2.0, **changes: str) -> TilePlan:
    return tile_plan(shape, [model], Compute(memory_budget_gb=budget_gb, **changes))


@given(shape=SIZES, budgets=st.tuples(BUDGETS, BUDGETS), ndim=st.sampled_from([2, 3]))
def test_more_memory_never_makes_smaller_or_more_tiles(
    shape: tuple[int, int, int], budgets: tuple[float, float], ndim: int
) -> None:
    small, large = (_plan(shape, _model(ndim), budget) for budget in sorted(budgets))
    assert prod(small.tile) <= prod(large.tile)
    assert small.count >= large.count


@given(shape=SIZES, budget=BUDGETS, ndim=st.sampled_from([2, 3]))
def test_tiles_and_volume_stay_within_the_budget(shape: tuple[int, int, int], budget: float, ndim: int) -> None:
    model = _model(ndim)
    plan = _plan(shape, model, budget)
    predicted = 4 * prod(shape)
    allowed = max(budget * 1e9 - predicted, budget * 1e9 / 4)
    assert tile_bytes(plan.tile, [model], Compute()) <= allowed


@given(shape=SIZES, budget=BUDGETS, ndim=st.sampled_from([2, 3]))
def test_the_tile_of_a_plan_makes_the_same_plan(shape: tuple[int, int, int], budget: float, ndim: int) -> None:
    plan = _plan(shape, _model(ndim), budget)
    assert tile_plan(shape, [_model(ndim)], tile=plan.tile) == plan


@given(shape=SIZES, ndim=st.sampled_from([2, 3]))
def test_smaller_plans_lead_to_the_smallest_and_end(shape: tuple[int, int, int], ndim: int) -> None:
    models = [_model(ndim)]
    plan = _plan(shape, models[0], 64.0)
    sizes = [prod(plan.tile)]
    while (smaller := smaller_plan(plan, models)) is not None:
        plan = smaller
        assert plan.shape == shape
        sizes.append(prod(plan.tile))
    assert all(after <= before / 2 for before, after in pairwise(sizes))
    assert len(sizes) < 40


def test_a_volume_that_fits_is_predicted_at_once() -> None:
    plan = _plan((17, 200, 300), _model(), 4.0)
    assert (plan.count, plan.tile, plan.halo) == (1, (32, 208, 304), (0, 0, 0))


def test_the_halo_is_as_far_as_the_networks_see() -> None:
    shape = (16, 2048, 2048)
    near, far = _model(reach=24), _model(reach=50, depth=3)
    assert _plan(shape, near).halo == (0, 24, 24)
    together = tile_plan(shape, [near, far])
    assert (together.halo, together.stride) == ((0, 50, 50), (16, 16, 16))
    unmeasured = _model(reach=None, depth=2)
    assert _plan(shape, unmeasured).halo == (0, unmeasured.shapes[0].halo, unmeasured.shapes[0].halo)


def test_half_the_bytes_of_a_voxel_make_larger_tiles() -> None:
    shape = (32, 2048, 2048)
    assert _plan(shape, _model(), precision="bfloat16").count < _plan(shape, _model(), precision="float32").count


def test_planes_of_a_2d_network_are_tiles_and_batches_on_a_gpu() -> None:
    assert _plan((7, 100, 100), _model(2)).tile == (1, 112, 112)
    assert _plan((7, 100, 100), _model(2)).count == 7
    assert _plan((7, 100, 100), _model(2), device="cuda").tile == (7, 112, 112)
    batch = _plan((64, 1000, 1000), _model(2), 8.0, device="cuda").tile
    assert 1 < batch[0] < 64
    assert batch[1:] == (1008, 1008)


def test_a_projection_is_one_plane(tmp_path: Path) -> None:
    plan = tile_plan((3, 100, 100), [projecting_model(tmp_path, planes=3)])
    assert (plan.shape, plan.tile) == ((1, 100, 100), (1, 100, 100))


def test_wider_networks_and_more_to_tell_take_more_memory() -> None:
    def needed(model: Model, kinds: int = 1) -> int:
        return tile_bytes((32, 160, 160), [model], Compute(), kinds)

    assert needed(_model(width=64)) > needed(_model(width=32)) > needed(_model(width=16))
    two = Model(card_of("dna", "golgi", network={"depth": 4, "width": 32}), Path("nowhere"))
    assert needed(_model()) < needed(two) < needed(two, kinds=2)


def test_what_is_not_kept_takes_no_memory() -> None:
    many = Model(card_of(*(f"s{n}" for n in range(13)), network={"depth": 4, "width": 32}), Path("nowhere"))
    assert tile_bytes((32, 160, 160), [many], Compute(), structures=2) < tile_bytes((32, 160, 160), [many], Compute())
    budget = Compute(memory_budget_gb=3.0)
    two, all_of_them = (tile_plan((32, 512, 512), [many], budget, structures=kept).tile for kept in (2, None))
    assert two > all_of_them


def test_too_small_a_budget_says_how_much_is_needed() -> None:
    with pytest.raises(ConfigError, match="at least") as refused:
        _plan((32, 2048, 2048), _model(), 0.05)
    needed = float(refused.value.parts[1].split()[2])
    assert _plan((32, 2048, 2048), _model(), 1.05 * needed).count > 1


def test_too_small_a_tile_is_refused() -> None:
    with pytest.raises(ConfigError, match="along y"):
        tile_plan((16, 512, 512), [_model()], tile=(16, 32, 512))

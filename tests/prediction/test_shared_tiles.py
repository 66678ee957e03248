"""One tile for models that differ in depth, axes and voxel size."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecell.errors import ConfigError, ModelError
from livecell.models import Model
from livecell.prediction import Compute, resolve_tile, tile_bytes, tile_plan, working_shape
from tests.scenes.models import card_of

LEARNT = (0.29, 0.2, 0.2)
ROOM, MORE_ROOM = Compute(memory_budget_gb=3.0), Compute(memory_budget_gb=8.0)


def _model(ndim: int = 3, depth: int = 4, width: int = 32, **changes: object) -> Model:
    network = {"ndim": ndim, "depth": depth, "width": width}
    return Model(card_of("dna", network=network, **changes), Path("nowhere"))


DEEP, SHALLOW, FLAT = _model(), _model(depth=2, width=64), _model(ndim=2)
COARSE = _model(depth=3, voxel_size_um=(0.29, 0.4, 0.4))


@given(
    shape=st.tuples(st.integers(1, 40), st.integers(1, 600), st.integers(1, 600)),
    budget=st.floats(3.0, 12.0),
    models=st.sets(st.sampled_from([0, 1, 2, 3]), min_size=1),
)
def test_the_tile_that_comes_out_comes_out_again(shape: tuple[int, int, int], budget: float, models: set[int]) -> None:
    chosen = [(DEEP, SHALLOW, FLAT, COARSE)[index] for index in sorted(models)]
    try:
        tile = resolve_tile(shape, chosen, LEARNT, Compute(memory_budget_gb=budget))
    except ConfigError:
        return
    assert resolve_tile(shape, chosen, LEARNT, tile=tile) == tile
    for model in chosen:
        tile_plan(working_shape(shape, LEARNT, model), [model], tile=tile)


def test_one_model_has_the_tile_of_its_own_plan() -> None:
    for model in (DEEP, SHALLOW, FLAT):
        assert resolve_tile((30, 500, 400), [model], compute=ROOM) == tile_plan((30, 500, 400), [model], ROOM).tile


def test_planes_of_a_2d_model_do_not_cut_the_stack_of_a_3d_one() -> None:
    assert resolve_tile((30, 100, 100), [FLAT, DEEP], compute=MORE_ROOM) == (32, 112, 112)


def test_the_tile_is_in_voxels_of_the_model() -> None:
    assert resolve_tile((30, 100, 100), [DEEP], (0.29, 0.4, 0.4), compute=MORE_ROOM) == (
        32,
        208,
        208,
    )


def test_models_together_stand_on_the_grid_of_the_deepest_in_tiles_of_the_most_demanding() -> None:
    wide, compute = _model(depth=2, width=128), Compute(memory_budget_gb=6.0)
    plan = tile_plan((16, 400, 400), [wide, DEEP], compute)
    assert plan.stride == (16, 16, 16)
    assert tile_bytes(plan.tile, [wide], compute) < 6e9
    assert plan.count > 1
    assert tile_plan((16, 400, 400), [DEEP, wide], compute) == plan


def test_models_that_cannot_predict_together_are_refused_before_any_work() -> None:
    projecting = Model(card_of("golgi", network={"ndim": 2, "inputs": 30}, planes_as_channels=True), Path("nowhere"))
    with pytest.raises(ModelError, match="predict with each by itself"):
        resolve_tile((30, 100, 100), [DEEP, projecting])

"""Tiles against the whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from livecell.models import Model
from livecell.prediction import predict, tile_plan
from livecell.prediction.infer import infer
from livecell.volumes import Normalisation, TilePlan, plan_tiles
from tests.scenes.prediction import group_of, head_model, model_2d, model_3d
from tests.scenes.volumes import textured

SHAPE = (5, 70, 83)


def _error(model: Model, plan: TilePlan) -> float:
    """Largest difference between tiles and the whole, in standard deviations of the prediction."""
    stack, group = textured(SHAPE), group_of(model)
    stride = plan.stride
    whole = infer(stack, group, plan_tiles(SHAPE, (8, 88, 88), (0, 0, 0), stride))[0]
    tiled = infer(stack, group, plan)[0]
    return float(np.abs(tiled - whole).max() / whole.std())


def test_tiles_with_the_halo_of_the_network_equal_the_whole(tmp_path: Path) -> None:
    model = model_3d(tmp_path)
    halo = model.shapes[0].halo
    plan = plan_tiles(SHAPE, (8, 68, 72), (halo,) * 3, (4, 4, 4))
    assert plan.count == 4
    assert _error(model, plan) < 1e-5


def test_tiles_without_a_halo_do_not(tmp_path: Path) -> None:
    assert _error(model_3d(tmp_path), plan_tiles(SHAPE, (8, 32, 32), (0, 0, 0), (4, 4, 4), (0, 0, 0))) > 1e-3


def test_tiles_of_a_2d_network_equal_the_whole(tmp_path: Path) -> None:
    model = model_2d(tmp_path)
    halo = model.shapes[0].halo
    plan = plan_tiles(SHAPE, (1, 68, 72), (0, halo, halo), (1, 4, 4), (0, 4, 4))
    assert plan.count == 5 * 4
    # The oracle needs one plane per tile as well.
    stack, group = textured(SHAPE), group_of(model)
    whole = infer(stack, group, plan_tiles(SHAPE, (1, 88, 88), (0, 0, 0), (1, 4, 4), (0, 0, 0)))[0]
    np.testing.assert_allclose(infer(stack, group, plan)[0], whole, rtol=0, atol=1e-5 * whole.std())


def test_channels_are_chosen_in_order(tmp_path: Path) -> None:
    model = model_3d(tmp_path)
    plan = plan_tiles(SHAPE, (8, 88, 88), (0, 0, 0), (4, 4, 4))
    both = infer(textured(SHAPE), group_of(model), plan)[0]
    swapped = infer(textured(SHAPE), group_of(model, structures=("golgi", "dna")), plan)[0]
    np.testing.assert_array_equal(swapped, both[::-1])
    assert not np.allclose(both[0], both[1])


class Counting(Normalisation):
    """A normalisation that counts the images it is given."""

    seen = 0

    def apply(self, volume: NDArray[np.generic]) -> NDArray[np.float32]:
        """Count the image, and normalise it."""
        Counting.seen += 1
        return super().apply(volume)


@pytest.mark.parametrize("sources", [(), ("flips", "ensemble")])
def test_every_tile_is_normalised_once_for_all_models(tmp_path: Path, sources: Any) -> None:
    models = [model_3d(tmp_path, "dna", "golgi", seed=seed) for seed in range(2)]
    Counting.seen = 0
    predicted = predict(
        textured(SHAPE), models, Counting(1000.0, 50.0), tile=(8, 64, 68), uncertainty=sources, structures=["dna"]
    )
    assert Counting.seen == tile_plan(SHAPE, models, tile=(8, 64, 68)).count == 4
    assert len(predicted.attrs["models"]) == 2


@pytest.mark.parametrize("source", ["flips", "ensemble", "head"])
def test_uncertainty_from_tiles_is_that_of_the_whole(tmp_path: Path, source: Any) -> None:
    models = [head_model(tmp_path, "dna", "golgi", seed=seed) for seed in range(2)]
    halo = models[0].shapes[0].halo
    group, stack = group_of(*models), textured(SHAPE)
    whole = infer(stack, group, plan_tiles(SHAPE, (8, 88, 88), (0, 0, 0), (4, 4, 4)), (source,))
    tiled = infer(stack, group, plan_tiles(SHAPE, (8, 68, 72), (halo,) * 3, (4, 4, 4)), (source,))
    assert len(whole) == (3 if source == "ensemble" else 2)
    for kind, expected in enumerate(whole):
        np.testing.assert_allclose(tiled[kind], expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())

"""Tiles against the whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from livecell.models import Model
from livecell.prediction.infer import infer
from livecell.volumes import TilePlan, plan_tiles
from tests.scenes.prediction import NORMALISATION, model_2d, model_3d
from tests.scenes.volumes import textured

SHAPE = (5, 70, 83)


def _error(model: Model, plan: TilePlan, channels: tuple[int, ...] = (0, 1)) -> float:
    """Largest difference between tiles and the whole, in standard deviations of the prediction."""
    stack = textured(SHAPE)
    stride = plan.stride
    whole = infer(stack, model, plan_tiles(SHAPE, (8, 88, 88), (0, 0, 0), stride), NORMALISATION, (0, 1))
    tiled = infer(stack, model, plan, NORMALISATION, channels)
    return float(np.abs(tiled - whole[list(channels)]).max() / whole.std())


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
    stack = textured(SHAPE)
    whole = infer(stack, model, plan_tiles(SHAPE, (1, 88, 88), (0, 0, 0), (1, 4, 4), (0, 0, 0)), NORMALISATION, (0, 1))
    tiled = infer(stack, model, plan, NORMALISATION, (0, 1))
    np.testing.assert_allclose(tiled, whole, rtol=0, atol=1e-5 * whole.std())


def test_channels_are_chosen_in_order(tmp_path: Path) -> None:
    model = model_3d(tmp_path)
    plan = plan_tiles(SHAPE, (8, 88, 88), (0, 0, 0), (4, 4, 4))
    both = infer(textured(SHAPE), model, plan, NORMALISATION, (0, 1))
    np.testing.assert_array_equal(infer(textured(SHAPE), model, plan, NORMALISATION, (1, 0)), both[::-1])
    assert not np.allclose(both[0], both[1])

"""Uncertainty of each voxel, against what it is by definition."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from livecell.config.predict import UncertaintySource
from livecell.errors import ConfigError, ModelError
from livecell.models import Model
from livecell.prediction import predict
from tests.scenes.prediction import NORMALISATION, even_model, head_model, model_2d, model_3d, projecting_model
from tests.scenes.volumes import textured

SHAPE = (4, 12, 16)
FLIPS: list[tuple[int, ...]] = [(), (-2,), (-1,), (-2, -1)]


def _flipped_by_hand(stack: NDArray[np.uint16], models: Model | list[Model]) -> NDArray[np.float32]:
    """Predictions from flipped stacks, flipped back: (view, structure, z, y, x)."""
    return np.stack([np.flip(predict(np.flip(stack, axes), models, NORMALISATION).values, axes) for axes in FLIPS])


@pytest.mark.parametrize("kind", ["3d", "2d", "projecting"])
def test_flips_are_the_mean_and_spread_of_predictions_of_flipped_stacks(tmp_path: Path, kind: str) -> None:
    make = {"3d": model_3d, "2d": model_2d, "projecting": lambda folder: projecting_model(folder, planes=4)}
    model, stack = make[kind](tmp_path), textured(SHAPE)
    views = _flipped_by_hand(stack, model)
    predicted = predict(stack, model, NORMALISATION, uncertainty=("flips",))
    scale = views.std()
    np.testing.assert_allclose(predicted, views.mean(0), rtol=1e-4, atol=1e-4 * scale)
    np.testing.assert_allclose(predicted.uncertainty, views.std(0, ddof=1), rtol=1e-3, atol=1e-4 * scale)
    assert (predicted.uncertainty.dims, predicted.uncertainty.dtype) == (predicted.dims, np.float32)
    assert predicted.sel(structure="golgi").uncertainty.shape == predicted.shape[1:]


def test_a_network_that_cannot_tell_flips_apart_is_sure(tmp_path: Path) -> None:
    predicted = predict(textured(SHAPE), even_model(tmp_path, "dna"), NORMALISATION, uncertainty=("flips",))
    assert float(predicted.uncertainty.max()) < 1e-5 * float(predicted.std())


def test_the_uncertainty_of_an_ensemble_is_the_spread_of_its_members(tmp_path: Path) -> None:
    models = [model_3d(tmp_path, "dna", seed=seed) for seed in range(3)]
    alone = np.stack([predict(textured(SHAPE), model, NORMALISATION).values for model in models])
    predicted = predict(textured(SHAPE), models, NORMALISATION, uncertainty=("ensemble",))
    np.testing.assert_allclose(predicted, alone.mean(0), rtol=1e-4, atol=1e-4 * alone.std())
    np.testing.assert_allclose(predicted.uncertainty, alone.std(0, ddof=1), rtol=1e-4, atol=1e-4 * alone.std())


def test_members_of_different_geometry_are_compared_too(tmp_path: Path) -> None:
    """2D and 3D networks are no group: each sees its own tiles, and the moments are put together at the end."""
    models = [model_2d(tmp_path, "dna"), *(model_3d(tmp_path, "dna", "golgi", seed=seed) for seed in (1, 2))]
    alone = np.stack([predict(textured(SHAPE), m, NORMALISATION, structures=["dna"]).values[0] for m in models])
    predicted = predict(textured(SHAPE), models, NORMALISATION, uncertainty=("ensemble",))
    np.testing.assert_allclose(predicted.sel(structure="dna"), alone.mean(0), rtol=1e-4, atol=1e-4 * alone.std())
    uncertainty = predicted.uncertainty.sel(structure="dna")
    np.testing.assert_allclose(uncertainty, alone.std(0, ddof=1), rtol=1e-4, atol=1e-4 * alone.std())


def test_a_structure_of_one_model_adds_nothing_as_an_ensemble(tmp_path: Path) -> None:
    models = [model_3d(tmp_path, "dna", "golgi"), model_3d(tmp_path, "dna", seed=1)]
    predicted = predict(textured(SHAPE), models, NORMALISATION, uncertainty=("ensemble",))
    assert float(predicted.uncertainty.sel(structure="golgi").max()) == 0
    assert float(predicted.uncertainty.sel(structure="dna").min()) > 0


def _heads(model: Model, stack: NDArray[np.uint16]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    with torch.no_grad():
        told = model.network()(torch.from_numpy(NORMALISATION.apply(stack))[None, None])[0].numpy()
    return told[: len(told) // 2], told[len(told) // 2 :]


def test_the_head_of_a_model_tells_the_logarithm_of_its_variance(tmp_path: Path) -> None:
    model, stack = head_model(tmp_path, "dna", "golgi"), textured(SHAPE)
    means, log_variances = _heads(model, stack)
    predicted = predict(stack, model, NORMALISATION, uncertainty=("head",))
    np.testing.assert_allclose(predicted, means, rtol=1e-4, atol=1e-4 * means.std())
    np.testing.assert_allclose(
        predicted.uncertainty, np.exp(log_variances.clip(-20, 20) / 2), rtol=2e-2 * np.abs(log_variances).max() ** 0.5
    )
    plain = predict(stack, model, NORMALISATION)
    assert "uncertainty" not in plain.coords
    np.testing.assert_allclose(plain, means, rtol=1e-4, atol=1e-4 * means.std())
    (golgi,) = predict(stack, model, NORMALISATION, structures=["golgi"], uncertainty=("head",)).uncertainty.values
    np.testing.assert_allclose(golgi, predicted.uncertainty.sel(structure="golgi"), rtol=1e-6)


def test_variances_of_several_sources_add_up(tmp_path: Path) -> None:
    models, stack = [head_model(tmp_path, "dna", seed=seed) for seed in range(2)], textured(SHAPE)

    def variance(*sources: UncertaintySource) -> NDArray[np.float64]:
        found = predict(stack, models, NORMALISATION, uncertainty=sources).uncertainty
        return found.values.astype(np.float64) ** 2

    # The head is averaged over the flips where these are looked at, and the members are compared by their means.
    flips, together = variance("flips"), variance("flips", "ensemble", "head")
    views = np.stack([_flipped_by_hand(stack, model) for model in models])
    between = views.mean(1).var(0, ddof=1)
    np.testing.assert_allclose(flips, views.var(1, ddof=1).mean(0), rtol=1e-2, atol=1e-4 * views.var())
    heads = np.stack(
        [
            [np.flip(np.exp(_heads(model, np.flip(stack, axes).copy())[1].clip(-20, 20)), axes) for axes in FLIPS]
            for model in models
        ]
    )
    expected = flips + between + heads.mean((0, 1))
    np.testing.assert_allclose(together, expected, rtol=1e-2, atol=1e-4 * expected.max())


def test_members_without_a_head_leave_it_to_those_that_have_one(tmp_path: Path) -> None:
    with_head, without = head_model(tmp_path, "dna"), model_3d(tmp_path, "dna", seed=1)
    alone = predict(textured(SHAPE), with_head, NORMALISATION, uncertainty=("head",))
    both = predict(textured(SHAPE), [without, with_head], NORMALISATION, uncertainty=("head",))
    np.testing.assert_allclose(both.uncertainty, alone.uncertainty, rtol=1e-5)


def test_sources_that_are_not_there_are_refused(tmp_path: Path) -> None:
    model, stack = model_3d(tmp_path), textured(SHAPE)
    with pytest.raises(ConfigError, match="one model for each structure"):
        predict(stack, model, uncertainty=("ensemble",))
    with pytest.raises(ModelError, match="log_variance"):
        predict(stack, model, uncertainty=("head",))
    misspelt: Any = ("flip",)
    with pytest.raises(ConfigError, match="flips, ensemble, head"):
        predict(stack, model, uncertainty=misspelt)

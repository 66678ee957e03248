"""Predictions against the network called by hand, in every kind of model, and what they carry along."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.errors import AcquisitionError, ModelError
from livecell.models import Model
from livecell.prediction import choose_structures, predict
from livecell.volumes import normalisation_of
from tests.scenes.models import card_of, package_of
from tests.scenes.prediction import NORMALISATION, model_2d, model_3d, projecting_model, timepoint
from tests.scenes.volumes import textured


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return model_3d(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def deep_model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return model_3d(tmp_path_factory.mktemp("deep"), "dna", network={"depth": 4, "width": 2})


def _called(model: Model, *image: np.ndarray) -> np.ndarray:
    """What the network says of an image of its own size, given as the axes it lacks."""
    with torch.no_grad():
        return model.network()(torch.from_numpy(np.stack(image)[np.newaxis]))[0].numpy()


def test_a_stack_of_the_right_size_is_what_the_network_says(model: Model) -> None:
    stack = textured((8, 12, 16))
    expected = _called(model, normalisation_of([stack]).apply(stack))
    predicted = predict(stack, model)
    assert (predicted.dims, predicted.dtype, predicted.name) == (("structure", "z", "y", "x"), np.float32, "prediction")
    assert predicted.structure.values.tolist() == ["dna", "golgi"]
    np.testing.assert_allclose(predicted, expected, rtol=1e-5, atol=1e-5 * expected.std())


@settings(deadline=None, max_examples=20)
@given(shape=st.tuples(*[st.integers(1, 13)] * 3))
def test_any_size_is_padded_by_reflection(model: Model, shape: tuple[int, int, int]) -> None:
    stack = textured(shape)
    short = [-size % 4 for size in shape]
    padded = np.pad(stack, [(n // 2, n - n // 2) for n in short], mode="reflect")
    inside = tuple(slice(n // 2, n // 2 + size) for n, size in zip(short, shape, strict=True))
    expected = _called(model, NORMALISATION.apply(padded))[(slice(None), *inside)]
    predicted = predict(stack, model, NORMALISATION)
    assert predicted.shape == (2, *shape)
    np.testing.assert_allclose(predicted, expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 17, 33), (5, 64, 64), (31, 100, 47), (200, 16, 16)])
def test_awkward_sizes_of_a_deep_network_are_padded_as_numpy_does(
    deep_model: Model, shape: tuple[int, int, int]
) -> None:
    stack = textured(shape)
    short = [-size % 16 for size in shape]
    padded = np.pad(stack, [(n // 2, n - n // 2) for n in short], mode="reflect")
    inside = tuple(slice(n // 2, n // 2 + size) for n, size in zip(short, shape, strict=True))
    expected = _called(deep_model, NORMALISATION.apply(padded))[(slice(None), *inside)]
    predicted = predict(stack, deep_model, NORMALISATION)
    np.testing.assert_allclose(predicted, expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize("shape", [(1, 1), (17, 33), (1, 90), (100, 47)])
def test_awkward_planes_are_padded_as_numpy_does(tmp_path: Path, shape: tuple[int, int]) -> None:
    model, image = model_2d(tmp_path), textured(shape)
    short = [-size % model.stride for size in shape]
    padded = np.pad(image, [(n // 2, n - n // 2) for n in short], mode="reflect")
    inside = tuple(slice(n // 2, n // 2 + size) for n, size in zip(short, shape, strict=True))
    expected = _called(model, NORMALISATION.apply(padded))[(slice(None), *inside)]
    for stack in (image, image[np.newaxis]):
        predicted = predict(stack, model, NORMALISATION)
        np.testing.assert_allclose(predicted[:, 0], expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())


def test_planes_in_batches_are_what_they_are_one_by_one(tmp_path: Path) -> None:
    model, stack = model_2d(tmp_path), textured((7, 20, 24))
    one_by_one = predict(stack, model, NORMALISATION, uncertainty=("flips",))
    batches = predict(stack, model, NORMALISATION, tile=(3, 20, 24), uncertainty=("flips",))
    assert (one_by_one.attrs["models"][0]["tile"][0], batches.attrs["models"][0]["tile"][0]) == (1, 3)
    np.testing.assert_allclose(batches, one_by_one, rtol=1e-4, atol=1e-4 * float(one_by_one.std()))
    np.testing.assert_allclose(batches.uncertainty, one_by_one.uncertainty, rtol=1e-3, atol=1e-4)


def test_the_same_call_gives_the_same_bits(model: Model) -> None:
    stack = textured((4, 80, 80))
    first, second = (predict(stack, model, tile=(4, 64, 64)) for _ in range(2))
    assert first.identical(second)


def test_a_2d_model_sees_every_plane_by_itself(tmp_path: Path) -> None:
    model, stack = model_2d(tmp_path), textured((3, 8, 12))
    predicted = predict(stack, model, NORMALISATION)
    for z in range(3):
        expected = _called(model, NORMALISATION.apply(stack[z]))
        np.testing.assert_allclose(predicted[:, z], expected, rtol=1e-4, atol=1e-4 * expected.std())
    np.testing.assert_array_equal(predict(stack[0], model, NORMALISATION)[:, 0], predicted[:, 0])


def test_planes_as_channels_are_projected(tmp_path: Path) -> None:
    model, stack = projecting_model(tmp_path, planes=3), timepoint((3, 8, 12))
    predicted = predict(stack, model, NORMALISATION)
    expected = _called(model, *NORMALISATION.apply(stack.values))
    assert predicted.shape == (2, 1, 8, 12)
    np.testing.assert_allclose(predicted[:, 0], expected, rtol=1e-4, atol=1e-4 * expected.std())
    assert "z" not in predicted.coords


def test_planes_as_channels_in_tiles_see_all_planes(tmp_path: Path) -> None:
    model, stack = projecting_model(tmp_path, planes=3), textured((3, 12, 90))
    whole = predict(stack, model, NORMALISATION)
    tiled = predict(stack, model, NORMALISATION, tile=(1, 12, 72))
    assert float(np.corrcoef(whole.values.ravel(), tiled.values.ravel())[0, 1]) > 0.999


def test_coordinates_are_kept_and_normalisation_recorded(model: Model) -> None:
    stack = timepoint()
    predicted = predict(stack, model)
    for axis in "zyx":
        np.testing.assert_array_equal(predicted[axis], stack[axis])
    assert float(predicted.t) == 60.0
    assert "c" not in predicted.coords
    used = normalisation_of([stack.values])
    (record,) = predicted.attrs["models"]
    assert record["normalisation"] == {"offset": used.offset, "scale": used.scale}
    assert (record["digest"], record["structures"]) == (model.digest, ["dna", "golgi"])


def test_structures_come_in_the_order_asked_for(model: Model, tmp_path: Path) -> None:
    other = model_3d(tmp_path, "mitochondria", "nucleoli", seed=1)
    stack = textured((4, 8, 8))
    everything = predict(stack, [model, other])
    assert everything.structure.values.tolist() == ["dna", "golgi", "mitochondria", "nucleoli"]
    np.testing.assert_array_equal(everything.sel(structure="nucleoli"), predict(stack, other).sel(structure="nucleoli"))
    some = predict(stack, [model, other], structures=["Tom20", "golgi", "Tom20", "dna"])
    assert some.structure.values.tolist() == ["mitochondria", "golgi", "dna"]
    np.testing.assert_array_equal(some, everything.sel(structure=["mitochondria", "golgi", "dna"]))
    assert [record["structures"] for record in some.attrs["models"]] == [["golgi", "dna"], ["mitochondria"]]


def test_a_model_that_is_not_needed_is_not_run(model: Model, tmp_path: Path) -> None:
    other = model_3d(tmp_path, "mitochondria", seed=1)
    (other.path / "weights.safetensors").unlink()
    assert predict(textured((4, 4, 4)), [model, other], structures=["dna"]).shape == (1, 4, 4, 4)


def test_a_structure_of_the_models_own_is_found_by_its_protein(tmp_path: Path) -> None:
    own = {"spindle": {"form": "filaments", "protein": "TPX2"}}
    model = model_3d(tmp_path, "dna", "spindle", own_structures=own)
    assert choose_structures([model], ["tpx2"]) == ("spindle",)


def test_structures_nobody_predicts_are_refused(model: Model, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"dna, golgi.*'mitochondria'"):
        choose_structures([model], ["Tom20"])


def test_a_model_given_twice_is_refused(model: Model) -> None:
    with pytest.raises(ModelError, match="give each model once"):
        predict(textured((4, 4, 4)), [model, model])


def test_a_projection_cannot_stand_beside_a_volume(model: Model, tmp_path: Path) -> None:
    projecting = projecting_model(tmp_path, planes=3)
    volumes = model_3d(tmp_path, "mitochondria", seed=1)
    with pytest.raises(ModelError, match="predict with each by itself"):
        predict(textured((3, 8, 8)), [projecting, volumes])


def test_a_blank_stack_needs_the_normalisation_of_its_series(model: Model) -> None:
    blank = np.full((4, 4, 4), 1000, np.uint16)
    with pytest.raises(AcquisitionError, match="contrast"):
        predict(blank, model)
    assert np.isfinite(predict(blank, model, NORMALISATION)).all()


@pytest.mark.parametrize("tile", [None, (10, 40, 24)])
def test_a_model_that_projects_averages_what_it_says_along_z(tmp_path: Path, tile: tuple[int, int, int] | None) -> None:
    card = card_of("dna", "nucleoli", network={"depth": 1})
    planes = package_of(tmp_path / "planes", card)
    projecting = package_of(tmp_path / "projecting", card.model_copy(update={"project_z": True}))
    stack = textured((9, 70, 24))
    projected = predict(stack, projecting, tile=tile)
    assert projected.shape == (2, 1, 70, 24)
    np.testing.assert_allclose(projected.values, predict(stack, planes, tile=tile).mean("z").values[:, None], atol=1e-6)
    with pytest.raises(ModelError, match="same planes"):
        predict(stack, [planes, package_of(tmp_path / "other", card.model_copy(update={"project_z": True}), seed=1)])


def test_a_projection_of_an_image_of_another_voxel_size_lies_on_its_grid(tmp_path: Path) -> None:
    model = package_of(tmp_path / "model", card_of("dna", project_z=True))
    stack = textured((9, 20, 24))
    projected = predict(stack, model, voxel_size_um=(0.58, 0.1, 0.1), uncertainty=("flips",))
    assert projected.shape == (1, 1, 20, 24)
    assert projected.uncertainty.shape == (1, 1, 20, 24)

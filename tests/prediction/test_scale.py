"""At which voxel size a model sees an image, and that it helps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.axes import Sampling
from livecell.errors import ModelError
from livecell.models import Model
from livecell.prediction import predict, rescaling_of, working_shape
from livecell.prediction.scale import voxel_size_of
from livecell.volumes import resample
from tests.scenes.models import card_of
from tests.scenes.prediction import NORMALISATION, model_2d, model_3d, projecting_model
from tests.scenes.volumes import textured

LEARNT = (0.29, 0.2, 0.2)
"""That of the models of the scenes."""


def _model(**changes: object) -> Model:
    return Model(card_of("dna", **changes), Path("nowhere"))


@pytest.mark.parametrize(
    ("given_um", "working_um"),
    [
        (LEARNT, LEARNT),
        ((0.295, 0.204, 0.196), (0.295, 0.204, 0.196)),
        ((0.29, 0.2, 0.205), LEARNT),
        ((1.1, 0.2, 0.1), LEARNT),
        ((0.29, 0.201, 0.3), (0.29, 0.201, 0.2)),
    ],
)
def test_only_axes_that_are_off_are_resampled(
    given_um: tuple[float, float, float], working_um: tuple[float, float, float]
) -> None:
    rescaling = rescaling_of(_model(), given_um)
    assert rescaling.working_um == working_um
    assert rescaling.is_needed == (given_um != working_um)


def test_far_off_sizes_are_refused_with_the_numbers() -> None:
    with pytest.raises(ModelError, match=r"factor of 4.*z 0\.29 um, y 0\.2 um.*found z 1\.3 um for 0\.29 um, x 0\.04"):
        rescaling_of(_model(), (1.3, 0.2, 0.04))


def test_the_distance_of_planes_does_not_matter_to_a_2d_network() -> None:
    rescaling = rescaling_of(_model(network={"ndim": 2}), (9.0, 0.3, 0.2))
    assert rescaling.working_um == (9.0, 0.2, 0.2)
    assert rescaling.describe() == "y from 0.3 to 0.2 um"
    assert working_shape((7, 20, 20), (9.0, 0.3, 0.2), _model(network={"ndim": 2})) == (7, 30, 20)


@pytest.mark.parametrize("known", [None, (None, None, None), (None, 0.2, 0.2)])
def test_sizes_that_are_not_known_change_nothing(known: tuple[None, float | None, float | None] | None) -> None:
    assert not rescaling_of(_model(), known).is_needed
    assert not rescaling_of(_model(voxel_size_um=None), (50.0, 0.1, 0.1)).is_needed


def _stated(**units: str) -> xr.DataArray:
    coords = {a: (a, np.arange(4) * 0.3, {"units": units[a]} if a in units else {}) for a in "zyx"}
    return xr.DataArray(textured((4, 4, 4)), coords, ("z", "y", "x"))


def test_arrays_state_their_voxel_size() -> None:
    assert voxel_size_of(textured((4, 4, 4))) == (None, None, None)
    assert voxel_size_of(_stated(z="um", y="µm", x="px")) == (pytest.approx(0.3), pytest.approx(0.3), None)
    assert voxel_size_of(_stated(z="um").isel(z=[1])) == (None, None, None)
    sampled = _stated(z="um", y="um", x="um").assign_attrs(sampling=Sampling(None, 0.1, 0.2))
    assert voxel_size_of(sampled) == (None, 0.1, 0.2)


def test_the_voxel_size_of_the_array_is_used(tmp_path: Path) -> None:
    model, stack = model_3d(tmp_path), _stated(z="um", y="um", x="um")
    stated = predict(stack, model, NORMALISATION)
    np.testing.assert_array_equal(stated, predict(stack.values, model, NORMALISATION, voxel_size_um=(0.3, 0.3, 0.3)))
    np.testing.assert_array_equal(stated.z, stack.z)
    assert stated.attrs["models"][0]["voxel_size_um"] == list(LEARNT)
    as_it_is = predict(stack, model, NORMALISATION, voxel_size_um=LEARNT)
    np.testing.assert_array_equal(as_it_is, predict(stack.values, model, NORMALISATION))
    assert "voxel_size_um" not in as_it_is.attrs["models"][0]


@pytest.fixture(scope="module")
def shared_model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return model_3d(tmp_path_factory.mktemp("scale"))


@settings(deadline=None, max_examples=30)
@given(shape=st.tuples(*[st.integers(1, 9)] * 3), factors=st.tuples(*[st.floats(0.3, 3.5)] * 3))
def test_predictions_come_back_onto_the_grid_of_the_input(
    shared_model: Model, shape: tuple[int, int, int], factors: tuple[float, float, float]
) -> None:
    size_um = tuple(size * factor for size, factor in zip(LEARNT, factors, strict=True))
    model, stack = shared_model, textured(shape)
    predicted = predict(stack, model, NORMALISATION, voxel_size_um=(size_um[0], size_um[1], size_um[2]))
    assert predicted.shape == (2, *shape)
    assert np.isfinite(predicted).all()


def test_what_is_resampled_is_what_one_does_by_hand(tmp_path: Path) -> None:
    size_um, stack = (0.5, 0.13, 0.35), textured((3, 20, 12))
    model = model_3d(tmp_path)
    small = predict(resample(stack, size_um, LEARNT, order=3), model, NORMALISATION, uncertainty=("flips",))
    predicted = predict(stack, model, NORMALISATION, voxel_size_um=size_um, uncertainty=("flips",))
    for structure in range(2):
        by_hand = resample(small.values[structure], LEARNT, size_um, stack.shape)
        np.testing.assert_allclose(predicted[structure], by_hand, rtol=1e-5, atol=1e-6)
        variance = resample(small.uncertainty.values[structure] ** 2, LEARNT, size_um, stack.shape)
        np.testing.assert_allclose(predicted.uncertainty[structure] ** 2, variance, rtol=1e-3, atol=1e-6)


def test_planes_that_are_channels_stay_what_they_are(tmp_path: Path) -> None:
    model = projecting_model(tmp_path, planes=3)
    predicted = predict(textured((3, 9, 11)), model, NORMALISATION, voxel_size_um=(4.0, 0.3, 0.15))
    assert predicted.shape == (2, 1, 9, 11)


def test_models_of_two_voxel_sizes_predict_together(tmp_path: Path) -> None:
    fine = model_3d(tmp_path, "dna")
    coarse = model_3d(tmp_path, "golgi", seed=1, voxel_size_um=(0.29, 0.3, 0.3))
    flat, stack = model_2d(tmp_path, "vesicles"), textured((4, 17, 15))
    together = predict(stack, [fine, coarse, flat], NORMALISATION, voxel_size_um=LEARNT)
    for model in (fine, coarse, flat):
        alone = predict(stack, model, NORMALISATION, voxel_size_um=LEARNT)
        np.testing.assert_array_equal(together.sel(structure=list(model.card.structures)), alone)

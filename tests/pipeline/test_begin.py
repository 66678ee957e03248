"""What is checked, resolved and told before a run computes anything."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import livecell
from livecell.errors import ConfigError, ModelError
from livecell.models import Model
from livecell.pipeline.begin import begin
from livecell.pipeline.process import process
from livecell.volumes import Normalisation
from tests.scenes.models import card_of, package_of
from tests.scenes.pipeline import SAMPLING, SHAPE, acquisition, settings

COARSER_UM = (0.5, 0.42, 0.42)


def _models(folder: Path, **changes: object) -> list[Model]:
    """Two models that share golgi."""
    structures = [("dna", "golgi"), ("golgi",)]
    size = {"voxel_size_um": SAMPLING.voxel_size_um} | changes
    return [
        package_of(folder / f"m{seed}", card_of(*names, name=f"m{seed}", **size), seed)
        for seed, names in enumerate(structures)
    ]


def _predict(models: list[Model], **changes: object) -> dict[str, object]:
    return {"models": [str(model.path) for model in models], **changes}


def test_ensembles_are_told(tmp_path: Path) -> None:
    models, source = _models(tmp_path), acquisition(tmp_path / "a.ome.zarr", frames=1)
    record = begin(source, settings(models[0], predict=_predict(models))).record
    assert "golgi: mean of models m0 and m1" in record["warnings"]
    assert [entry["name"] for entry in record["structures"]] == ["dna", "golgi"]
    alone = begin(source, settings(models[0])).record
    assert not any("mean of" in warning for warning in alone["warnings"])


def test_resampling_is_told_and_the_tile_is_that_of_the_model(tmp_path: Path) -> None:
    models = _models(tmp_path, voxel_size_um=(0.5, 0.15, 0.3))
    beginning = begin(acquisition(tmp_path / "a.ome.zarr", frames=1), settings(models[0]))
    assert any("resampled for it, y from 0.3 to 0.15 um, and" in warning for warning in beginning.record["warnings"])
    assert beginning.settings.predict.tile == (SHAPE[0], 2 * SHAPE[1], SHAPE[2])


@pytest.mark.parametrize(
    ("learnt", "z_um", "planes"),
    [((2, 3), 0.5, 4), ((2,), 0.25, 8), ((2, 4), 0.5, None), ((7,), 0.25, None), (None, 0.25, None)],
)
def test_stacks_taller_than_a_model_learnt_from_are_told(
    tmp_path: Path, learnt: tuple[int, ...] | None, z_um: float, planes: int | None
) -> None:
    """Of 4 planes every 0.5 um, as the model sees them; a few planes more do no harm."""
    models = _models(tmp_path, voxel_size_um=(z_um, 0.3, 0.3), patch_planes=learnt)
    record = begin(acquisition(tmp_path / "a.ome.zarr", frames=1), settings(models[0])).record
    told = [warning for warning in record["warnings"] if "taller" in warning]
    assert len(told) == (planes is not None)
    if learnt is not None and planes is not None:
        assert f"model m0 learnt from patches of at most {max(learnt)} planes and sees {planes}" in told[0]


def test_what_cannot_be_predicted_is_refused_at_once(tmp_path: Path) -> None:
    models, source = _models(tmp_path), acquisition(tmp_path / "a.ome.zarr", frames=1)
    far = package_of(tmp_path / "far", card_of("dna", voxel_size_um=(0.5, 0.05, 0.3)))
    with pytest.raises(ModelError, match=r"y 0\.3 um for 0\.05 um"):
        begin(source, settings(far))
    with pytest.raises(ConfigError, match="one model for each structure"):
        begin(source, settings(models[0], predict={"uncertainty": ["ensemble"]}))


def test_a_run_predicts_what_python_does(tmp_path: Path) -> None:
    """With an ensemble, flips, and models that learnt at another voxel size."""
    models, source = _models(tmp_path, voxel_size_um=COARSER_UM), acquisition(tmp_path / "a.ome.zarr", frames=1)
    predicted = _predict(models, uncertainty=["flips", "ensemble"], dtype="float32")
    run = process(source, tmp_path / "run", settings(models[0], predict=predicted), stages=("predict",))
    normalisation = Normalisation(**run.folder.read_calibration()["0"]["normalisation"])
    expected = livecell.predict(
        livecell.open_movie(source).isel(t=0, c=0), models, normalisation, uncertainty=("flips", "ensemble")
    )
    stored = run.predictions().isel(t=0).to_numpy()
    np.testing.assert_allclose(stored, expected, rtol=1e-4, atol=1e-4 * float(expected.std()))

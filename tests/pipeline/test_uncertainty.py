"""Uncertainty of a run: a store of its own, confidence of every object, and what changed settings make of both."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import zarr

import livecell
from livecell import store
from livecell.config import RunSettings
from livecell.errors import RunFolderError
from livecell.pipeline.open_run import Run
from livecell.pipeline.process import advance, process
from livecell.volumes import Normalisation
from tests.scenes.pipeline import acquisition, model, settings
from tests.store.test_create import validate

STAGES = ("predict", "segment", "measure", "track")
FRAMES = 3


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("uncertain")
    source = acquisition(folder / "a.ome.zarr", FRAMES)
    used = settings(model(folder / "model"), predict={"uncertainty": ["flips"]})
    return process(source, folder / "run", used, stages=STAGES)


def again(run: Run, out: Path, **changes: object) -> Run:
    values = run.folder.read_settings().model_dump(mode="json")
    values["predict"] |= changes
    return process(run.record["input"]["path"], out, RunSettings.model_validate(values), stages=STAGES)


def told(run: Run, frame: int) -> np.ndarray:
    """Uncertainty of a timepoint as prediction tells it, (c, z, y, x)."""
    calibration = run.folder.read_calibration()["0"]
    volume = livecell.predict(
        livecell.open_movie(run.record["input"]["path"]).isel(t=frame, c=0),
        livecell.open_model(run.record["models"][0]["path"]),
        normalisation=Normalisation(**calibration["normalisation"]),
        uncertainty=("flips",),
    )
    return volume.coords["uncertainty"].to_numpy()


def test_it_has_a_store_of_its_own(run: Run) -> None:
    validate(run.folder.uncertainty)
    found = run.uncertainty()
    assert found.dims == ("t", "c", "z", "y", "x")
    assert found.shape == run.predictions().shape
    assert tuple(found.coords["c"].values) == run.structures
    assert zarr.open_array(str(run.folder.uncertainty / "0"), mode="r").dtype == "uint16"
    assert float(found.min()) >= -1e-3


@pytest.mark.parametrize("frame", range(FRAMES))
def test_it_is_what_prediction_tells_up_to_the_end_of_its_range(run: Run, frame: int) -> None:
    found, expected = run.uncertainty().isel(t=frame).to_numpy(), told(run, frame)
    for channel, name in enumerate(run.structures):
        entry = run.folder.read_calibration()["0"]["structures"][name]["uncertainty"]
        scale, offset = entry["encoding"]["scale"], entry["encoding"]["offset"]
        clipped = np.clip(expected[channel], scale + offset, 65535 * scale + offset)
        assert np.abs(found[channel] - clipped).max() <= 0.51 * scale + 1e-4
        assert 65535 * scale + offset == pytest.approx(1.5 * entry["window"][1]), "with room for later frames"


def test_every_object_has_a_confidence(run: Run) -> None:
    confidence = run.table("objects")["confidence"]
    assert len(confidence)
    assert confidence.between(0.5, 1.0).all()
    assert run.table("tracks")["confidence"].between(0.5, 1.0).all()


def test_confidence_is_that_of_what_is_stored(run: Run) -> None:
    frame, name = FRAMES - 1, run.structures[0]
    here = {"t": frame, "c": 0}
    objects = livecell.measure(
        run.labels(name).isel(t=frame),
        run.predictions().isel(here).to_numpy(),
        structure=name,
        uncertainty=run.uncertainty().isel(here).to_numpy(),
    )
    stored = run.table("objects").query("frame == @frame and structure == @name")
    assert stored["confidence"].to_numpy() == pytest.approx(objects["confidence"].to_numpy())


@pytest.mark.parametrize("dtype", ["uint8", "float16"])
def test_it_is_stored_in_the_type_of_the_predictions(run: Run, tmp_path: Path, dtype: str) -> None:
    other = again(run, tmp_path / "run", dtype=dtype)
    assert zarr.open_array(str(other.folder.uncertainty / "0"), mode="r").dtype == dtype
    validate(other.folder.uncertainty)
    assert other.table("objects")["confidence"].notna().all()


def test_without_volumes_confidence_stays(run: Run, tmp_path: Path) -> None:
    other = again(run, tmp_path / "run", dtype="none")
    assert other.table("objects").equals(run.table("objects"))
    with pytest.raises(RunFolderError, match="keeps its volumes"):
        other.uncertainty()
    image = other.folder.uncertainty
    assert not any(store.has_volume(image, t, c) for t in range(FRAMES) for c in range(2))
    assert not [path for path in image.glob("?/c/**/*") if path.is_file()]


def test_a_lost_volume_of_it_is_made_again(run: Run, tmp_path: Path) -> None:
    process(run.record["input"]["path"], tmp_path / "run", run.folder.read_settings(), stages=("predict",))
    store.delete_volume(tmp_path / "run" / "uncertainty.ome.zarr", 1, 1)
    mended = again(run, tmp_path / "run")
    np.testing.assert_array_equal(mended.uncertainty(), run.uncertainty())


def test_without_it_the_store_goes_and_confidence_is_empty(run: Run, tmp_path: Path) -> None:
    process(run.record["input"]["path"], tmp_path / "run", run.folder.read_settings(), stages=STAGES[:3])
    plain = again(run, tmp_path / "run", uncertainty=[])
    assert not plain.folder.uncertainty.exists()
    assert plain.table("objects")["confidence"].isna().all()
    with pytest.raises(RunFolderError, match="uncertainty"):
        advance(tmp_path / "run", ("track",)).uncertainty()

"""Every sample configuration is loaded, and those of runs do a dry run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile

from livecell.config import RunSettings, SimulateSettings, TrainSettings, load_settings
from livecell.config.base import Settings
from livecell.models import bundled_models
from livecell.pipeline.dry_plans import plan_simulation, plan_training
from livecell.pipeline.dry_run import estimate
from livecell.simulation import simulate
from tests.scenes.pipeline import acquisition, model

FOLDER = Path(__file__).parent.parent / "sample_configs"
FILES = sorted(FOLDER.glob("*.yaml"))


def kind_of(path: Path) -> type[Settings]:
    if path.name.startswith("simulate"):
        return SimulateSettings
    return TrainSettings if path.name.startswith("train") else RunSettings


RUNS = [path for path in FILES if kind_of(path) is RunSettings]


def input_for(path: Path, folder: Path) -> Path:
    if path.stem == "tiff_folder":
        for t in range(2):
            for z in range(8):
                folder.mkdir(exist_ok=True)
                tifffile.imwrite(folder / f"img_t{t}_z{z}.tif", np.full((64, 64), 100 + t, dtype=np.uint16))
        return folder
    positions = ("A/1/0", "A/2/0", "B/1/0") if path.stem == "plate" else ("0",)
    return acquisition(folder / "a.ome.zarr", 2, positions)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_loads(path: Path) -> None:
    settings = load_settings(path, kind_of(path))
    if isinstance(settings, SimulateSettings):
        assert simulate(settings).shape[0] == settings.timepoints


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_it_does_a_dry_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "simulated" in bundled_models()
    monkeypatch.chdir(tmp_path)
    model(tmp_path / "my_model", ("lipid_droplets", "dna"))
    found = estimate(input_for(path, tmp_path / "input"), tmp_path / "run", load_settings(path, RunSettings))
    assert found.timepoints == (4 if path.stem == "plate" else 2)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("path", [path for path in FILES if path not in RUNS], ids=lambda path: path.stem)
def test_simulations_and_trainings_do_a_dry_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings, listed = load_settings(path, kind_of(path)), []
    if path.stem == "train_manifest":
        listed.append("pairs.csv")
        Path("pairs.csv").write_text("source,dna,split\na.tif,b.tif,train\nc.tif,d.tif,validation\n", encoding="utf-8")
    if isinstance(settings, SimulateSettings):
        found = plan_simulation(tmp_path / "a.ome.zarr", settings)
        assert found["units"] == settings.timepoints
        assert found["written_bytes"] > 0
    else:
        assert isinstance(settings, TrainSettings)
        found = plan_training(tmp_path / "model", settings)
        assert found["patches"] == settings.fit.steps * settings.fit.batch
        assert len(found.get("files_not_there", ())) == found.get("files", 0)
        # What is wrong is that nothing of it is there.
        assert all("no such file" in problem for problem in found["problems"])
        assert len(found["problems"]) >= found.get("files", 0)
    assert found["structures"]
    assert [file.name for file in tmp_path.iterdir()] == listed

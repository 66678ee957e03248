"""What an evaluation leaves on the disk, and the command that does it."""

from __future__ import annotations

import json
import re
import shutil
import sys
from importlib.metadata import entry_points
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tifffile

from livecell.errors import StorageError
from livecell.pipeline.evaluate import compare
from livecell.pipeline.evaluation_files import summary, write_files
from livecell.pipeline.open_run import Run
from tests.scenes.evaluation import labels, prediction, truth, write_tiff, write_zarr
from tests.scenes.pipeline import SHAPE, finished_run

[SCRIPT] = entry_points(group="console_scripts", name="livecell")
main = sys.modules[SCRIPT.load().__module__]


def call(*arguments: object) -> int:
    code: int = main.run([str(argument) for argument in arguments])
    return code


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return finished_run(tmp_path_factory.mktemp("run"), frames=2, predict={"uncertainty": ["flips"]})


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("pair")
    ours = write_zarr(folder / "p.zarr", {"dna": prediction()}, {"dna": labels()})
    return ours, write_zarr(folder / "t.zarr", {"dna": truth()}, {"dna": labels()})


def test_tables_and_json_say_what_the_evaluation_says(pair: tuple[Path, Path], tmp_path: Path) -> None:
    found = compare(*pair)
    page = write_files(found, tmp_path / "out")
    assert page == tmp_path / "out" / "evaluation.html"
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "out" / "metrics.csv"), found.table, rtol=1e-12)
    for name, table in (("per_z", found.per_z), ("per_t", found.per_t)):
        read = pd.read_csv(tmp_path / "out" / f"{name}.csv", dtype={"position": str})
        pd.testing.assert_frame_equal(read, table, rtol=1e-12, check_dtype=False)
    stored = json.loads((tmp_path / "out" / "metrics.json").read_text(), parse_constant=lambda word: 1 / 0)
    assert stored == json.loads(json.dumps(summary(found)))
    dna = stored["structures"]["dna"]
    assert dna["metrics"]["object_f1"] == 1
    assert (dna["frames"], dna["noise_from"]) == ([0, 1], "estimated")
    assert len(dna["per_t"]) == 2


def test_the_page_of_a_run_shows_input_truth_prediction_and_error(run: Run, tmp_path: Path) -> None:
    html = write_files(compare(run.path, run.path), tmp_path).read_text(encoding="utf-8")
    assert html.count("<img") == 2 * 4
    for words in ("input, middle plane", "truth, frame", "prediction", "absolute difference", "Mitochondria", "Detail"):
        assert words in html
    assert not re.search(r"<script|https?:|@import", html)


def test_a_truth_with_a_noisy_twin(run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "truth"
    shutil.copytree(run.path, copy)
    clean = {name: run.predictions().sel(c=name).to_numpy() for name in run.structures}
    rng = np.random.default_rng(0)
    noisy = {name: movie + rng.normal(0, 0.5, movie.shape).astype("float32") for name, movie in clean.items()}
    write_zarr(copy / "noisy.ome.zarr", noisy)
    found = compare(run.path, copy).structures[0]
    assert found.noise_from == "noisy twin"
    assert found.figures["pearson_r"] == pytest.approx(1)
    assert found.figures["noise_sd"] == pytest.approx(0.5, rel=0.05)
    assert found.figures["share_of_ceiling"] == pytest.approx(1, abs=0.02)
    assert SHAPE[0] == len(found.per_z)


def test_a_folder_that_cannot_be_written(pair: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="choose another -o"):
        write_files(compare(*pair), tmp_path / "file" / "out")


def test_the_command_prints_a_table_or_json(
    pair: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("evaluate", *pair, "-o", tmp_path / "out", "--region", "x=2:30", "--min-iou", "0.3") == 0
    shown = capsys.readouterr().out
    assert "NRMSE" in shown
    assert "evaluation.html" in shown
    assert call("evaluate", *pair, "--json", "--noise-sd", "0.2", "--threshold", "0", "--truth-threshold", "0") == 0
    assert json.loads(capsys.readouterr().out)["settings"]["noise_sd"] == 0.2


def test_the_command_takes_tiffs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ours, theirs = write_tiff(tmp_path / "p.tif", prediction()), write_tiff(tmp_path / "t.tif", truth())
    assert call("evaluate", ours, theirs, "--structure", "dna", "--fit-scale") == 0
    assert "dna" in capsys.readouterr().out


def test_the_command_takes_plain_tiffs_and_says_the_unit_of_lengths(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, movie in (("p.tif", prediction()), ("t.tif", truth())):
        tifffile.imwrite(tmp_path / name, movie[0], photometric="minisblack", metadata=None)
    pair = (tmp_path / "p.tif", tmp_path / "t.tif")
    assert call("evaluate", *pair) == 1
    assert "--axes" in capsys.readouterr().err
    assert call("evaluate", *pair, "--axes", "zyx", "-o", tmp_path / "out") == 0
    assert "FRC voxel" in capsys.readouterr().out
    assert json.loads((tmp_path / "out" / "metrics.json").read_text())["length_unit"] == "voxel"
    assert "<small>voxel</small>" in (tmp_path / "out" / "evaluation.html").read_text(encoding="utf-8")
    assert call("evaluate", *pair, "--axes", "zyx", "--voxel-size", "0.5,0.2,0.2") == 0
    assert "FRC um" in capsys.readouterr().out


def test_the_page_of_an_image_with_unknown_voxels(tmp_path: Path) -> None:
    holes = prediction()
    holes[0] = np.nan
    holes[1, 1, :5] = np.nan
    ours = write_zarr(tmp_path / "p.zarr", {"dna": holes})
    page = write_files(compare(ours, write_zarr(tmp_path / "t.zarr", {"dna": truth()})), tmp_path / "out")
    assert page.read_text(encoding="utf-8").count("<img") == 3
    dna = json.loads((tmp_path / "out" / "metrics.json").read_text())["structures"]["dna"]
    assert (dna["frames"], dna["left_out"]) == ([1], [{"position": "0", "frame": 0}])


@pytest.mark.parametrize("region", ["x=3", "w=1:2", "x=5:2", "x=a:b"])
def test_a_region_that_is_none(pair: tuple[Path, Path], region: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("evaluate", *pair, "--region", region) == 1
    assert "x=704:1024" in capsys.readouterr().err


def test_tracks_have_a_table_and_counts_of_their_own(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("evaluate", run.path, run.path, "--event-tolerance", "1") == 0
    table = capsys.readouterr().out.split("\n\n")[1]
    assert "TRA" in table.splitlines()[0]
    assert call("evaluate", run.path, run.path, "--json") == 0
    for each in json.loads(capsys.readouterr().out)["structures"].values():
        counts = each["counts"]
        assert counts["objects_true"] == counts["objects_predicted"] == counts["objects_found"]
        assert counts["links_missed"] == counts["links_wrong"] == 0

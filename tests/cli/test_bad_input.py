"""Bad input: exit code 1, one clear line, no traceback, and nothing that exists is harmed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile

from livecell.models import Model
from tests.cli.test_commands import call, process
from tests.scenes.acquisition import write_ome_tiff, write_ome_zarr
from tests.scenes.pipeline import SAMPLING, acquisition, model, spots

Case = Callable[[Path, Model], tuple[list[object], str]]
"""Prepares a folder; returns the arguments of the command and words of its message."""


def snapshot(folder: Path) -> dict[Path, str]:
    return {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


def arguments(source: Path, folder: Path, package: Model | Path, *more: object) -> list[object]:
    path = package if isinstance(package, Path) else package.path
    return ["process", source, "-o", folder / "run", "--models", path, "--scheduler", "none", *more]


def no_such_path(folder: Path, package: Model) -> tuple[list[object], str]:
    return arguments(folder / "none.ome.zarr", folder, package), "no such"


def truncated_tiff(folder: Path, package: Model) -> tuple[list[object], str]:
    path = write_ome_tiff(folder / "a.ome.tif", spots(2)[:, None], SAMPLING)
    path.write_bytes(path.read_bytes()[:100])
    return arguments(path, folder, package), "a.ome.tif"


def no_images(folder: Path, package: Model) -> tuple[list[object], str]:
    (folder / "empty").mkdir()
    (folder / "empty" / "notes.txt").write_text("nothing")
    return arguments(folder / "empty", folder, package), "empty"


def no_such_channel(folder: Path, package: Model) -> tuple[list[object], str]:
    return arguments(acquisition(folder / "a.ome.zarr", 1), folder, package, "--channel", "DAPI"), "brightfield"


def no_z_axis(folder: Path, package: Model) -> tuple[list[object], str]:
    path = folder / "flat.tif"
    tifffile.imwrite(path, spots(1)[0, 0], photometric="minisblack")
    return arguments(path, folder, package, "--voxel-size", "1,0.3,0.3"), "z axis"


def no_voxel_size(folder: Path, package: Model) -> tuple[list[object], str]:
    path = folder / "bare.tif"
    tifffile.imwrite(path, spots(1)[0], photometric="minisblack")
    return arguments(path, folder, package, "--axes", "zyx"), "--voxel-size"


def wrong_digest(folder: Path, package: Model) -> tuple[list[object], str]:
    weights = package.path / "weights.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(bytes(content))
    return arguments(acquisition(folder / "a.ome.zarr", 1), folder, package), "digest"


def no_such_model(folder: Path, package: Model) -> tuple[list[object], str]:
    return arguments(acquisition(folder / "a.ome.zarr", 1), folder, folder / "nothing"), "nothing"


def no_such_structure(folder: Path, package: Model) -> tuple[list[object], str]:
    return arguments(acquisition(folder / "a.ome.zarr", 1), folder, package, "--structures", "golgi"), "golgi"


def misspelt_key(folder: Path, package: Model) -> tuple[list[object], str]:
    (folder / "c.yaml").write_text("predict: {memory_buget_gb: 1}\n")
    source = acquisition(folder / "a.ome.zarr", 1)
    return arguments(source, folder, package, "-c", folder / "c.yaml"), "did you mean 'memory_budget_gb'"


def negative_voxel_size(folder: Path, package: Model) -> tuple[list[object], str]:
    source = acquisition(folder / "a.ome.zarr", 1)
    return arguments(source, folder, package, "--voxel-size", "0.5,-0.3,0.3"), "voxel_size_um"


def voxel_size_of_two(folder: Path, package: Model) -> tuple[list[object], str]:
    source = acquisition(folder / "a.ome.zarr", 1)
    return arguments(source, folder, package, "--voxel-size", "0.3,0.3"), "three numbers"


def unknown_scheduler(folder: Path, package: Model) -> tuple[list[object], str]:
    return arguments(acquisition(folder / "a.ome.zarr", 1), folder, package, "--scheduler", "slrum"), "none, local"


def folder_of_another_run(folder: Path, package: Model) -> tuple[list[object], str]:
    other = acquisition(folder / "other.ome.zarr", 1)
    assert process(other, folder / "run", package) == 0
    return arguments(acquisition(folder / "a.ome.zarr", 2), folder, package), "--overwrite"


def folder_of_something_else(folder: Path, package: Model) -> tuple[list[object], str]:
    (folder / "run").mkdir()
    (folder / "run" / "thesis.txt").write_text("mine")
    return arguments(acquisition(folder / "a.ome.zarr", 1), folder, package), "other things"


def output_is_a_file(folder: Path, package: Model) -> tuple[list[object], str]:
    (folder / "run").write_text("mine")
    return arguments(acquisition(folder / "a.ome.zarr", 1), folder, package), "a file"


def interval_unknown(folder: Path, package: Model) -> tuple[list[object], str]:
    path = folder / "movie.tif"
    tifffile.imwrite(path, spots(2), photometric="minisblack")
    return arguments(path, folder, package, "--axes", "tzyx", "--voxel-size", "0.5,0.3,0.3"), "--interval"


CASES = [
    no_such_path,
    truncated_tiff,
    no_images,
    no_such_channel,
    no_z_axis,
    no_voxel_size,
    interval_unknown,
    wrong_digest,
    no_such_model,
    no_such_structure,
    misspelt_key,
    negative_voxel_size,
    voxel_size_of_two,
    unknown_scheduler,
    folder_of_another_run,
    folder_of_something_else,
    output_is_a_file,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_bad_input(case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line, words = case(tmp_path, model(tmp_path / "model"))
    before = snapshot(tmp_path)
    capsys.readouterr()
    assert call(*line) == 1
    shown = capsys.readouterr().err.strip().splitlines()
    assert len([text for text in shown if text.startswith("livecell: ")]) == 1
    assert words in shown[-1]
    assert "Traceback" not in "".join(shown)
    assert snapshot(tmp_path) == before


def test_one_plane_with_a_z_axis_is_padded(tmp_path: Path) -> None:
    path = write_ome_zarr(tmp_path / "one.ome.zarr", spots(2)[:, None, :1], SAMPLING, ["brightfield"])
    assert process(path, tmp_path / "run", model(tmp_path / "model")) == 0


@pytest.mark.parametrize(("number", "words"), [(30, "Read-only"), (28, "No space left")])
def test_a_disk_that_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: int, words: str
) -> None:
    source, package = acquisition(tmp_path / "a.ome.zarr", 1), model(tmp_path / "model")
    original = Path.mkdir

    def refusing(path: Path, *given: object, **options: object) -> None:
        if "run" in path.parts:
            raise OSError(number, os.strerror(number), str(path))
        original(path, *given, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "mkdir", refusing)
    assert process(source, tmp_path / "run", package) == 1
    shown = capsys.readouterr().err
    assert words in shown
    assert "Traceback" not in shown
    assert np.array_equal(sorted(p.name for p in tmp_path.iterdir()), ["a.ome.zarr", "model"])

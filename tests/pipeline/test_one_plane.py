"""Runs of models that predict one plane of a stack: volumes, labels and tables are flat, all else is as ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from livecell.models import Model
from livecell.pipeline.process import process
from tests.scenes.models import card_of, package_of
from tests.scenes.pipeline import SAMPLING, SHAPE, acquisition, settings


def _planes_as_channels(folder: Path) -> Model:
    network = {"ndim": 2, "inputs": SHAPE[0]}
    card = card_of(
        "dna", "mitochondria", network=network, planes_as_channels=True, voxel_size_um=SAMPLING.voxel_size_um
    )
    return package_of(folder / "planes", card, 3)


def _projecting(folder: Path) -> Model:
    card = card_of("dna", "mitochondria", project_z=True, voxel_size_um=SAMPLING.voxel_size_um)
    return package_of(folder / "projecting", card, 3)


@pytest.mark.parametrize("model_of", [_planes_as_channels, _projecting])
def test_a_stack_becomes_one_plane(tmp_path: Path, model_of: object) -> None:
    assert callable(model_of)
    source = acquisition(tmp_path / "a.ome.zarr", 3)
    run = process(source, tmp_path / "run", settings(model_of(tmp_path)))
    assert run.predictions().shape == (3, 2, 1, *SHAPE[1:])
    assert run.labels("dna").shape == (3, 1, *SHAPE[1:])
    assert not run.record["failed"]
    tracks = run.table("tracks")
    assert set(tracks["frame"]) == {0, 1, 2}
    assert (tracks["z_um"] == 0).all()
    assert (run.path / "report.html").stat().st_size > 10_000

"""The same movie gives the same tracks, whatever file it came in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from livecell.pipeline.convert import convert
from livecell.pipeline.process import process
from tests.scenes.acquisition import write_imagej, write_ome_tiff, write_ome_tiff_set, write_ome_zarr
from tests.scenes.pipeline import SAMPLING, acquisition, assert_same_results, model, settings, spots

WRITERS: dict[str, Callable[[Path, np.ndarray], Path]] = {
    "ome_tiff": lambda folder, movie: write_ome_tiff(folder / "a.ome.tif", movie, SAMPLING, ["brightfield"]),
    "ome_tiff_set": lambda folder, movie: write_ome_tiff_set(folder / "set", movie, SAMPLING, ["brightfield"]),
    "imagej": lambda folder, movie: write_imagej(folder / "a.tif", movie, SAMPLING, ["brightfield"]),
    "ome_zarr_0.4": lambda folder, movie: write_ome_zarr(
        folder / "old.ome.zarr", movie, SAMPLING, ["brightfield"], version="0.4"
    ),
    "converted": lambda folder, movie: convert(
        write_ome_tiff(folder / "b.ome.tif", movie, SAMPLING, ["brightfield"]), folder / "b.ome.zarr"
    ),
}


def test_the_same_tracks_from_every_format(tmp_path: Path) -> None:
    used = settings(model(tmp_path / "model"))
    first = process(acquisition(tmp_path / "a.ome.zarr", 3), tmp_path / "first", used)
    assert len(first.table("tracks"))
    for name, write in WRITERS.items():
        source = write(tmp_path, spots(3)[:, None])
        assert_same_results(first, process(source, tmp_path / f"run_{name}", used))


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_missing_timepoints_stay_missing_when_converted(tmp_path: Path, version: str) -> None:
    movie = spots(4)[:, None]
    source = write_ome_zarr(tmp_path / "a.ome.zarr", movie, SAMPLING, ["brightfield"], version=version, missing=[2])
    out = convert(source, tmp_path / "b.ome.zarr")
    again = convert(out, tmp_path / "c.ome.zarr")
    from livecell.acquisition import open_movie

    found = open_movie(again)
    assert found.coords["missing"].values.tolist() == [False, False, True, False]
    np.testing.assert_array_equal(found.isel(t=[0, 1, 3]), movie[[0, 1, 3]])

"""What can be compared: run folders, OME-Zarr, TIFFs, folders of the Cell Tracking Challenge, each by structure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from livecell import store, tables
from livecell.acquisition import open_acquisition, read_volume
from livecell.axes import Sampling
from livecell.errors import AcquisitionError, LivecellError, MissingPathError, ModelError
from livecell.pipeline.ctc_side import IMAGE, CtcSide, open_ctc_side
from livecell.pipeline.open_run import Run, open_run

COUNTS, NETWORK = "counts", "units of the network"


@dataclass(frozen=True)
class RunSide:
    """A run folder, or the truth of a simulation laid out as one."""

    run: Run
    counts: bool
    """Whether the models know what their predictions are in counts of the camera."""

    @property
    def path(self) -> Path:
        """The run folder."""
        return self.run.path

    @property
    def positions(self) -> tuple[str, ...]:
        """Fields of view."""
        return self.run.positions

    @property
    def structures(self) -> tuple[str, ...]:
        """Names of the structures."""
        return self.run.structures

    @property
    def units(self) -> str:
        """Units of the volumes: counts where the models know them."""
        return COUNTS if self.counts else NETWORK if self.run.record["models"] else IMAGE

    def volumes(self, position: str) -> xr.DataArray | None:
        """Return predicted volumes (t, c, z, y, x); None where the run has none."""
        if not self.run.folder.predictions.exists():
            return None
        return self.run.predictions(position, counts=self.counts)

    def deviations(self, position: str) -> xr.DataArray | None:
        """Return standard deviations (t, c, z, y, x) in the units of the volumes; None without uncertainty."""
        if not self.run.folder.uncertainty.exists():
            return None
        return self.run.uncertainty(position, counts=self.counts)

    def noisy(self, position: str) -> xr.DataArray | None:
        """Return the volumes with noise (t, c, z, y, x); None where there are none."""
        return self.run.noisy(position) if self.run.folder.noisy.exists() else None

    def labels(self, structure: str, position: str) -> xr.DataArray | None:
        """Return labels (t, z, y, x) of a structure, its own or the given ones; None where there are none."""
        try:
            if self.run.record["input"]["role"] == "labels":
                return self._given_labels(structure, position)
            return self.run.labels(structure, position)
        except LivecellError:
            return None

    def markers(self, structure: str, position: str) -> xr.DataArray | None:
        """Return the labels (t, z, y, x) that say where the tracks are: those of the objects."""
        return self.labels(structure, position)

    def _given_labels(self, structure: str, position: str) -> xr.DataArray:
        given = self.run.record["input"]
        movie = open_acquisition(given["path"]).movie(position)
        one = len(self.structures) == 1
        return movie.isel(c=given["channel_index"] if one else self.structures.index(structure), drop=True)

    def tracks(self, structure: str) -> pd.DataFrame | None:
        """Return the TRACKS of a structure at all positions; None where nothing was tracked."""
        if not self.run.folder.table("tracks").exists():
            return None
        table = self.run.table("tracks")
        return table[table["structure"] == structure]

    def events(self, structure: str) -> pd.DataFrame:
        """Return the EVENTS of a structure at all positions; without rows where nothing was tracked."""
        if not self.run.folder.table("events").exists():
            return tables.empty(tables.EVENTS)
        table = self.run.table("events")
        return table[table["structure"] == structure]

    def input_plane(self, position: str, frame: int) -> np.ndarray | None:
        """Return the middle plane (y, x) of what was predicted from; None where it cannot be read any more."""
        given = self.run.record["input"]
        try:
            source = open_acquisition(given["path"])
            volume = read_volume(source, position, frame, given.get("channel"))
        except (LivecellError, OSError):
            return None
        plane: np.ndarray = volume[len(volume) // 2]
        return plane


@dataclass(frozen=True)
class ImageSide:
    """Images without a run: one structure per channel."""

    path: Path
    movies: Mapping[str, xr.DataArray]
    images: Mapping[str, store.Location]

    @property
    def positions(self) -> tuple[str, ...]:
        """Fields of view."""
        return tuple(self.movies)

    @property
    def structures(self) -> tuple[str, ...]:
        """Names of the channels."""
        return tuple(str(name) for name in next(iter(self.movies.values())).coords["c"].values)

    @property
    def units(self) -> str:
        """Units of the volumes."""
        return IMAGE

    def volumes(self, position: str) -> xr.DataArray | None:
        """Return the volumes (t, c, z, y, x)."""
        return self.movies[position]

    def deviations(self, position: str) -> xr.DataArray | None:
        """Return None: images say nothing of their uncertainty."""
        return None

    def noisy(self, position: str) -> xr.DataArray | None:
        """Return None: images have no twin."""
        return None

    def labels(self, structure: str, position: str) -> xr.DataArray | None:
        """Return the labels (t, z, y, x) below an OME-Zarr image; None where there are none."""
        path = self.images.get(position)
        if path is None or not (path / "labels" / structure).is_dir():
            return None
        return store.open_labels(path, structure)

    def markers(self, structure: str, position: str) -> xr.DataArray | None:
        """Return the labels (t, z, y, x) of the objects."""
        return self.labels(structure, position)

    def tracks(self, structure: str) -> pd.DataFrame | None:
        """Return None: images have no tracks."""
        return None

    def events(self, structure: str) -> pd.DataFrame:
        """Return the EVENTS table without rows."""
        return tables.empty(tables.EVENTS)

    def input_plane(self, position: str, frame: int) -> np.ndarray | None:
        """Return None: an image does not say what it was made from."""
        return None


Side = RunSide | ImageSide | CtcSide


def open_side(path: str | Path) -> Side:
    """Open a run folder, an OME-Zarr, a folder of the Cell Tracking Challenge or whatever `open_acquisition` reads.

    Raises MissingPathError where there is nothing, AcquisitionError or RunFolderError where it cannot be read.
    """
    path = Path(path)
    if not path.exists():
        raise MissingPathError(path, expected="a run folder or images", found="nothing there", hint="check the path")
    if (path / "run.json").is_file():
        run = open_run(path)
        return RunSide(run, _in_counts(run))
    if path.is_dir() and any((path / name).is_file() for name in ("zarr.json", ".zgroup", ".zattrs")):
        images = store.list_images(path)
        return ImageSide(path, {name: store.open_image(image) for name, image in images.items()}, images)
    if (challenge := open_ctc_side(path)) is not None:
        return challenge
    acquisition = open_acquisition(path)
    return ImageSide(path, {name: acquisition.movie(name) for name in acquisition.positions}, {})


def sampling_of(volumes: xr.DataArray) -> Sampling:
    """Return the sampling of volumes; unknown along all axes where they do not say it."""
    found: Any = volumes.attrs.get("sampling")
    return found if isinstance(found, Sampling) else Sampling()


def open_mask(path: str | Path) -> xr.DataArray:
    """Return the first channel of an image as (t, z, y, x); what is not 0 counts.

    Raises AcquisitionError when it has several positions.
    """
    side = open_side(path)
    if len(side.positions) != 1 or (volumes := side.volumes(side.positions[0])) is None:
        raise AcquisitionError(
            path, expected="one image", found=f"{len(side.positions)} positions", hint="give the mask of one position"
        )
    return volumes.isel(c=0, drop=True)


def _in_counts(run: Run) -> bool:
    """Say whether the models of a run know what their predictions are in counts of the camera."""
    if not run.record["models"] or not run.folder.predictions.exists():
        return False
    try:
        run.predictions(counts=True)
    except ModelError:
        return False
    return True

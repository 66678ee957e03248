"""A run folder as one side of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from livecell import tables
from livecell.acquisition import open_acquisition, read_volume
from livecell.errors import LivecellError, ModelError
from livecell.pipeline.bare_side import IMAGE
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


def open_run_side(path: Path) -> RunSide:
    """Return a run folder as a side; RunFolderError where it cannot be read."""
    run = open_run(path)
    return RunSide(run, _in_counts(run))


def _in_counts(run: Run) -> bool:
    """Say whether the models of a run know what their predictions are in counts of the camera."""
    if not run.record["models"] or not run.folder.predictions.exists():
        return False
    try:
        run.predictions(counts=True)
    except ModelError:
        return False
    return True

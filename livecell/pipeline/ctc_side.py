"""A folder of the Cell Tracking Challenge as one side of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
import xarray as xr

from livecell.acquisition import open_acquisition
from livecell.config.acquisition import AcquisitionSettings
from livecell.exchange import CtcFolder, find_ctc, read_ctc
from livecell.pipeline.bare_side import BareSide

_UNNAMED = "0"
"""The format does not say what its objects are: as of files without names of channels, a number is no name."""


@dataclass(frozen=True)
class CtcSide(BareSide):
    """True tracks of the challenge, or results in its format: labels and tracks of one structure, without images."""

    path: Path
    folder: CtcFolder

    @property
    def positions(self) -> tuple[str, ...]:
        """One field of view."""
        return ("0",)

    @property
    def structures(self) -> tuple[str, ...]:
        """One, which has no name."""
        return (_UNNAMED,)

    def labels(self, structure: str, position: str) -> xr.DataArray | None:
        """Return whole outlines (t, z, y, x); None where the folder has only markers, or outlines of some frames."""
        if self.folder.outlines is None:
            return None
        own = self.folder.outlines == self.folder.masks
        return _open(self.folder.outlines, self.folder.pattern if own else "man_seg{t}.tif")

    def markers(self, structure: str, position: str) -> xr.DataArray | None:
        """Return the labels (t, z, y, x) that say where the tracks are."""
        return _open(self.folder.masks, self.folder.pattern)

    def tracks(self, structure: str) -> pd.DataFrame | None:
        """Return the TRACKS table."""
        return self._tables[0]

    def events(self, structure: str) -> pd.DataFrame:
        """Return the EVENTS table."""
        return self._tables[1]

    @cached_property
    def _tables(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        labels = _open(self.folder.masks, self.folder.pattern)
        sampling = labels.attrs["sampling"]
        size_um = (sampling.z_um or 1.0, sampling.y_um or 1.0, sampling.x_um or 1.0)
        volumes = (labels.isel(t=t).to_numpy() for t in range(labels.sizes["t"]))
        return read_ctc(self.folder, volumes, size_um, _UNNAMED)


def open_ctc_side(path: Path) -> CtcSide | None:
    """Return a folder of the challenge as a side; None for anything else."""
    folder = find_ctc(path) if path.is_dir() else None
    return None if folder is None else CtcSide(path, folder)


def _open(folder: Path, pattern: str) -> xr.DataArray:
    return open_acquisition(folder, AcquisitionSettings(pattern=pattern)).movie().isel(c=0, drop=True)

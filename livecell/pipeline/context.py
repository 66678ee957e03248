"""What every unit of a run needs to know: settings, input, models, calibration; loaded once per process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import xarray as xr

from livecell import store
from livecell.acquisition import Acquisition, open_acquisition
from livecell.config import RunSettings
from livecell.models import Model, open_models
from livecell.pipeline.arrived import read_arrived
from livecell.pipeline.run_folder import RunFolder
from livecell.prediction import predicted_shape
from livecell.structures import Form, Structure

Role = Literal["acquisition", "images", "labels"]
"""What the input of a run is: transmitted light to predict from, fluorescence to segment, or labels to track."""


@dataclass(frozen=True)
class Context:
    """One run, as its units see it."""

    folder: RunFolder
    role: Role
    settings: RunSettings
    acquisition: Acquisition
    models: tuple[Model, ...]
    structures: tuple[Structure, ...]
    calibration: Mapping[str, Any]
    channel: int

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the structures, in the order of the stored channels."""
        return tuple(structure.name for structure in self.structures)

    @property
    def voxel_size_um(self) -> tuple[float, float, float]:
        """(z, y, x) in micrometres."""
        return self.acquisition.sampling.voxel_size_um

    def movie(self, position: str) -> xr.DataArray:
        """Return the lazy input (t, c, z, y, x) of a position."""
        return _movie(self.acquisition, position)

    def frames(self, position: str) -> range:
        """Return the timepoints of a position, missing ones included."""
        return range(self.movie(position).sizes["t"])

    def is_missing(self, position: str, frame: int) -> bool:
        """Say whether the input has no such timepoint in the channels that are used."""
        missing = self.movie(position).coords["missing_channel"].values[frame]
        one = self.role == "acquisition" or len(self.structures) == 1
        return bool(missing[self.channel] if one else missing.any())

    def time_s(self, position: str, frame: int) -> float:
        """Seconds since the first frame."""
        times = self.movie(position).coords["t"].values
        return float(times[frame] - times[0])

    def stored_shape(self, position: str) -> tuple[int, int, int]:
        """Shape (z, y, x) of one volume that is stored for a position: one plane, where stacks predict one."""
        sizes = self.movie(position).sizes
        stack = (sizes["z"], sizes["y"], sizes["x"])
        return predicted_shape(stack, self.models) if self.models else stack

    def field_um(self, position: str) -> tuple[float, float]:
        """Return the distance between the centres of the first and the last voxel along y and x."""
        sizes, (_, y_um, x_um) = self.movie(position).sizes, self.voxel_size_um
        return (sizes["y"] - 1) * y_um, (sizes["x"] - 1) * x_um

    def predictions(self, position: str) -> Path:
        """Return the image the predictions of a position are stored in."""
        return store.image_path(self.folder.predictions, position, self.acquisition.positions)

    def projections(self, position: str) -> Path:
        """Return the image the maximum projections of a position are stored in."""
        return store.image_path(self.folder.projections, position, self.acquisition.positions)

    def uncertainty(self, position: str) -> Path:
        """Return the image the uncertainty of the predictions of a position is stored in."""
        return store.image_path(self.folder.uncertainty, position, self.acquisition.positions)

    @property
    def stored_type(self) -> str:
        """Type on disk; volumes that are not kept travel from unit to unit as scaled uint16."""
        return self.settings.predict.dtype if self.keeps_volumes else "uint16"

    @property
    def keeps_volumes(self) -> bool:
        """Say whether volumes stay once their timepoint is segmented and measured."""
        return self.settings.predict.dtype != "none"

    def structure_calibration(self, position: str, structure: str) -> Mapping[str, Any]:
        """Thresholds, encoding and rendering window of one structure."""
        found: Mapping[str, Any] = self.calibration[position]["structures"][structure]
        return found


@lru_cache(maxsize=64)
def _movie(acquisition: Acquisition, position: str) -> xr.DataArray:
    return acquisition.movie(position)


def load_context(folder: RunFolder) -> Context:
    """Read a run folder into a context."""
    record = folder.read_record()
    settings = folder.read_settings()
    role: Role = record["input"]["role"]
    acquisition = open_acquisition(record["input"]["path"], settings.acquisition, read_arrived(folder))
    models = open_models(settings.predict.models) if role == "acquisition" else ()
    structures = tuple(Structure(s["name"], Form(s["form"]), color=s["color"]) for s in record["structures"])
    calibration = folder.read_calibration()
    return Context(
        folder, role, settings, acquisition, models, structures, calibration, record["input"]["channel_index"]
    )


@lru_cache(maxsize=2)
def cached_context(path: Path, stamp: str) -> Context:
    """Return the context of a run folder, read once per process for each `stamp` (a digest of its state)."""
    del stamp
    return load_context(RunFolder(path))

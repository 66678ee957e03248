"""A finished run, opened from Python: predictions, labels and tracks as xarray, tables as pandas."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from livecell import store
from livecell.errors import RunFolderError
from livecell.exchange import dense, read_parquet, read_tree
from livecell.pipeline.counts import deviation_in_counts, in_counts
from livecell.pipeline.run_folder import RunFolder, open_folder
from livecell.pipeline.track import RUN_TABLES


@dataclass(frozen=True)
class Run:
    """A run folder; everything is read from the disk when asked for."""

    folder: RunFolder

    @property
    def path(self) -> Path:
        """The run folder."""
        return self.folder.path

    @property
    def report(self) -> Path:
        """The page that sums up the run."""
        return self.folder.report

    @property
    def record(self) -> dict[str, Any]:
        """Provenance, as in run.json."""
        return self.folder.read_record()

    @property
    def failed(self) -> list[dict[str, Any]]:
        """Units that failed: stage, position, frame, error."""
        found: list[dict[str, Any]] = self.record["failed"]
        return found

    @property
    def positions(self) -> tuple[str, ...]:
        """Fields of view."""
        return tuple(self.record["input"]["positions"])

    @property
    def structures(self) -> tuple[str, ...]:
        """Names of the structures."""
        return tuple(structure["name"] for structure in self.record["structures"])

    def predictions(self, position: str | None = None, counts: bool = False) -> xr.DataArray:
        """Predicted volumes (t, c, z, y, x) of a position (default: the first), lazy and decoded; NaN where missing.

        In units of the network, or in `counts` of the camera it learnt from. `attrs["normalisation"]` says how the
        input was normalised: offset and scale, None where each frame has its own (see the table of frames).

        Raises RunFolderError for a run that keeps no volumes (`predict: dtype: none`), ModelError when counts are asked
        for and a model does not know the scale of its targets.
        """
        self._check_kept()
        predicted = store.open_image(self._image(self.folder.predictions, position))
        calibration = self.folder.read_calibration().get(position or self.positions[0], {})
        predicted.attrs["normalisation"] = calibration.get("normalisation")
        return in_counts(predicted, self.record["models"]) if counts else predicted

    def projections(self, position: str | None = None) -> xr.DataArray:
        """Maximum projections (t, c, y, x) of the predicted volumes of a position (default: the first), lazy.

        Raises RunFolderError where none were stored.
        """
        _check_stored(self.folder.projections, "projections: true")
        return store.open_image(self._image(self.folder.projections, position)).isel(z=0, drop=True)

    def uncertainty(self, position: str | None = None, counts: bool = False) -> xr.DataArray:
        """Standard deviation (t, c, z, y, x) of each predicted voxel of a position (default: the first), lazy.

        In units of the network, or in `counts` of the camera it learnt from.

        Raises RunFolderError where none was stored, or none is kept; ModelError as `predictions` does.
        """
        _check_stored(self.folder.uncertainty, "uncertainty: [flips]")
        self._check_kept()
        deviation = store.open_image(self._image(self.folder.uncertainty, position))
        return deviation_in_counts(deviation, self.record["models"]) if counts else deviation

    def noisy(self, position: str | None = None) -> xr.DataArray:
        """Targets (t, c, z, y, x) as a camera would have seen them, of the truth of a simulation, lazy.

        Raises RunFolderError where none are stored.
        """
        if not self.folder.noisy.exists():
            raise RunFolderError(
                self.path, expected="noisy targets", found="none", hint="only the truth of a simulation has them"
            )
        return store.open_image(self._image(self.folder.noisy, position))

    def labels(self, structure: str, position: str | None = None) -> xr.DataArray:
        """Labels (t, z, y, x) of a structure at a position (default: the first), lazy."""
        root = self.folder.predictions if self.folder.predictions.exists() else self.folder.labels
        return store.open_labels(self._image(root, position), structure)

    @property
    def defective(self) -> list[dict[str, Any]]:
        """Timepoints that were left out: position, frame, and reason (blank, saturated or torn)."""
        found: list[dict[str, Any]] = self.record.get("defective", [])
        return found

    @property
    def doubtful(self) -> list[dict[str, Any]]:
        """Timepoints that are doubtful: position, frame, reason (unsharp, flicker, duplicated, late), left_out."""
        found: list[dict[str, Any]] = self.record.get("doubtful", [])
        return found

    @property
    def tracks(self) -> xr.DataTree:
        """Tracks as a tree of ragged datasets, /<position>/<structure>."""
        return read_tree(self.folder.tracks)

    @property
    def dynamics(self) -> xr.DataTree:
        """Structures over time as a tree of datasets, /<position>/<table>."""
        return read_tree(self.folder.dynamics)

    def dense(self, structure: str, position: str | None = None) -> xr.Dataset:
        """Tracks of a structure as arrays (track, frame), NaN where a track has no observation."""
        name = (position or self.positions[0]).replace("/", "_")
        return dense(self.tracks[f"/{name}/{structure}"].to_dataset())

    def table(self, name: str) -> pd.DataFrame:
        """Return a table: any of `livecell.pipeline.track.RUN_TABLES`, tracks or objects for instance."""
        path = self.folder.table(name)
        if not path.exists():
            raise RunFolderError(
                self.path, expected=f"the table {name}", found="no such table", hint="run `livecell track RUN` first"
            )
        return read_parquet(path, RUN_TABLES[name])

    def _check_kept(self) -> None:
        # The truth of a simulation has no settings of a run, and keeps its volumes.
        if self.folder.config.exists() and self.folder.read_settings().predict.dtype == "none":
            raise RunFolderError(
                self.path,
                expected="a run that keeps its volumes",
                found="one that deletes each when it is measured (`predict: dtype: none`)",
                hint="labels and projections are there; for volumes process with another `dtype`",
            )

    def _image(self, root: Path, position: str | None) -> Path:
        return store.image_path(root, position or self.positions[0], self.positions)


def open_run(path: str | Path) -> Run:
    """Open a run folder; raises MissingPathError or RunFolderError."""
    return Run(open_folder(path))


def _check_stored(path: Path, setting: str) -> None:
    if not path.exists():
        raise RunFolderError(
            path, expected="images of this run", found="none", hint=f"process with `predict: {setting}`"
        )

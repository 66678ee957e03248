"""The run folder: where everything of a run lies, and whose run it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livecell.config import RunSettings, load_settings
from livecell.engine import Markers, write_json
from livecell.errors import MissingPathError, RunFolderError, StorageError
from livecell.store import remove

DYNAMICS_NAMES = ("dynamics", "rates", "msd", "pairs", "cell_cycles")
"""Tables of structures over time."""
TRACKING_NAMES = ("tracks", "tracks_summary", "events", "lineage", "node_tracks", "cells", "contacts")
"""Tables of tracks and of what happened to them."""
CSV_NAMES = (*TRACKING_NAMES, *DYNAMICS_NAMES, "drift", "frames")


@dataclass(frozen=True)
class RunFolder:
    """Paths within a run folder, and the small files that describe the run."""

    path: Path

    @property
    def config(self) -> Path:
        """Settings as resolved."""
        return self.path / "config.yaml"

    @property
    def record(self) -> Path:
        """Provenance."""
        return self.path / "run.json"

    @property
    def calibration(self) -> Path:
        """What is the same for the whole series, per position."""
        return self.path / "calibration.json"

    @property
    def predictions(self) -> Path:
        """Predicted volumes, and the labels below them."""
        return self.path / "predictions.ome.zarr"

    @property
    def projections(self) -> Path:
        """Maximum projections of the predicted volumes along z, where they are asked for."""
        return self.path / "projections.ome.zarr"

    @property
    def uncertainty(self) -> Path:
        """Standard deviation of each predicted voxel, where it is asked for."""
        return self.path / "uncertainty.ome.zarr"

    @property
    def noisy(self) -> Path:
        """Targets with the noise of a camera, in the truth of a simulation."""
        return self.path / "noisy.ome.zarr"

    @property
    def labels(self) -> Path:
        """Labels of given images, which are referenced, not copied."""
        return self.path / "labels.ome.zarr"

    @property
    def tracks(self) -> Path:
        """The tracks as an xarray DataTree."""
        return self.path / "tracks.zarr"

    @property
    def dynamics(self) -> Path:
        """Structures over time as an xarray DataTree."""
        return self.path / "dynamics.zarr"

    @property
    def report(self) -> Path:
        """The page that sums up the run."""
        return self.path / "report.html"

    @property
    def control(self) -> Path:
        """Markers, parts, lock and log."""
        return self.path / ".livecell"

    @property
    def lock(self) -> Path:
        """The lock file."""
        return self.control / "lock"

    @property
    def arrivals(self) -> Path:
        """What has arrived of an acquisition that is watched; there until the watch is completed."""
        return self.control / "arrivals.json"

    @property
    def delays(self) -> Path:
        """Table of how long after each timepoint was written the tracks knew of it, of a run that was watched."""
        return self.path / "delays.csv"

    @property
    def markers(self) -> Markers:
        """The done-markers."""
        return Markers(self.control / "markers")

    def objects(self, structure: str) -> Path:
        """Object table of a structure."""
        return self.path / "objects" / f"{structure}.parquet"

    def csv(self, table: str) -> Path:
        """CSV file of a table."""
        return self.path / f"{table}.csv"

    def part(self, table: str, position: str, frame: int) -> Path:
        """Part of a table that one unit wrote."""
        return self.control / "parts" / table / position.replace("/", "_") / f"{frame:06d}.parquet"

    def calibration_part(self, position: str) -> Path:
        """Calibration of one position, as its unit wrote it."""
        return self.control / "calibration" / f"{position.replace('/', '_')}.json"

    def inspection_part(self, position: str) -> Path:
        """Frames chosen for the calibration of one position, where all positions share a normalisation."""
        return self.control / "inspection" / f"{position.replace('/', '_')}.json"

    def table(self, name: str) -> Path:
        """A table of the whole run, as tracking wrote it."""
        return self.control / "tables" / f"{name}.parquet"

    def read_record(self) -> dict[str, Any]:
        """Read run.json; RunFolderError where it is missing or torn."""
        return self._read_json(self.record)

    def read_calibration(self) -> dict[str, Any]:
        """Read calibration.json; an empty mapping where there is none yet."""
        return self._read_json(self.calibration) if self.calibration.exists() else {}

    def read_calibration_part(self, position: str) -> dict[str, Any]:
        """Read what the calibration unit of a position wrote."""
        return self._read_json(self.calibration_part(position))

    def read_inspection_part(self, position: str) -> dict[str, Any]:
        """Read which frames of a position were chosen for calibration."""
        return self._read_json(self.inspection_part(position))

    def read_settings(self) -> RunSettings:
        """Read config.yaml."""
        return load_settings(self.config, RunSettings)

    def _read_json(self, path: Path) -> dict[str, Any]:
        try:
            content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError) as error:
            raise RunFolderError(
                self.path, expected=f"a readable {path.name}", found=str(error), hint="start again with --overwrite"
            ) from error
        return content


def open_folder(path: str | Path) -> RunFolder:
    """Return an existing run folder; raises MissingPathError or RunFolderError."""
    folder = RunFolder(Path(path))
    if not folder.path.is_dir():
        raise MissingPathError(path, expected="a run folder", found="no such folder", hint="check the path")
    if not folder.record.is_file():
        raise RunFolderError(
            path,
            expected="a run folder of livecell",
            found="no run.json in it",
            hint="make one with `livecell process ACQUISITION -o RUN`",
        )
    return folder


def claim_folder(path: str | Path, identity: str, overwrite: bool = False) -> RunFolder:
    """Return a folder to run in: a new one, or that of the same input.

    Nothing existing is touched, except that with `overwrite` an earlier run is removed. Raises RunFolderError when the
    folder holds something else or another input's run, StorageError when it cannot be written.
    """
    folder = check_claim(path, identity, overwrite)
    try:
        folder.control.mkdir(parents=True, exist_ok=True)
        probe = folder.control / "probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StorageError(
            path, expected="a folder that can be written", found=error.strerror or str(error), hint="choose another -o"
        ) from error
    return folder


def check_claim(path: str | Path, identity: str, overwrite: bool = False) -> RunFolder:
    """Say whether `claim_folder` would accept the folder, touching nothing."""
    folder = RunFolder(Path(path))
    if folder.path.exists():
        _check_ours(folder, identity, overwrite)
    return folder


def _check_ours(folder: RunFolder, identity: str, overwrite: bool) -> None:
    if not folder.path.is_dir():
        raise RunFolderError(folder.path, expected="a folder", found="a file", hint="choose another folder with -o")
    if not folder.record.exists():
        if any(entry.name != ".livecell" for entry in folder.path.iterdir()):
            raise RunFolderError(
                folder.path,
                expected="an empty folder or a run folder of livecell",
                found="a folder with other things in it",
                hint="choose another folder with -o",
            )
        return
    found = folder.read_record()["input"]
    if found["identity"] != identity and not overwrite:
        raise RunFolderError(
            folder.path,
            expected="the run folder of this input",
            found=f"the run of {found['path']}",
            hint="choose another folder with -o, or give --overwrite to replace that run",
        )


def clear_folder(folder: RunFolder) -> None:
    """Remove what a run wrote, and nothing else; the lock stays."""
    stores = [
        folder.predictions,
        folder.projections,
        folder.uncertainty,
        folder.labels,
        folder.tracks,
        folder.dynamics,
        folder.path / "objects",
    ]
    files = [folder.calibration, folder.record, folder.config, folder.report, folder.arrivals, folder.delays]
    files += [folder.csv(name) for name in CSV_NAMES]
    memory = ("markers", "parts", "tables", "calibration", "inspection")
    for store in [*stores, *(folder.control / name for name in memory)]:
        remove(store)
    for file in files:
        file.unlink(missing_ok=True)


def write_record(folder: RunFolder, record: dict[str, Any]) -> None:
    """Write run.json, whole or not at all."""
    write_json(folder.record, record)

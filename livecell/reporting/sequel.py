"""Where to go on from the page: the files of the run, and what it was made with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livecell.reporting.contents import RunContents
from livecell.reporting.rounding import number, runs, size

_MEANINGS = {
    "config.yaml": "all settings, every default spelt out",
    "calibration.json": "normalisation and thresholds, fixed for the whole series",
    "run.json": "where everything came from, and how long it took",
    "predictions.ome.zarr": "predicted volumes with their labels (OME-Zarr)",
    "projections.ome.zarr": "their maximum projections (OME-Zarr)",
    "labels.ome.zarr": "labels (OME-Zarr)",
    "uncertainty.ome.zarr": "uncertainty of the predictions (OME-Zarr)",
    "objects": "one row per object and timepoint (Parquet)",
    "tracks.zarr": "tracks for xarray",
    "dynamics.zarr": "structures over time for xarray",
    "tracks.csv": "one row per object and timepoint, with its track",
    "tracks_summary.csv": "one row per track",
    "events.csv": "divisions, fissions, fusions, appearances, disappearances",
    "cells.csv": "what each cell contains, over time",
    "contacts.csv": "which structures touch, over time",
    "dynamics.csv": "numbers, sizes, networks and events of each structure, over time",
    "rates.csv": "events per object and hour",
    "msd.csv": "mean squared displacement of each structure",
    "pairs.csv": "contact and colocalisation of two structures, over time",
    "cell_cycles.csv": "time between divisions",
    "drift.csv": "drift of the stage",
    "frames.csv": "one row per timepoint: whether it was used, how it looked, how it was normalised",
    "delays.csv": "seconds from the last write of each timepoint until the tracks had it",
}


@dataclass(frozen=True)
class File:
    """A file or folder of the run."""

    name: str
    meaning: str
    size: str


@dataclass(frozen=True)
class Threshold:
    """What was fixed for one structure of one position before the first timepoint."""

    position: str
    structure: str
    values: str
    frames: str


def files(run: Path) -> tuple[File, ...]:
    """Return the files and folders of a run that a user may open, known ones first."""
    present = {path.name: path for path in run.iterdir() if not path.name.startswith(".") and path.suffix != ".html"}
    order = [name for name in _MEANINGS if name in present] + sorted(set(present) - set(_MEANINGS))
    return tuple(File(name, _MEANINGS.get(name, ""), size(_bytes(present[name]))) for name in order)


def thresholds(calibration: Mapping[str, Any]) -> tuple[Threshold, ...]:
    """Return the calibration as rows."""
    return tuple(
        Threshold(
            position=position,
            structure=structure.replace("_", " "),
            values=", ".join(f"{key.replace('_', ' ')} {_value(value)}" for key, value in entry["thresholds"].items()),
            frames=runs(values.get("frames") or []),
        )
        for position, values in calibration.items()
        if isinstance(values, dict)
        for structure, entry in (values.get("structures") or {}).items()
        if isinstance(entry, dict) and entry.get("thresholds")
    )


def versions(contents: RunContents) -> Iterable[tuple[str, str]]:
    """Yield what the run was made with, as (label, value)."""
    for section in ("versions", "machine", "tile_plan"):
        values = contents.record.get(section)
        if isinstance(values, dict):
            yield from ((f"{section.replace('_', ' ')}: {key}", _plain(value)) for key, value in values.items())
    yield "input: identity", _plain(contents.input.get("identity"))


def record_text(contents: RunContents) -> str:
    """Return run.json, laid out to be read."""
    return json.dumps(contents.record, indent=2, ensure_ascii=False)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _value(value: object) -> str:
    return number(value) if isinstance(value, int | float) else _plain(value)


def _bytes(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(inner.stat().st_size for inner in path.rglob("*") if inner.is_file())

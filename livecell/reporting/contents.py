"""What a run folder holds, read leniently: what is absent or broken is named, never fatal, except `run.json`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from livecell.errors import LivecellError, MissingPathError, RunFolderError
from livecell.reporting.dynamics import Dynamics
from livecell.structures import STRUCTURES, Form, Structure
from livecell.tables import (
    DRIFT,
    DYNAMICS,
    EVENTS,
    FRAMES,
    MSD,
    OBJECTS,
    PAIRS,
    RATES,
    SUMMARY,
    TRACKS,
    Table,
    check,
    empty,
)

_HEX = re.compile("^[0-9A-Fa-f]{6}$")


@dataclass(frozen=True)
class RunContents:
    """Records and tables of a run; `gaps` are sentences on what could not be read."""

    folder: Path
    record: Mapping[str, Any]
    calibration: Mapping[str, Any]
    config: str
    tracks: pd.DataFrame
    summary: pd.DataFrame
    events: pd.DataFrame
    objects: pd.DataFrame
    dynamics: Dynamics
    frames: pd.DataFrame
    drift: pd.DataFrame
    gaps: tuple[str, ...]

    @property
    def input(self) -> Mapping[str, Any]:
        """The input as run.json describes it."""
        return _mapping(self.record.get("input"))

    @property
    def keeps_volumes(self) -> bool:
        """Whether predicted volumes stay in the run once they are measured."""
        return self.record.get("stored_as") != "none"

    @property
    def positions(self) -> tuple[str, ...]:
        """All positions, in the order of the input."""
        named = self.input.get("positions") or sorted(set(self.objects["position"]) | set(self.tracks["position"]))
        return tuple(str(position) for position in named)

    @property
    def structures(self) -> tuple[Structure, ...]:
        """All structures, in the order of the run."""
        listed = self.record.get("structures")
        if listed:
            return tuple(_structure(_mapping(entry)) for entry in listed)
        named = sorted(set(self.objects["structure"]) | set(self.tracks["structure"]))
        return tuple(_structure({"name": name}) for name in named)


def read_contents(run: Path) -> RunContents:
    """Read the records and tables of a run folder.

    Raises MissingPathError when there is no such folder, RunFolderError when it holds no readable run.json.
    """
    gaps: list[str] = []
    return RunContents(
        folder=run,
        record=_read_record(run),
        calibration=_read_json(run / "calibration.json", gaps),
        config=_read_text(run / "config.yaml", gaps) or "",
        tracks=_read_table(run / "tracks.csv", TRACKS, gaps),
        summary=_read_table(run / "tracks_summary.csv", SUMMARY, gaps),
        events=_read_table(run / "events.csv", EVENTS, gaps),
        objects=_read_objects(run / "objects", gaps),
        dynamics=_read_dynamics(run, gaps),
        frames=_read_table(run / "frames.csv", FRAMES, gaps) if (run / "frames.csv").exists() else empty(FRAMES),
        drift=_read_table(run / "drift.csv", DRIFT, gaps) if (run / "drift.csv").exists() else empty(DRIFT),
        gaps=tuple(gaps),
    )


def _read_record(run: Path) -> Mapping[str, Any]:
    if not run.is_dir():
        raise MissingPathError(run, expected="a run folder", found="no such folder", hint="check the path")
    gaps: list[str] = []
    record = _read_json(run / "run.json", gaps)
    if gaps:
        raise RunFolderError(
            run,
            expected="a run folder with run.json",
            found=gaps[0],
            hint="give the folder that `livecell process` wrote",
        )
    return record


def _read_json(path: Path, gaps: list[str]) -> Mapping[str, Any]:
    text = _read_text(path, gaps)
    if text is None:
        return {}
    try:
        values = json.loads(text)
    except json.JSONDecodeError:
        values = None
    if not isinstance(values, dict):
        gaps.append(f"{path.name} is damaged")
        return {}
    return values


def _read_text(path: Path, gaps: list[str]) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        gaps.append(f"{path.name} is not there")
    except (OSError, UnicodeDecodeError):
        gaps.append(f"{path.name} cannot be read")
    return None


def _read_table(path: Path, table: Table, gaps: list[str]) -> pd.DataFrame:
    text = {column.name: "object" for column in table.columns if column.dtype == "object"}
    try:
        return check(pd.read_csv(path, dtype=text), table)
    except FileNotFoundError:
        gaps.append(f"{path.name} is not there")
    except (OSError, ValueError, LivecellError):
        gaps.append(f"{path.name} cannot be read")
    return empty(table)


def _read_dynamics(run: Path, gaps: list[str]) -> Dynamics:
    """Read the tables over time; runs of an earlier version, or without tracks, have none."""
    tables = (MSD, RATES, DYNAMICS, PAIRS)
    return Dynamics(*(_read_table(run / f"{t.name}.csv", t, gaps) if _is_there(run, t) else empty(t) for t in tables))


def _is_there(run: Path, table: Table) -> bool:
    return (run / f"{table.name}.csv").exists()


def _read_objects(folder: Path, gaps: list[str]) -> pd.DataFrame:
    parts: list[pd.DataFrame] = []
    for path in sorted(folder.glob("*.parquet")):
        try:
            part = check(pd.read_parquet(path), OBJECTS)
        except (OSError, ValueError, LivecellError):
            gaps.append(f"objects/{path.name} cannot be read")
            continue
        if len(part):
            parts.append(part)
    return pd.concat(parts, ignore_index=True) if parts else empty(OBJECTS)


def _structure(entry: Mapping[str, Any]) -> Structure:
    name = str(entry.get("name", "objects"))
    known = STRUCTURES.get(name, Structure(name, Form.BLOB))
    form, color = entry.get("form"), str(entry.get("color"))
    return Structure(
        name,
        Form(form) if form in set(Form) else known.form,
        known.protein,
        color if _HEX.match(color) else known.color,
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}

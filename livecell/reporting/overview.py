"""What was processed, with what, and what went wrong: the head of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from livecell.reporting.contents import RunContents
from livecell.reporting.rounding import ABSENT, counted, duration, moment, plain, runs, whole

_FEW = 200
"""Rows of a list of failures that are shown; the rest is counted."""


@dataclass(frozen=True)
class Stage:
    """Timepoints of one stage, as counts and as shares of all (percent)."""

    name: str
    done: int
    failed: int
    missing: int
    seconds: str
    each: str

    @property
    def total(self) -> int:
        """All timepoints of the stage."""
        return self.done + self.failed + self.missing

    def percent(self, count: int) -> float:
        """Return a count as percentage of all."""
        return 100 * count / self.total if self.total else 0.0


@dataclass(frozen=True)
class Model:
    """A model package as the page names it; `simulated` is None where the run does not say."""

    name: str
    digest: str
    simulated: bool | None
    structures: str
    licence: str


@dataclass(frozen=True)
class Position:
    """A field of view of the input, in words."""

    name: str
    timepoints: str
    voxels: str
    missing: str


@dataclass(frozen=True)
class Overview:
    """The head of the page: facts as (label, value), and the lists under it.

    `role` is what was given: an acquisition, images to segment, or labels to track.
    """

    title: str
    summary: str
    facts: tuple[tuple[str, str], ...]
    models: tuple[Model, ...]
    warnings: tuple[str, ...]
    stages: tuple[Stage, ...]
    failures: tuple[Mapping[str, Any], ...]
    more_failures: int
    positions: tuple[Position, ...]
    role: str

    @property
    def simulated(self) -> tuple[Model, ...]:
        """The models that learnt from simulation."""
        return tuple(model for model in self.models if model.simulated)

    @property
    def failed(self) -> int:
        """Timepoints that failed, in any stage."""
        return len(self.failures) + self.more_failures


def overview(contents: RunContents, title: str | None) -> Overview:
    """Return the head of the page of a run."""
    record = contents.record
    failures = [entry for entry in _listed(record.get("failed")) if isinstance(entry, dict)]
    path = str(contents.input.get("path") or contents.folder)
    return Overview(
        title=title or path.rstrip("/\\").replace("\\", "/").rsplit("/", 1)[-1],
        summary=_summary(contents),
        facts=tuple(_facts(contents)),
        models=tuple(_model(entry) for entry in _listed(record.get("models")) if isinstance(entry, dict)),
        warnings=(*(str(warning) for warning in _listed(record.get("warnings"))), *contents.gaps),
        stages=tuple(_stage(name, entry) for name, entry in (record.get("stages") or {}).items()),
        failures=tuple(failures[:_FEW]),
        more_failures=max(0, len(failures) - _FEW),
        role=str(contents.input.get("role", "acquisition")),
        positions=tuple(_position(name, contents.input) for name in contents.positions),
    )


def _sampling(sampling: Mapping[str, Any]) -> str:
    """Return the voxel size in words."""
    axes = [sampling.get(name) for name in ("z_um", "y_um", "x_um")]
    if not any(axes):
        return "unknown"
    return " × ".join("?" if axis is None else plain(axis) for axis in axes) + " µm (z, y, x)"


def _summary(contents: RunContents) -> str:
    shapes = list((contents.input.get("shape") or {}).values())
    parts = [counted(len(contents.structures), "structure"), counted(len(contents.positions), "position")]
    if shapes:
        parts.append(counted(max(shape[0] for shape in shapes), "timepoint"))
        interval_s = _mapping(contents.input.get("sampling")).get("interval_s")
        longest = max(shape[0] for shape in shapes) - 1
        if interval_s and longest:
            parts[-1] += f" over {duration(longest * interval_s)}"
    return " · ".join(parts)


def _facts(contents: RunContents) -> Iterable[tuple[str, str]]:
    given, record = contents.input, contents.record
    sampling = _mapping(given.get("sampling"))
    shapes = sorted({" × ".join(str(n) for n in shape[2:]) for shape in (given.get("shape") or {}).values()})
    yield "Input", str(given.get("path") or ABSENT)
    yield "Format", _joined(given.get("kind"), given.get("dtype"))
    yield "Channel", str(given.get("channel") if given.get("channel") is not None else ABSENT)
    yield "Volume", f"{'; '.join(shapes) or ABSENT} voxels (z, y, x)"
    yield "Voxel size", _sampling(sampling)
    yield "Interval", duration(sampling.get("interval_s"))
    finished = record.get("finished")
    yield "Started", moment(record.get("created"))
    yield "Finished", moment(finished) if finished else "not finished"
    if watched := _mapping(record.get("watch")):
        yield "Watched", _watched(watched)
    yield "Computed on", _joined(record.get("device"), record.get("precision"))
    yield "livecell", str(record.get("livecell") or ABSENT)


def _watched(told: Mapping[str, Any]) -> str:
    """Return how far tracks were behind the microscope."""
    timepoints, delay_s = counted(int(told.get("timepoints") or 0), "timepoint"), _mapping(told.get("delay_s"))
    if not delay_s:
        return timepoints
    median, most, longest = (duration(delay_s.get(name)) for name in ("median", "p95", "longest"))
    return f"{timepoints}; tracks {median} after each was written (median; 95 % within {most}, all within {longest})"


def _model(entry: Mapping[str, Any]) -> Model:
    simulated = entry.get("simulated")
    return Model(
        name=str(entry.get("name", ABSENT)),
        digest=str(entry.get("digest", ABSENT)),
        simulated=simulated if isinstance(simulated, bool) else None,
        structures=", ".join(str(name).replace("_", " ") for name in _listed(entry.get("structures"))) or ABSENT,
        licence=str(entry.get("licence") or ABSENT),
    )


def _position(name: str, given: Mapping[str, Any]) -> Position:
    shape = _listed(_mapping(given.get("shape")).get(name))
    missing = _listed(_mapping(given.get("missing")).get(name))
    return Position(
        name=name,
        timepoints=whole(shape[0]) if shape else ABSENT,
        voxels=" × ".join(str(n) for n in shape[2:]) or ABSENT,
        missing=runs(missing) or "none",
    )


def _stage(name: str, entry: Mapping[str, Any]) -> Stage:
    done, failed, missing = (int(entry.get(key) or 0) for key in ("done", "failed", "missing"))
    seconds = entry.get("seconds")
    each = seconds / done if seconds is not None and done else None
    return Stage(str(name), done, failed, missing, duration(seconds), duration(each))


def _joined(*parts: object) -> str:
    return ", ".join(str(part) for part in parts if part) or ABSENT


def _listed(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}

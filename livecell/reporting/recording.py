"""The recording itself: which frames are in doubt and why, and where the stage went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from livecell.reporting.charts import time_axis
from livecell.reporting.contents import RunContents
from livecell.reporting.drawing import LINE, SOFT, svg
from livecell.reporting.rounding import duration, number, runs

_REASONS = {
    "missing": "not in the input",
    "blank": "no contrast",
    "saturated": "5 % more voxels than usual at the ceiling of the camera",
    "torn": "5 % more rows than usual without contrast",
    "duplicated": "the same voxels as the frame before",
    "unsharp": "less than 0.6 of the sharpness around it",
    "flicker": "another brightness by 3 % and by six standard deviations",
    "late": "1.5 intervals or more after the frame before it",
    "failed": "could not be processed; see Failures",
}
"""States and doubts of a frame that are worth a line, and what is meant."""
_UNUSED = ("missing", "blank", "saturated", "torn", "failed")
_FEW_TIMES = 12
"""Times that are written out in a line."""
_STYLES = (("x_um", "x", LINE, "-"), ("y_um", "y", LINE, (0, (4, 2))), ("z_um", "z", SOFT, (0, (1, 1.5))))


@dataclass(frozen=True)
class Doubt:
    """Frames of one position that are in doubt for one reason, in words."""

    position: str
    reason: str
    meaning: str
    frames: str
    times: str
    outcome: str


@dataclass(frozen=True)
class StageCourse:
    """Where the stage went at one position: a drawing, and its largest drift in words."""

    position: str
    drawing: Markup
    largest: str


@dataclass(frozen=True)
class Recording:
    """What is to be said of the recording; `drift` is why there are no courses where there are none."""

    doubts: tuple[Doubt, ...]
    courses: tuple[StageCourse, ...]
    drift: str


def recording(contents: RunContents) -> Recording:
    """Return frames in doubt, by position and reason, and the drift of the stage."""
    left_out = {str(e.get("reason")) for e in _entries(contents.record.get("doubtful")) if e.get("left_out")}
    doubts = [
        _doubt(position, reason, rows, reason in left_out)
        for position, at in _by_position(contents, contents.frames)
        for reason, rows in _in_doubt(at)
    ]
    courses = [_course(position, rows) for position, rows in _by_position(contents, contents.drift) if _moves(rows)]
    return Recording(tuple(doubts), tuple(courses), _why_none(contents.drift))


def _by_position(contents: RunContents, table: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    found = [(position, table[table["position"] == position]) for position in contents.positions]
    return [(position, rows) for position, rows in found if len(rows)]


def _in_doubt(frames: pd.DataFrame) -> Iterable[tuple[str, pd.DataFrame]]:
    told = frames["doubt"].fillna("none") if "doubt" in frames else pd.Series("none", index=frames.index)
    for reason in _REASONS:
        rows = frames[(frames["state"] == reason) | told.str.split(";").map(lambda each, r=reason: r in each)]
        if len(rows):
            yield reason, rows


def _doubt(position: str, reason: str, rows: pd.DataFrame, left_out: bool) -> Doubt:
    times = [duration(float(t_s)) for t_s in rows["t_s"]]
    more = f" and {len(times) - _FEW_TIMES} more" if len(times) > _FEW_TIMES else ""
    outcome = "not there for tracking" if reason in _UNUSED else "left out of tracking" if left_out else "kept"
    frames = runs([int(frame) for frame in rows["frame"]])
    return Doubt(position, reason, _REASONS[reason], frames, ", ".join(times[:_FEW_TIMES]) + more, outcome)


def _moves(rows: pd.DataFrame) -> bool:
    return len(rows) > 1 and bool(_axes(rows, "found_").any() or _axes(rows, "").any())


def _axes(rows: pd.DataFrame, prefix: str) -> NDArray[np.float64]:
    names = [prefix + name for name, *_ in _STYLES if prefix + name in rows]
    return np.asarray(np.nan_to_num(rows[names].to_numpy(dtype=float)))


def _course(position: str, rows: pd.DataFrame) -> StageCourse:
    """Draw what is taken out of the tracks, and faintly what was found but is not certain."""

    def draw(axes: Any) -> None:
        unit, length = time_axis(float(rows["t_s"].max()))
        time = rows["t_s"] / length
        for name, label, colour, style in _STYLES:
            if f"found_{name}" in rows:
                axes.plot(time, rows[f"found_{name}"], color=colour, lw=0.8, ls=style, alpha=0.4)
            axes.plot(time, rows[name], color=colour, lw=1.6, ls=style, label=label)
        axes.set(xlabel=f"time ({unit})", ylabel="drift (µm)")
        axes.yaxis.set_major_locator(MaxNLocator(5))
        axes.legend(ncols=3, loc="best", handlelength=2.4)

    most = {label: float(rows[name].abs().max()) for name, label, *_ in _STYLES}
    largest = ", ".join(f"{label} {number(value, 2)} µm" for label, value in most.items())
    return StageCourse(position, svg(draw, f"Drift of the stage at position {position}"), largest)


def _why_none(drift: pd.DataFrame) -> str:
    if not len(drift):
        return "There is no table of drift."
    if "agreement" in drift and drift["agreement"].notna().any():
        return "It was estimated, and nothing was found to move."
    return "It was not estimated: `drift: estimate: true` in the configuration asks for it."


def _entries(value: object) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []

"""One unit of any stage, as a worker runs it, and whether its result is on the disk already."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from livecell.engine import Status, Unit, is_held_by_another, write_json
from livecell.errors import DamagedVolumeError, RunFolderError
from livecell.pipeline.calibrate import calibrate_position, inspect_position
from livecell.pipeline.context import Context, cached_context
from livecell.pipeline.fingerprints import current_marker, unit_fingerprint
from livecell.pipeline.frames import is_absent
from livecell.pipeline.measure import clear_parts, has_parts, measure_unit
from livecell.pipeline.predict import (
    clear_predictions,
    discard_volumes,
    has_kept,
    has_predictions,
    predict_unit,
)
from livecell.pipeline.segment import clear_labels, has_labels, segment_unit
from livecell.pipeline.workflows import frames_around
from livecell.prediction import limit_threads


def _calibrate_unit(context: Context, unit: Unit) -> Status:
    write_json(context.folder.calibration_part(unit.position), calibrate_position(context, unit.position))
    return "done"


def _inspect_unit(context: Context, unit: Unit) -> Status:
    write_json(context.folder.inspection_part(unit.position), inspect_position(context, unit.position))
    return "done"


def _has_predictions(context: Context, unit: Unit) -> bool:
    """Say whether the volumes are stored, or have served and are not kept."""
    served = _has_served(context, unit) and has_kept(context, unit)
    return served or has_predictions(context, unit)


Findings = Mapping[str, Any]
"""What a unit leaves in its marker: its `status`, and what else there is to say."""


def _plainly(run: Callable[[Context, Unit], Status]) -> Callable[[Context, Unit], Findings]:
    """A unit that has no more to say than its status."""
    return lambda context, unit: {"status": run(context, unit)}


_BEFORE: dict[str, Callable[[Context, Unit], Status]] = {"inspect": _inspect_unit, "calibrate": _calibrate_unit}
"""Units of a whole position, without a marker: calibration.json says that they are done."""

_RUN: dict[str, Callable[[Context, Unit], Findings]] = {
    "predict": predict_unit,
    "segment": _plainly(segment_unit),
    "measure": _plainly(measure_unit),
}
_CLEAR: dict[str, Callable[[Context, Unit], None]] = {
    "predict": clear_predictions,
    "segment": clear_labels,
    "measure": clear_parts,
}
_PRESENT: dict[str, Callable[[Context, Unit], bool]] = {
    "predict": _has_predictions,
    "segment": has_labels,
    "measure": has_parts,
}


def unit_stages(context: Context) -> tuple[str, ...]:
    """Return the stages made of units that a run has, in order: given images need no prediction, labels neither."""
    return {
        "acquisition": ("predict", "segment", "measure"),
        "images": ("segment", "measure"),
        "labels": ("measure",),
    }[context.role]


HELD_BY = "@"
"""Between the state of a run and the token of who works on it, in a stamp."""


def run_unit(path: Path, stamp: str, threads: int, unit: Unit) -> Status:
    """Run a unit of the run folder `path`: remove its marker and old results, write its results, write the marker.

    `stamp` names the state of the run's settings (see `cached_context`), and who works on it; `threads` is how many the
    network may use. Raises RunFolderError when what the unit needs is not there, or another session works on the run.
    """
    context = cached_context(path, stamp)
    _check_held(context, stamp)
    limit_threads(threads)
    if unit.stage in _BEFORE:
        return _BEFORE[unit.stage](context, unit)
    _check_needs(context, unit)
    markers = context.folder.markers
    markers.remove(unit)
    # What fails below leaves nothing of an earlier run behind, which others would take for today's.
    _CLEAR[unit.stage](context, unit)
    start_s = time.perf_counter()
    complete = all(is_current(context, before) for before in follows_of(context, unit))
    # Taken before: input that is written again meanwhile must not count as what was read.
    fingerprint = unit_fingerprint(context, unit)
    findings = _findings_from_whole(context, unit)
    _check_held(context, stamp)
    marker = {
        "fingerprint": fingerprint,
        **findings,
        "seconds": round(time.perf_counter() - start_s, 4),
        "complete": complete,
    }
    markers.write(unit, marker)
    discard_served(context, unit)
    status: Status = findings["status"]
    return status


def _check_held(context: Context, stamp: str) -> None:
    """Raise RunFolderError where another session has taken over: what asked for this unit has ended meanwhile."""
    _, _, token = stamp.partition(HELD_BY)
    if token and is_held_by_another(context.folder.lock, token):
        raise RunFolderError(
            context.folder.path,
            expected="the session that asked for this unit",
            found="another one, which works on it now",
            hint="nothing is to be done: that one computes what is left",
        )


def _findings_from_whole(context: Context, unit: Unit) -> Findings:
    """Run a unit; what it needs counts as absent from now on where that turns out to be damaged."""
    try:
        return _findings(context, unit)
    except DamagedVolumeError:
        for before in (*needs_of(context, unit), *follows_of(context, unit)):
            context.folder.markers.remove(before)
        raise


def _findings(context: Context, unit: Unit) -> Findings:
    # Whether a timepoint is defective is for its prediction to say.
    judge = context.is_missing if unit.stage == "predict" else partial(is_absent, context)
    return {"status": "missing"} if judge(unit.position, unit.frame) else _RUN[unit.stage](context, unit)


def needs_of(context: Context, unit: Unit) -> tuple[Unit, ...]:
    """Return the units whose results a unit reads: of every stage before it, of the same timepoint."""
    stages = unit_stages(context)
    before = stages[: stages.index(unit.stage)]
    return tuple(Unit(stage, unit.position, unit.frame) for stage in before)


def follows_of(context: Context, unit: Unit) -> tuple[Unit, ...]:
    """Return the units a unit only waits for: neighbours that `segment` looks at, labels that `measure` compares."""
    if unit.stage == "segment" and context.role == "acquisition":
        return tuple(Unit("predict", unit.position, at) for at in frames_around(context, unit.position, unit.frame))
    if unit.stage != "measure" or unit.frame == 0 or "segment" not in unit_stages(context):
        return ()
    return (Unit("segment", unit.position, unit.frame - 1),)


def _check_needs(context: Context, unit: Unit) -> None:
    for need in needs_of(context, unit):
        if not is_current(context, need):
            raise RunFolderError(
                f"position {unit.position} timepoint {unit.frame}",
                expected=f"results of {need.stage} with the settings of this run",
                found="none",
                hint=f"run `livecell {need.stage}` on this run first, or `livecell process`",
            )


def is_current(context: Context, unit: Unit) -> bool:
    """Say whether a unit's marker is there, was made with today's settings and input, and its results are there."""
    marker = current_marker(context, unit)
    return marker is not None and (marker["status"] == "missing" or _PRESENT[unit.stage](context, unit))


def is_done(context: Context, unit: Unit) -> bool:
    """Say whether a unit is current, and all it could be compared with was there: else it is worth doing again."""
    marker = current_marker(context, unit)
    return marker is not None and marker["complete"] and is_current(context, unit)


def discard_served(context: Context, unit: Unit) -> None:
    """Delete the volumes of the unit's timepoint, and of those around it, that are not to be kept and have served."""
    for frame in (unit.frame, *frames_around(context, unit.position, unit.frame)):
        one = Unit(unit.stage, unit.position, frame)
        if _has_served(context, one):
            discard_volumes(context, one)


def _has_served(context: Context, unit: Unit) -> bool:
    """Say whether volumes are not to be kept, and all that is made of those of this timepoint is there."""
    if context.keeps_volumes or context.role != "acquisition":
        return False
    looking = (unit.frame, *frames_around(context, unit.position, unit.frame))
    readers = [Unit("segment", unit.position, frame) for frame in looking]
    return all(is_done(context, reader) for reader in (*readers, Unit("measure", unit.position, unit.frame)))

"""One unit of any stage, as a worker runs it, and whether its result is on the disk already."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from livecell.engine import Status, Unit, write_json
from livecell.pipeline.calibrate import calibrate_position
from livecell.pipeline.context import Context, cached_context
from livecell.pipeline.fingerprints import unit_fingerprint
from livecell.pipeline.measure import has_parts, measure_unit
from livecell.pipeline.predict import has_predictions, predict_unit
from livecell.pipeline.segment import has_labels, segment_unit
from livecell.prediction import limit_threads


def _calibrate_unit(context: Context, unit: Unit) -> Status:
    write_json(context.folder.calibration_part(unit.position), calibrate_position(context, unit.position))
    return "done"


_RUN: dict[str, Callable[[Context, Unit], Status]] = {
    "predict": predict_unit,
    "segment": segment_unit,
    "measure": measure_unit,
}
_PRESENT: dict[str, Callable[[Context, Unit], bool]] = {
    "predict": has_predictions,
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


def run_unit(path: Path, stamp: str, threads: int, unit: Unit) -> Status:
    """Run a unit of the run folder `path`: remove its marker, write its results, write the marker.

    `stamp` names the state of the run's settings (see `cached_context`); `threads` is how many the network may use.
    """
    context = cached_context(path, stamp)
    limit_threads(threads)
    if unit.stage == "calibrate":
        return _calibrate_unit(context, unit)
    markers = context.folder.markers
    markers.remove(unit)
    start_s = time.perf_counter()
    status = _RUN[unit.stage](context, unit)
    seconds = round(time.perf_counter() - start_s, 4)
    markers.write(unit, {"fingerprint": unit_fingerprint(context, unit), "status": status, "seconds": seconds})
    return status


def is_done(context: Context, unit: Unit) -> bool:
    """Say whether a unit's marker is there, was made with today's settings and input, and its results are there."""
    marker = context.folder.markers.read(unit)
    if marker is None or marker.get("fingerprint") != unit_fingerprint(context, unit):
        return False
    return marker["status"] == "missing" or _PRESENT[unit.stage](context, unit)

"""Keeping run.json true: what each stage has done and what failed, read from the markers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from livecell.engine import Outcome, Unit
from livecell.pipeline.context import Context
from livecell.pipeline.plan import all_units
from livecell.pipeline.provenance import now
from livecell.pipeline.run_folder import RunFolder, write_record


def record_units(context: Context, stages: Sequence[str], outcomes: Mapping[Unit, Outcome]) -> None:
    """Write into run.json what has come of the units of these stages, in this and in earlier sessions."""
    record = context.folder.read_record()
    failed = [entry for entry in record["failed"] if entry["stage"] not in stages]
    failed += [
        {"stage": unit.stage, "position": unit.position, "frame": unit.frame, "error": outcome.error}
        for unit, outcome in sorted(outcomes.items())
        if outcome.status == "failed"
    ]
    counts = {stage: _count(context, stage) for stage in stages}
    write_record(context.folder, {**record, "stages": {**record["stages"], **counts}, "failed": failed})


def _count(context: Context, stage: str) -> dict[str, Any]:
    markers = [context.folder.markers.read(unit) for unit in all_units(context, [stage])]
    status = Counter(marker["status"] if marker else "failed" for marker in markers)
    seconds = sum(marker["seconds"] for marker in markers if marker)
    return {**{name: status[name] for name in ("done", "failed", "missing")}, "seconds": round(seconds, 2)}


def record_finish(folder: RunFolder) -> None:
    """Write the time at which the run was finished."""
    write_record(folder, {**folder.read_record(), "finished": now()})

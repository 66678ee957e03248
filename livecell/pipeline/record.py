"""Keeping run.json true: what each stage has done and what failed, read from the markers."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from livecell.engine import Outcome, Unit
from livecell.pipeline.context import Context
from livecell.pipeline.foreign import foreign_models, unknown_models
from livecell.pipeline.frames import defect_at
from livecell.pipeline.plan import all_units
from livecell.pipeline.provenance import now
from livecell.pipeline.run_folder import RunFolder, write_record

logger = logging.getLogger(__name__)


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
    defective = _defective(context)
    changes = {"stages": {**record["stages"], **counts}, "failed": failed, "defective": defective}
    write_record(context.folder, {**record, **changes})
    for entry in defective:
        logger.warning("position %(position)s timepoint %(frame)s is %(reason)s: it counts as missing", entry)


def _count(context: Context, stage: str) -> dict[str, Any]:
    markers = [context.folder.markers.read(unit) for unit in all_units(context, [stage])]
    status = Counter(marker["status"] if marker else "failed" for marker in markers)
    seconds = sum(marker["seconds"] for marker in markers if marker)
    return {**{name: status[name] for name in ("done", "failed", "missing")}, "seconds": round(seconds, 2)}


def record_input(context: Context) -> None:
    """Write into run.json to which models the input is foreign, and warn of it."""
    foreign = foreign_models(context.calibration)
    sentences = [each.sentence(model) + _where(context, position) for model, (position, each) in foreign.items()]
    sentences += [f"model {m} does not say what its training images were like" for m in unknown_models(context)]
    record = context.folder.read_record()
    entries = [{"model": model, "position": p, **asdict(each)} for model, (p, each) in foreign.items()]
    write_record(context.folder, {**record, "foreign": entries, "warnings": [*record["warnings"], *sentences]})
    for sentence in sentences:
        logger.warning("%s", sentence)


def _where(context: Context, position: str) -> str:
    return f" (position {position})" if len(context.acquisition.positions) > 1 else ""


def record_flicker(folder: RunFolder, flicker: Mapping[str, Any]) -> None:
    """Write into run.json how much the predictions of each structure flicker."""
    write_record(folder, {**folder.read_record(), "flicker": dict(flicker)})


def record_frames(folder: RunFolder, frames: pd.DataFrame, leave_out: Sequence[str]) -> None:
    """Write into run.json which timepoints are missing, and which are doubtful and whether they were left out."""
    missing = [
        {"position": position, "frame": int(frame)}
        for position, frame, state in zip(frames["position"], frames["frame"], frames["state"], strict=True)
        if state == "missing"
    ]
    doubtful = [
        {"position": position, "frame": int(frame), "reason": reason, "left_out": reason in leave_out}
        for position, frame, told in zip(frames["position"], frames["frame"], frames["doubt"], strict=True)
        for reason in told.split(";")
        if reason != "none"
    ]
    write_record(folder, {**folder.read_record(), "missing": missing, "doubtful": doubtful})


def _defective(context: Context) -> list[dict[str, Any]]:
    """Timepoints that were found defective, and what they are."""
    found = []
    for unit in all_units(context, ["predict"]) if context.role == "acquisition" else ():
        reason = defect_at(context, unit.position, unit.frame)
        if reason is not None:
            found.append({"position": unit.position, "frame": unit.frame, "reason": reason})
    return found


def record_finish(folder: RunFolder) -> None:
    """Write the time at which the run was finished."""
    write_record(folder, {**folder.read_record(), "finished": now()})

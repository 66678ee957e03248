"""At the barrier: what became of each timepoint, how bright its predictions are, and how much these flicker."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from livecell import tables
from livecell.engine import Unit
from livecell.exchange import read_parquet
from livecell.pipeline.context import Context
from livecell.pipeline.frames import FRAME_PARTS, frame_row
from livecell.pipeline.units import is_current
from livecell.volumes import doubts, flicker, flicker_beyond


def frames_of(context: Context, position: str) -> pd.DataFrame:
    """Return the table of frames of a position, one row for each, with what is doubtful about it."""
    rows = [_row(context, position, frame) for frame in context.frames(position)]
    found = tables.concat(rows, tables.FRAMES)
    return tables.check(found.assign(doubt=_doubts(found)), tables.FRAMES)


def left_out(frames: pd.DataFrame, reasons: Sequence[str]) -> set[int]:
    """Return the timepoints of a table of frames that are doubtful for one of these reasons."""
    doubtful = frames["doubt"].str.split(";").map(lambda told: bool({*told} & {*reasons}))
    return set(frames.loc[doubtful, "frame"])


def _doubts(frames: pd.DataFrame) -> list[str]:
    """What is doubtful about each frame in words; defective ones say nothing of the series."""
    used = frames["state"] == "predicted"
    columns = [
        frames[name].where(used).to_numpy(dtype=float) if name in frames else np.full(len(frames), np.nan)
        for name in ("input_level", "input_sharpness")
    ]
    sums = frames["input_checksum"] if "input_checksum" in frames else pd.Series([pd.NA] * len(frames))
    checksums = [None if pd.isna(value) or not ok else int(value) for value, ok in zip(sums, used, strict=True)]
    found = doubts(columns[0], columns[1], checksums, frames["t_s"].to_numpy(dtype=float))
    return [";".join(told) or "none" for told in found]


def levels_of(context: Context, position: str) -> pd.DataFrame:
    """Return the levels of the predictions of a position."""
    return tables.concat(
        [_part(context, "levels", position, frame) for frame in context.frames(position)], tables.LEVELS
    )


def flicker_of(
    structures: Sequence[str], frames: pd.DataFrame, levels: pd.DataFrame
) -> dict[str, dict[str, float | None]]:
    """Return how much the predictions of each structure flicker, how much their input does, and what is beyond that.

    Structures without predictions are left out. Each figure is the median over the positions of
    `livecell.volumes.flicker`; None where it cannot be known.
    """
    found = {}
    for structure in structures:
        of_structure = levels[levels["structure"] == structure]
        if of_structure.empty:
            continue
        pairs = [_pair(frames[frames["position"] == p], rows) for p, rows in of_structure.groupby("position")]
        known = [pair for pair in pairs if np.isfinite(pair).all()]
        predicted, given = (float(value) for value in np.median(known, axis=0)) if known else (np.nan, np.nan)
        figures = {"beyond_input": flicker_beyond(predicted, given), "prediction": predicted, "input": given}
        found[structure] = {name: round(v, 5) if np.isfinite(v) else None for name, v in figures.items()}
    return found


def _pair(frames: pd.DataFrame, levels: pd.DataFrame) -> tuple[float, float]:
    """Flicker of one structure at one position, and of its input."""
    used = frames.set_index("frame").sort_index()
    used = used.where(used["state"] == "predicted")
    shown = levels.set_index("frame").reindex(used.index)
    if "input_level" not in used:
        return np.nan, np.nan
    return flicker(shown["level"], shown["spread"]), flicker(used["input_level"], used["input_spread"])


def _row(context: Context, position: str, frame: int) -> pd.DataFrame:
    part = _part(context, "frames", position, frame)
    return part if len(part) else pd.DataFrame([frame_row(context, position, frame, _state(context, position, frame))])


def _state(context: Context, position: str, frame: int) -> str:
    if context.is_missing(position, frame):
        return "missing"
    return "failed" if context.role == "acquisition" else "given"


def _part(context: Context, name: str, position: str, frame: int) -> pd.DataFrame:
    """What the unit of prediction wrote with today's settings; empty where it wrote nothing."""
    path = context.folder.part(name, position, frame)
    if context.role != "acquisition" or not path.exists():
        return tables.empty(FRAME_PARTS[name])
    current = is_current(context, Unit("predict", position, frame))
    return read_parquet(path, FRAME_PARTS[name]) if current else tables.empty(FRAME_PARTS[name])

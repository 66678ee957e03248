"""Drift of the stage in a run: landmarks of each timepoint as its unit sees it, and the course at the barrier."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from livecell import tables
from livecell.acquisition import read_volume
from livecell.engine import Unit
from livecell.exchange.replace import replacing
from livecell.pipeline.context import Context
from livecell.registration import Landmarks, common_step, estimate_drift, landmarks_of


def write_landmarks(context: Context, unit: Unit) -> Landmarks | None:
    """Write and return what the timepoint is recognised by; None where no drift is to be estimated."""
    if not context.settings.drift.estimate:
        return None
    marks = _seen(context, unit.position, unit.frame)
    with replacing(_path(context, unit.position, unit.frame)) as fresh, fresh.open("wb") as file:
        np.savez_compressed(file, stack=marks.stack, focus=marks.focus, binning=np.array(marks.binning))
    return marks


def clear_landmarks(context: Context, unit: Unit) -> None:
    """Delete the landmarks of the timepoint."""
    _path(context, unit.position, unit.frame).unlink(missing_ok=True)


def has_landmarks(context: Context, unit: Unit) -> bool:
    """Say whether the landmarks of the timepoint are there, or are not needed."""
    return not context.settings.drift.estimate or _path(context, unit.position, unit.frame).exists()


def step_px(context: Context, unit: Unit, marks: Landmarks | None) -> tuple[int, int, int]:
    """Return by how many voxels (z, y, x) the field as a whole has moved since the frame before; 0 where unknown.

    The frame before is seen in the input anew: its own unit may not have come to it yet.
    """
    if marks is None:
        return 0, 0, 0
    return common_step(_seen(context, unit.position, unit.frame - 1), marks)


def drift_of(context: Context, position: str, frames: list[int]) -> pd.DataFrame:
    """Return the DRIFT table of these timepoints of a position; zero where no drift is to be estimated."""
    if not frames:
        return tables.empty(tables.DRIFT)
    t_s = [context.time_s(position, frame) for frame in frames]
    if not context.settings.drift.estimate:
        still = pd.DataFrame({"frame": frames, "z_um": 0.0, "y_um": 0.0, "x_um": 0.0})
        return tables.check(still.assign(position=position, t_s=t_s), tables.DRIFT)
    found = estimate_drift(_landmarks(context, position, frames), context.voxel_size_um)
    return tables.check(found[found["frame"].isin(frames)].assign(position=position, t_s=t_s), tables.DRIFT)


def _seen(context: Context, position: str, frame: int) -> Landmarks:
    """Landmarks of a timepoint, from the input."""
    volume = read_volume(context.acquisition, position, frame, context.channel)
    # Numbers of labels mean nothing: where something is, does.
    return landmarks_of(volume > 0 if context.role == "labels" else volume)


def _landmarks(context: Context, position: str, frames: list[int]) -> Iterator[Landmarks | None]:
    """Landmarks of all timepoints up to the last, read one by one."""
    there = set(frames)
    for frame in range(max(frames) + 1):
        if frame not in there:
            yield None
            continue
        with np.load(_path(context, position, frame)) as parts:
            z, y, x = (int(by) for by in parts["binning"])
            yield Landmarks(parts["stack"], parts["focus"], (z, y, x))


def _path(context: Context, position: str, frame: int) -> Path:
    return context.folder.part("landmarks", position, frame).with_suffix(".npz")

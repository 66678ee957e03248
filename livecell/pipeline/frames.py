"""What is known of each timepoint of the input: whether it can be used, how it is normalised; and the parts for it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from livecell import tables
from livecell.engine import Unit
from livecell.exchange import is_whole_parquet, write_parquet
from livecell.pipeline.context import Context
from livecell.pipeline.fingerprints import current_marker
from livecell.volumes import (
    FrameLooks,
    Normalisation,
    checksum_of,
    lattice,
    level_of,
    normalisation_of,
    sharpness_of,
)

FRAME_PARTS = {"frames": tables.FRAMES, "levels": tables.LEVELS}
"""Tables of which each unit of prediction writes a part."""


def is_absent(context: Context, position: str, frame: int) -> bool:
    """Say whether a timepoint is missing in the input, or was found defective when it was predicted."""
    return context.is_missing(position, frame) or defect_at(context, position, frame) is not None


def defect_at(context: Context, position: str, frame: int) -> str | None:
    """Return what was wrong with a timepoint when it was predicted: blank, saturated, torn; None if nothing was."""
    if context.role != "acquisition":
        return None
    marker = current_marker(context, Unit("predict", position, frame))
    return None if marker is None else marker.get("reason")


def usual_of(context: Context, position: str) -> FrameLooks | None:
    """Return what is usual in the series of a position."""
    found = context.calibration[position].get("usual")
    return None if found is None else FrameLooks(**found)


def own_normalisation(context: Context, volume: np.ndarray) -> Normalisation:
    """Return the normalisation of a volume by itself."""
    # `begin` has made sure that all models agree.
    return normalisation_of([volume], context.models[0].card.normalisation.clip_percentiles)


def normalisation_at(context: Context, position: str, volume: np.ndarray) -> Normalisation:
    """Return how a volume of a position is normalised: as its series or file, or by itself."""
    shared = context.calibration[position]["normalisation"]
    return own_normalisation(context, volume) if shared is None else Normalisation(**shared)


def write_frame_part(
    context: Context, unit: Unit, volume: np.ndarray, looks: FrameLooks, state: str, normalisation: Normalisation | None
) -> None:
    """Write how a timepoint looked, and how it was normalised if it was used."""
    used = {} if normalisation is None else asdict(normalisation)
    row = {
        **frame_row(context, unit.position, unit.frame, state),
        **{f"input_{name}": getattr(looks, name) for name in ("mean", "level", "spread")},
        "saturated_share": looks.saturated_share,
        "empty_row_share": looks.empty_row_share,
        "input_sharpness": sharpness_of(volume),
        "input_checksum": checksum_of(volume),
        **{f"normalisation_{name}": value for name, value in used.items()},
    }
    _write(context, unit, "frames", [row])


def write_level_part(context: Context, unit: Unit, predicted: xr.DataArray) -> None:
    """Write how bright each structure of a prediction (structure, z, y, x) is as a whole."""
    rows = []
    for name in context.names:
        values = lattice(predicted.sel(structure=name).to_numpy())
        level = {"level": level_of(values), "mean": float(values.mean()), "spread": float(values.std())}
        rows.append({"position": unit.position, "structure": name, "frame": unit.frame, **level})
    _write(context, unit, "levels", rows)


def frame_row(context: Context, position: str, frame: int, state: str) -> dict[str, Any]:
    """Return the row of a timepoint of which nothing but its state is known."""
    return {"position": position, "frame": frame, "t_s": context.time_s(position, frame), "state": state}


def clear_frame_parts(context: Context, unit: Unit) -> None:
    """Delete what was written of a timepoint."""
    for table in FRAME_PARTS:
        context.folder.part(table, unit.position, unit.frame).unlink(missing_ok=True)


def has_frame_parts(context: Context, unit: Unit) -> bool:
    """Say whether what is written of a predicted timepoint is there and whole."""
    return all(is_whole_parquet(context.folder.part(table, unit.position, unit.frame)) for table in FRAME_PARTS)


def _write(context: Context, unit: Unit, name: str, rows: list[dict[str, Any]]) -> None:
    table = FRAME_PARTS[name]
    frame = tables.check(pd.DataFrame(rows), table)
    write_parquet(frame, context.folder.part(name, unit.position, unit.frame), table)

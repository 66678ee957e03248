"""The unit of prediction: one transmitted-light volume to one volume per structure."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from livecell import store
from livecell.acquisition import read_volume
from livecell.engine import Unit
from livecell.pipeline.context import Context
from livecell.pipeline.frames import (
    clear_frame_parts,
    has_frame_parts,
    normalisation_at,
    usual_of,
    write_frame_part,
    write_level_part,
)
from livecell.prediction import predict
from livecell.volumes import Normalisation, defect_of, look_at


def predict_volume(context: Context, volume: np.ndarray, normalisation: Normalisation) -> xr.DataArray:
    """Predict every structure of the run from one volume (z, y, x), with all models.

    Returns (structure, z, y, x); where uncertainty is asked for, its coordinate `uncertainty` is that of each voxel.
    """
    settings = context.settings.predict
    return predict(
        volume,
        context.models,
        normalisation=normalisation,
        tile=settings.tile,
        device=settings.device,
        precision=settings.precision,
        memory_budget_gb=settings.memory_budget_gb,
        structures=context.names,
        uncertainty=settings.uncertainty,
        voxel_size_um=context.voxel_size_um,
    )


def predict_unit(context: Context, unit: Unit) -> dict[str, Any]:
    """Predict one timepoint and store it, with its projections and its uncertainty where they are asked for.

    One that is blank, saturated or torn is missing, with the reason.
    """
    volume = read_volume(context.acquisition, unit.position, unit.frame, context.channel)
    looks = look_at(volume)
    if defect := defect_of(looks, usual_of(context, unit.position)):
        write_frame_part(context, unit, volume, looks, defect, None)
        return {"status": "missing", "reason": defect}
    normalisation = normalisation_at(context, unit.position, volume)
    predicted = predict_volume(context, volume, normalisation)
    for channel, name in enumerate(context.names):
        _store(context, unit, channel, predicted.sel(structure=name))
    write_level_part(context, unit, predicted)
    write_frame_part(context, unit, volume, looks, "predicted", normalisation)
    # Smaller ones than planned where memory ran out.
    tiles = [model["tile"] for model in predicted.attrs["models"]]
    return {"status": "done", "normalisation": asdict(normalisation), "tiles": tiles}


def _store(context: Context, unit: Unit, channel: int, predicted: xr.DataArray) -> None:
    volume, settings = predicted.to_numpy(), context.settings.predict
    store.write_volume(context.predictions(unit.position), unit.frame, volume, channel)
    if settings.projections:
        projection = np.fmax.reduce(volume, axis=0, keepdims=True)
        store.write_volume(context.projections(unit.position), unit.frame, projection, channel)
    if settings.uncertainty:
        deviation = predicted.coords["uncertainty"].to_numpy()
        store.write_volume(context.uncertainty(unit.position), unit.frame, deviation, channel)


def read_uncertainty(context: Context, structure: str, position: str, frame: int) -> np.ndarray | None:
    """Return the standard deviation (z, y, x) of each predicted voxel; None in a run that has none."""
    if context.role != "acquisition" or not context.settings.predict.uncertainty:
        return None
    return store.read_volume(context.uncertainty(position), frame, context.names.index(structure))


def clear_predictions(context: Context, unit: Unit) -> None:
    """Delete what is stored of the timepoint."""
    for path in (*_volumes(context, unit), *_projections(context, unit)):
        _delete(context, path, unit.frame)
    clear_frame_parts(context, unit)


def discard_volumes(context: Context, unit: Unit) -> None:
    """Delete the volumes of the timepoint, and keep its projections and what the tables say of it."""
    for path in _volumes(context, unit):
        _delete(context, path, unit.frame)


def has_predictions(context: Context, unit: Unit) -> bool:
    """Say whether all volumes of the timepoint are stored and readable, and all that is asked for beside them."""
    return _all_stored(context, _volumes(context, unit), unit.frame) and has_kept(context, unit)


def has_kept(context: Context, unit: Unit) -> bool:
    """Say whether what stays of the timepoint in any case is there: its parts of tables; its projections, if wanted."""
    return has_frame_parts(context, unit) and _all_stored(context, _projections(context, unit), unit.frame)


def _volumes(context: Context, unit: Unit) -> tuple[Path, ...]:
    """Images of whole volumes."""
    uncertain = (context.uncertainty(unit.position),) if context.settings.predict.uncertainty else ()
    return (context.predictions(unit.position), *uncertain)


def _projections(context: Context, unit: Unit) -> tuple[Path, ...]:
    return (context.projections(unit.position),) if context.settings.predict.projections else ()


def _delete(context: Context, path: Path, frame: int) -> None:
    for channel in range(len(context.names)):
        store.delete_volume(path, frame, channel)


def _all_stored(context: Context, paths: tuple[Path, ...], frame: int) -> bool:
    return all(store.has_volume(path, frame, channel) for path in paths for channel in range(len(context.names)))

"""The unit of prediction: one transmitted-light volume to one volume per structure."""

from __future__ import annotations

from dataclasses import asdict
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
    """Predict every structure of the run from one volume (z, y, x), with all models: (structure, z, y, x)."""
    settings = context.settings.predict
    return predict(
        volume,
        context.models,
        normalisation=normalisation,
        tile=settings.tile,
        device=settings.device,
        structures=context.names,
    )


def predict_unit(context: Context, unit: Unit) -> dict[str, Any]:
    """Predict one timepoint and store it; one that is blank, saturated or torn is missing, with the reason."""
    path = context.predictions(unit.position)
    volume = read_volume(context.acquisition, unit.position, unit.frame, context.channel)
    looks = look_at(volume)
    if defect := defect_of(looks, usual_of(context, unit.position)):
        write_frame_part(context, unit, looks, defect, None)
        return {"status": "missing", "reason": defect}
    normalisation = normalisation_at(context, unit.position, volume)
    predicted = predict_volume(context, volume, normalisation)
    for channel, name in enumerate(context.names):
        store.write_volume(path, unit.frame, predicted.sel(structure=name).to_numpy(), channel)
    write_level_part(context, unit, predicted)
    write_frame_part(context, unit, looks, "predicted", normalisation)
    return {"status": "done", "normalisation": asdict(normalisation)}


def clear_predictions(context: Context, unit: Unit) -> None:
    """Delete what is stored of the timepoint."""
    for channel in range(len(context.names)):
        store.delete_volume(context.predictions(unit.position), unit.frame, channel)
    clear_frame_parts(context, unit)


def has_predictions(context: Context, unit: Unit) -> bool:
    """Say whether all volumes of the timepoint are stored and readable."""
    path = context.predictions(unit.position)
    stored = all(store.has_volume(path, unit.frame, channel) for channel in range(len(context.names)))
    return stored and has_frame_parts(context, unit)

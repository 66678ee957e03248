"""The unit of prediction: one transmitted-light volume to one volume per structure."""

from __future__ import annotations

import numpy as np
import xarray as xr

from livecell import store
from livecell.acquisition import read_volume
from livecell.engine import Status, Unit
from livecell.pipeline.context import Context
from livecell.prediction import predict
from livecell.volumes import Normalisation


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
        uncertainty=settings.uncertainty,
        voxel_size_um=context.voxel_size_um,
    )


def predict_unit(context: Context, unit: Unit) -> Status:
    """Predict one timepoint and store it."""
    path = context.predictions(unit.position)
    volume = read_volume(context.acquisition, unit.position, unit.frame, context.channel)
    normalisation = Normalisation(**context.calibration[unit.position]["normalisation"])
    for channel, prediction in enumerate(predict_volume(context, volume, normalisation)):
        store.write_volume(path, unit.frame, prediction.to_numpy(), channel)
    return "done"


def clear_predictions(context: Context, unit: Unit) -> None:
    """Delete what is stored of the timepoint."""
    for channel in range(len(context.names)):
        store.delete_volume(context.predictions(unit.position), unit.frame, channel)


def has_predictions(context: Context, unit: Unit) -> bool:
    """Say whether all volumes of the timepoint are stored and readable."""
    path = context.predictions(unit.position)
    return all(store.has_volume(path, unit.frame, channel) for channel in range(len(context.names)))

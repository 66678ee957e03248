"""The unit that comes first: per position, what must be the same for the whole series, from stated frames."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from livecell import store
from livecell.acquisition import read_volume
from livecell.errors import AcquisitionError
from livecell.pipeline.context import Context
from livecell.pipeline.fingerprints import calibration_fingerprint
from livecell.pipeline.predict import predict_volume
from livecell.pipeline.workflows import workflow_of
from livecell.segmentation import calibrate
from livecell.volumes import Normalisation, normalisation_of

HEADROOM = 0.5
"""Room left beyond the range seen in the calibration frames, as a fraction of it: later frames may be brighter."""

WINDOW_PERCENTILES = (50.0, 99.8)
"""Rendering window: the background is dark, and a few bright voxels may saturate."""


def calibration_frames(context: Context, position: str, count: int) -> list[int]:
    """Return up to `count` frames of a position, spread evenly over those that are there."""
    present = [frame for frame in context.frames(position) if not context.is_missing(position, frame)]
    if not present:
        raise AcquisitionError(
            f"position {position}", expected="at least one timepoint", found="all missing", hint="check the input"
        )
    return sorted({present[index] for index in np.linspace(0, len(present) - 1, count).round().astype(int)})


def calibrate_position(context: Context, position: str) -> dict[str, Any]:
    """Return the entry of a position in calibration.json.

    The frames that an earlier calibration used are used again, so that later frames never change it.
    """
    earlier = context.calibration.get(position, {})
    frames = earlier.get("frames") or calibration_frames(context, position, context.settings.predict.calibration_frames)
    if context.role == "labels":
        entry: dict[str, Any] = {
            "normalisation": None,
            "structures": {name: {"thresholds": {}} for name in context.names},
        }
    elif context.role == "images":
        entry = {"normalisation": None, "structures": _given_structures(context, position, frames)}
    else:
        entry = _predicted_entry(context, position, frames)
    return {"fingerprint": calibration_fingerprint(context), "frames": frames, **entry}


def _predicted_entry(context: Context, position: str, frames: list[int]) -> dict[str, Any]:
    inputs = [read_volume(context.acquisition, position, frame, context.channel) for frame in frames]
    # `begin` has made sure that all models agree.
    normalisation = normalisation_of(inputs, context.models[0].card.normalisation.clip_percentiles)
    predicted = [predict_volume(context, volume, normalisation) for volume in inputs]
    structures = {}
    for structure in context.structures:
        volumes = [prediction.sel(structure=structure.name).to_numpy() for prediction in predicted]
        structures[structure.name] = {
            "thresholds": calibrate(volumes, workflow_of(context, structure), context.voxel_size_um),
            "encoding": _encoding(context, volumes),
            "window": _window(volumes),
        }
        if context.settings.predict.uncertainty:
            deviations = [prediction.coords["uncertainty"].sel(structure=structure.name) for prediction in predicted]
            structures[structure.name]["uncertainty"] = _uncertainty_entry(context, deviations)
    return {"normalisation": _as_dict(normalisation), "structures": structures}


def _given_structures(context: Context, position: str, frames: list[int]) -> dict[str, Any]:
    structures = {}
    for index, structure in enumerate(context.structures):
        channel = context.channel if len(context.structures) == 1 else index
        volumes = [read_volume(context.acquisition, position, f, channel).astype(np.float32) for f in frames]
        thresholds = calibrate(volumes, workflow_of(context, structure), context.voxel_size_um)
        structures[structure.name] = {"thresholds": thresholds, "window": _window(volumes)}
    return structures


def _uncertainty_entry(context: Context, deviations: list[xr.DataArray]) -> dict[str, Any]:
    """How uncertainty is stored and shown: from 0 on; what later frames have beyond the range is clipped."""
    high = max(float(deviation.max()) for deviation in deviations)
    high = high if high > 0 else 1.0
    return {"encoding": _range(context, 0.0, high + HEADROOM * high), "window": [0.0, high]}


def _encoding(context: Context, volumes: list[np.ndarray]) -> dict[str, float] | None:
    low = min(float(volume.min()) for volume in volumes)
    high = max(float(volume.max()) for volume in volumes)
    room = HEADROOM * max(high - low, 1e-3)
    return _range(context, low - room, high + room)


def _range(context: Context, low: float, high: float) -> dict[str, float] | None:
    """The encoding of a range in the type of the run; None for floating types, which need none."""
    if np.dtype(context.stored_type).kind == "f":
        return None
    encoding = store.Encoding.for_range(low, high, context.stored_type)
    return {"scale": encoding.scale, "offset": encoding.offset}


def _window(volumes: list[np.ndarray]) -> list[float]:
    low, high = np.percentile(np.stack([volume[:, ::2, ::2] for volume in volumes]), WINDOW_PERCENTILES)
    return [float(low), float(high) if high > low else float(low) + 1.0]


def _as_dict(normalisation: Normalisation) -> dict[str, float]:
    return {"offset": normalisation.offset, "scale": normalisation.scale}

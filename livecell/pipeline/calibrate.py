"""The unit that comes first: per position, what must be the same for the whole series, from stated frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import xarray as xr

from livecell import store
from livecell.acquisition import read_volume
from livecell.errors import AcquisitionError
from livecell.pipeline.choose_frames import Chosen, Pick, choose_frames, first_of, spread_over
from livecell.pipeline.context import Context
from livecell.pipeline.fingerprints import calibration_fingerprint
from livecell.pipeline.foreign import describe_kind
from livecell.pipeline.frames import own_normalisation
from livecell.pipeline.predict import predict_volume
from livecell.pipeline.workflows import workflow_of
from livecell.segmentation import calibrate
from livecell.volumes import (
    FrameLooks,
    Normalisation,
    look_at,
    normalisation_of,
    pooled_normalisation,
    robust_moments,
)

HEADROOM = 0.5
"""Room left beyond the range seen in the calibration frames, as a fraction of it: later frames may be brighter."""

WINDOW_PERCENTILES = (50.0, 99.8)
"""Rendering window: the background is dark, and a few bright voxels may saturate."""


def present_frames(context: Context, position: str) -> list[int]:
    """Return the frames of a position that the input holds; AcquisitionError when there is none."""
    present = [frame for frame in context.frames(position) if not context.is_missing(position, frame)]
    if not present:
        raise AcquisitionError(
            f"position {position}", expected="at least one timepoint", found="all missing", hint="check the input"
        )
    return present


def calibrate_position(context: Context, position: str) -> dict[str, Any]:
    """Return the entry of a position in calibration.json.

    The frames that an earlier calibration used are used again, so that later frames never change it.
    """
    if context.role == "acquisition":
        entry = _predicted_entry(context, position, _chosen(context, position))
    elif context.role == "images":
        frames = _wanted(context, position)
        entry = {"frames": frames, "normalisation": None, "structures": _given_structures(context, position, frames)}
    else:
        given: dict[str, Any] = {name: {"thresholds": {}} for name in context.names}
        entry = {"frames": _wanted(context, position), "normalisation": None, "structures": given}
    return {"fingerprint": calibration_fingerprint(context), **entry}


def inspect_position(context: Context, position: str) -> dict[str, Any]:
    """Return what all positions need to know of one whose normalisation they share: its frames, and their moments."""
    chosen = _chosen(context, position)
    clip_percentiles = context.models[0].card.normalisation.clip_percentiles
    volumes = (_read(context, position, frame) for frame in chosen.frames)
    moments = [robust_moments(volume, clip_percentiles) for volume in volumes]
    return {"frames": list(chosen.frames), "usual": chosen.usual.as_dict(), "moments": moments}


def _wanted(context: Context, position: str) -> list[int]:
    earlier: list[int] = context.calibration.get(position, {}).get("frames") or []
    count = context.settings.predict.calibration_frames
    return earlier or _pick(context)(present_frames(context, position), count)


def _pick(context: Context) -> Pick:
    return {"series": spread_over, "start": first_of}[context.settings.predict.calibrated_from]


def _chosen(context: Context, position: str) -> Chosen:
    usual = context.calibration.get(position, {}).get("usual")
    return choose_frames(
        lambda frame: look_at(_read(context, position, frame)),
        present_frames(context, position),
        _wanted(context, position),
        None if usual is None else FrameLooks(**usual),
        _pick(context),
    )


def _read(context: Context, position: str, frame: int) -> np.ndarray:
    return read_volume(context.acquisition, position, frame, context.channel)


def _predicted_entry(context: Context, position: str, chosen: Chosen) -> dict[str, Any]:
    inputs = [_read(context, position, frame) for frame in chosen.frames]
    shared = _shared_normalisation(context, inputs)
    each = [shared or own_normalisation(context, volume) for volume in inputs]
    predicted = [predict_volume(context, volume, own) for volume, own in zip(inputs, each, strict=True)]
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
    return {
        "frames": list(chosen.frames),
        "usual": chosen.usual.as_dict(),
        "normalised_by": context.settings.predict.normalisation,
        "normalisation": None if shared is None else asdict(shared),
        **describe_kind(context.models, context.voxel_size_um, inputs, each),
        "structures": structures,
    }


def _shared_normalisation(context: Context, inputs: Sequence[np.ndarray]) -> Normalisation | None:
    """Return the normalisation of the series or of the file; None where each frame has its own."""
    by = context.settings.predict.normalisation
    if by == "frame":
        return None
    if by == "series":
        return normalisation_of(inputs, context.models[0].card.normalisation.clip_percentiles)
    fingerprint = calibration_fingerprint(context)
    settled = [entry for entry in context.calibration.values() if entry.get("fingerprint") == fingerprint]
    if settled:
        # Positions that come later never change it.
        return Normalisation(**settled[0]["normalisation"])
    parts = [context.folder.read_inspection_part(position) for position in context.acquisition.positions]
    return pooled_normalisation(tuple(moments) for part in parts for moments in part["moments"])


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

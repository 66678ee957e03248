"""Fingerprints: what a stored result depends on, as a short digest.

A result is used again only while the fingerprint in its marker is the one its settings and its input give today.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from livecell.engine import Unit
from livecell.pipeline.context import Context
from livecell.pipeline.workflows import frames_around, workflow_of


def digest(content: Any) -> str:
    """Return a short digest of plain values."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:20]


def calibration_fingerprint(context: Context) -> str:
    """What the calibration of a position depends on: models, structures and their workflows, not the frames."""
    workflows = {s.name: workflow_of(context, s).model_dump(mode="json") for s in context.structures}
    models, settings = _models(context), _prediction_settings(context)
    return digest([settings, models, context.channel, context.names, workflows, context.voxel_size_um])


def unit_fingerprint(context: Context, unit: Unit) -> str:
    """What the result of a unit depends on."""
    return {"predict": _predict, "segment": _segment, "measure": _measure}[unit.stage](context, unit)


def current_marker(context: Context, unit: Unit) -> dict[str, Any] | None:
    """Return the marker of a unit if it was made with today's settings and input, else None."""
    marker = context.folder.markers.read(unit)
    return marker if marker and marker.get("fingerprint") == unit_fingerprint(context, unit) else None


def _models(context: Context) -> list[str]:
    return [model.digest for model in context.models]


def _prediction_settings(context: Context) -> dict[str, Any]:
    """What the values of a prediction depend on. What else is stored, or for how long, is told from the disk."""
    named = {"tile", "device", "precision", "normalisation", "uncertainty"}
    settings = context.settings.predict.model_dump(mode="json", include=named)
    return {**settings, "stored_type": context.stored_type}


def _predict(context: Context, unit: Unit) -> str:
    calibration = context.calibration[unit.position]
    entries = [calibration["structures"][name] for name in context.names]
    encodings = [[entry.get("encoding"), entry.get("uncertainty")] for entry in entries]
    frame = context.acquisition.frame_identity(unit.position, unit.frame)
    levels = context.settings.export.pyramid_levels
    return digest(
        [
            _prediction_settings(context),
            levels,
            _models(context),
            context.channel,
            context.names,
            context.voxel_size_um,
            calibration["normalisation"],
            calibration.get("usual"),
            encodings,
            frame,
        ]
    )


def _segment(context: Context, unit: Unit) -> str:
    thresholds = {n: context.structure_calibration(unit.position, n)["thresholds"] for n in context.names}
    workflows = {s.name: workflow_of(context, s).model_dump(mode="json") for s in context.structures}
    around = [Unit(unit.stage, unit.position, at) for at in frames_around(context, unit.position, unit.frame)]
    sources = [_source(context, one) for one in (unit, *around)]
    return digest([sources, workflows, thresholds, context.voxel_size_um])


def _source(context: Context, unit: Unit) -> str:
    """What the volumes that are segmented depend on."""
    if context.role == "acquisition":
        return _predict(context, unit)
    return digest([context.acquisition.frame_identity(unit.position, unit.frame), context.names, context.channel])


def _labelled(context: Context, unit: Unit) -> str:
    return _source(context, unit) if context.role == "labels" else _segment(context, unit)


def _measure(context: Context, unit: Unit) -> str:
    before = _labelled(context, Unit(unit.stage, unit.position, unit.frame - 1)) if unit.frame else ""
    settings = [context.settings.measure.model_dump(mode="json"), context.settings.drift.model_dump(mode="json")]
    time_s = context.time_s(unit.position, unit.frame)
    return digest([_labelled(context, unit), before, settings, time_s, context.voxel_size_um])

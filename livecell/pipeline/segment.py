"""The unit of segmentation: the volumes of one timepoint to labels."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from livecell import store
from livecell.acquisition import read_volume
from livecell.engine import Status, Unit
from livecell.pipeline.context import Context
from livecell.pipeline.fingerprints import current_marker
from livecell.pipeline.frames import is_absent
from livecell.pipeline.predict import has_predictions
from livecell.pipeline.workflows import frames_around, steady_frames_of, workflow_of
from livecell.segmentation import segment_volume, steadied
from livecell.structures import Form, Structure

SEEDS = "dna"
"""Nuclei are the seeds of cells."""

SEEDED = ("nucleoli",)
"""What lies within nuclei; cells, which grow from them, are told by their form."""


def read_intensity(context: Context, structure: str, position: str, frame: int) -> np.ndarray:
    """Return the volume (z, y, x) that a structure is segmented and measured in."""
    index = context.names.index(structure)
    if context.role == "acquisition":
        return store.read_volume(context.predictions(position), frame, index)
    return read_volume(context.acquisition, position, frame, given_channel(context, structure)).astype(np.float32)


def read_labels(context: Context, structure: str, position: str, frame: int) -> np.ndarray:
    """Return the labels (z, y, x) of a structure at one timepoint."""
    if context.role == "labels":
        return read_volume(context.acquisition, position, frame, given_channel(context, structure)).astype(np.int32)
    return store.read_volume(labels_path(context, position, structure), frame).astype(np.int32)


def given_channel(context: Context, structure: str) -> int:
    """Return the channel of given images or labels that shows a structure."""
    return context.channel if len(context.structures) == 1 else context.names.index(structure)


def labels_path(context: Context, position: str, structure: str) -> Path:
    """Return where the labels of a structure are stored."""
    if context.role == "acquisition":
        return context.predictions(position) / "labels" / structure
    return store.image_path(context.folder.labels, position, context.acquisition.positions) / "labels" / structure


def segment_unit(context: Context, unit: Unit) -> Status:
    """Segment every structure of one timepoint; seeds come first."""
    seeds: np.ndarray | None = None
    for structure in sorted(context.structures, key=lambda s: s.name != SEEDS):
        labels = _segment_one(context, unit, structure, seeds)
        seeds = labels if structure.name == SEEDS else seeds
        store.write_volume(labels_path(context, unit.position, structure.name), unit.frame, labels)
    return "done"


def _segment_one(context: Context, unit: Unit, structure: Structure, nuclei: np.ndarray | None) -> np.ndarray:
    thresholds = context.structure_calibration(unit.position, structure.name)["thresholds"]
    return labels_at(context, structure, unit.position, unit.frame, thresholds, nuclei)


def labels_at(
    context: Context,
    structure: Structure,
    position: str,
    frame: int,
    thresholds: Mapping[str, float],
    nuclei: np.ndarray | None,
) -> np.ndarray:
    """Return the labels (z, y, x) of a structure at one timepoint; those of networks are settled by its neighbours."""

    def alone(at: int) -> np.ndarray:
        volume = read_intensity(context, structure.name, position, at)
        workflow = workflow_of(context, structure)
        return segment_volume(volume, workflow, context.voxel_size_um, thresholds, seeds_for(structure, nuclei))

    now, reach = alone(frame), steady_frames_of(context, structure)
    near = [at for at in frames_around(context, position, frame) if abs(at - frame) <= reach]
    others = {at: alone(at) for at in near if _is_readable(context, position, at)}
    pairs = [(before, after) for before in others for after in others if before < frame < after]
    nearest = sorted(pairs, key=lambda pair: (pair[1] - pair[0], pair[1]))
    around = [(others[before], others[after]) for before, after in nearest]
    return steadied(now, around, context.voxel_size_um) if around else now


def _is_readable(context: Context, position: str, frame: int) -> bool:
    """Say whether there is a volume of the timepoint, made with today's settings."""
    if is_absent(context, position, frame):
        return False
    if context.role != "acquisition":
        return True
    predicted = Unit("predict", position, frame)
    return current_marker(context, predicted) is not None and has_predictions(context, predicted)


def seeds_for(structure: Structure, nuclei: np.ndarray | None) -> np.ndarray | None:
    """Return the nuclei where the segmentation of a structure asks for them."""
    return nuclei if structure.name in SEEDED or structure.form is Form.SHEET else None


def clear_labels(context: Context, unit: Unit) -> None:
    """Delete the labels of the timepoint."""
    for name in context.names:
        store.delete_volume(labels_path(context, unit.position, name), unit.frame)


def has_labels(context: Context, unit: Unit) -> bool:
    """Say whether the labels of all structures of the timepoint are stored and readable."""
    return all(store.has_volume(labels_path(context, unit.position, name), unit.frame) for name in context.names)

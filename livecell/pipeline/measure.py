"""The unit of measurement: labels and volumes of one timepoint to parts of the tables."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from livecell import tables
from livecell.engine import Status, Unit
from livecell.exchange import is_whole_parquet, write_parquet
from livecell.measurement import contacts, containment, measure_volume, neighbours, overlaps, trace
from livecell.pipeline.context import Context
from livecell.pipeline.fingerprints import current_marker
from livecell.pipeline.frames import is_absent
from livecell.pipeline.predict import read_uncertainty
from livecell.pipeline.segment import SEEDS, has_labels, read_intensity, read_labels
from livecell.pipeline.stage_drift import clear_landmarks, has_landmarks, step_px, write_landmarks
from livecell.registration import Landmarks
from livecell.structures import Form

CELLS = ("cell_membrane", SEEDS)
"""Structures whose objects stand for cells, the better first."""

PARTS = {
    "objects": tables.OBJECTS,
    "overlaps": tables.OVERLAPS,
    "neighbours": tables.NEIGHBOURS,
    "nodes": tables.NODES,
    "contacts": tables.LABEL_CONTACTS,
    "containment": tables.CONTAINMENT,
}
"""Tables of which each unit writes a part."""

SKELETON_FORMS = (Form.FILAMENTS, Form.NETWORK)

TOUCHING_FORMS = (Form.SHEET, Form.SHELL)
"""Cells and envelopes lie beside each other: that they do says nothing of events."""


def measure_unit(context: Context, unit: Unit) -> Status:
    """Measure one timepoint, compare it with the one before, and write the parts of the tables."""
    labels = {name: read_labels(context, name, unit.position, unit.frame) for name in context.names}
    marks = write_landmarks(context, unit)
    traced = _traced(context, unit, labels)
    parts = {
        "objects": _with_skeletons(_objects(context, unit, labels), [table for _, table in traced]),
        "overlaps": _overlaps(context, unit, labels, marks),
        "neighbours": _neighbours(context, unit, labels),
        "nodes": tables.concat([found for found, _ in traced], tables.NODES),
        "contacts": _contacts(context, unit, labels),
        "containment": _containment(context, unit, labels),
    }
    for table, frame in parts.items():
        write_parquet(frame, context.folder.part(table, unit.position, unit.frame), PARTS[table])
    return "done"


def clear_parts(context: Context, unit: Unit) -> None:
    """Delete the parts of the timepoint."""
    for table in PARTS:
        context.folder.part(table, unit.position, unit.frame).unlink(missing_ok=True)
    clear_landmarks(context, unit)


def has_parts(context: Context, unit: Unit) -> bool:
    """Say whether all parts of the timepoint are there and whole."""
    whole = all(is_whole_parquet(context.folder.part(table, unit.position, unit.frame)) for table in PARTS)
    return whole and has_landmarks(context, unit)


def cell_structure(context: Context) -> str | None:
    """Return the structure whose objects stand for cells, if the run has one."""
    return next((name for name in CELLS if name in context.names), None)


def _objects(context: Context, unit: Unit, labels: Mapping[str, np.ndarray]) -> pd.DataFrame:
    found = [
        measure_volume(
            labels[name],
            None if context.role == "labels" else read_intensity(context, name, unit.position, unit.frame),
            context.voxel_size_um,
            position=unit.position,
            structure=name,
            frame=unit.frame,
            t_s=context.time_s(unit.position, unit.frame),
            settings=context.settings.measure,
            uncertainty=read_uncertainty(context, name, unit.position, unit.frame),
        )
        for name in context.names
    ]
    return tables.concat(found, tables.OBJECTS)


def _with_skeletons(objects: pd.DataFrame, skeletons: list[pd.DataFrame]) -> pd.DataFrame:
    """The objects with length, branches, junctions and ends of those that are skeletal."""
    if not skeletons:
        return objects
    return tables.check(objects.merge(pd.concat(skeletons), how="left", on=["structure", "label"]), tables.OBJECTS)


def _overlaps(context: Context, unit: Unit, labels: Mapping[str, np.ndarray], marks: Landmarks | None) -> pd.DataFrame:
    known = _knows_before(context, unit)
    drift_px = step_px(context, unit, marks) if known else (0, 0, 0)
    found = [
        overlaps(
            read_labels(context, name, unit.position, unit.frame - 1) if known else np.zeros_like(labels[name]),
            labels[name],
            position=unit.position,
            structure=name,
            frame=unit.frame,
            drift_px=drift_px,
        )
        for name in context.names
    ]
    return tables.concat(found, tables.OVERLAPS)


def _neighbours(context: Context, unit: Unit, labels: Mapping[str, np.ndarray]) -> pd.DataFrame:
    found = [
        neighbours(labels[s.name], context.voxel_size_um, unit.position, s.name, unit.frame)
        for s in context.structures
        if s.form not in TOUCHING_FORMS
    ]
    return tables.concat(found, tables.NEIGHBOURS)


def _knows_before(context: Context, unit: Unit) -> bool:
    """Say whether there are labels of the frame before, made with today's settings; tracking closes the gap if not."""
    before = Unit("segment", unit.position, unit.frame - 1)
    if before.frame < 0 or is_absent(context, before.position, before.frame):
        return False
    return context.role == "labels" or (current_marker(context, before) is not None and has_labels(context, before))


def _traced(context: Context, unit: Unit, labels: Mapping[str, np.ndarray]) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """Nodes and skeletons of each structure that is a network or of filaments."""
    skeletal = [s.name for s in context.structures if s.form in SKELETON_FORMS and context.settings.measure.skeletons]
    return [
        trace(
            labels[n],
            context.voxel_size_um,
            position=unit.position,
            structure=n,
            frame=unit.frame,
            settings=context.settings.measure,
        )
        for n in skeletal
    ]


def _contacts(context: Context, unit: Unit, labels: Mapping[str, np.ndarray]) -> pd.DataFrame:
    cell = cell_structure(context)
    # Everything touches the cell it is in: that is containment, not contact.
    touching = {name: volume for name, volume in labels.items() if name != cell or name == SEEDS}
    if not context.settings.measure.contacts or len(touching) < 2:
        return tables.empty(tables.LABEL_CONTACTS)
    time_s = context.time_s(unit.position, unit.frame)
    return contacts(touching, context.voxel_size_um, unit.position, unit.frame, time_s)


def _containment(context: Context, unit: Unit, labels: Mapping[str, np.ndarray]) -> pd.DataFrame:
    cell = cell_structure(context)
    if cell is None:
        return tables.empty(tables.CONTAINMENT)
    found = [
        containment(labels[name], labels[cell], labels.get(SEEDS), context.voxel_size_um).assign(
            position=unit.position, structure=name, frame=unit.frame
        )
        for name in context.names
        if name != cell
    ]
    return tables.concat(found, tables.CONTAINMENT)

"""Tables of tracks, of the events between them, and of what they have to do with each other."""

from __future__ import annotations

from livecell.tables.columns import (
    CELL,
    CENTROID,
    FRAME,
    POSITION,
    RAW_CENTROID,
    SHAPE,
    SKELETON,
    STRUCTURE,
    TIME,
    Table,
    maybe_whole,
    real,
    text,
    whole,
)

TRACKS = Table(
    "tracks",
    (
        POSITION,
        STRUCTURE,
        whole("track_id", "track, unique within position and structure, from 1"),
        FRAME,
        TIME,
        *CENTROID,
        *RAW_CENTROID,
        whole("label", "value in the label image"),
        *SHAPE,
        *SKELETON,
        *CELL,
    ),
    ("position", "structure", "track_id", "frame"),
)

EVENTS = Table(
    "events",
    (
        POSITION,
        STRUCTURE,
        FRAME,
        TIME,
        text("kind", "division, fission, fusion, appearance or disappearance"),
        text("parents", "track_ids before, joined by ;"),
        text("children", "track_ids after, joined by ;"),
        real("probability", "1", "how sure a division, fission or fusion is"),
    ),
    ("position", "structure", "frame", "kind", "parents", "children"),
)

NODE_TRACKS = Table(
    "node_tracks",
    (
        POSITION,
        STRUCTURE,
        whole("node_track_id", "track of the node, unique within position and structure, from 1"),
        FRAME,
        TIME,
        *CENTROID,
        *RAW_CENTROID,
        whole("node", "number of the node within the frame"),
        whole("label", "value of its object in the label image"),
        whole("degree", "number of branches that meet here (1: an end)"),
        maybe_whole("track_id", "track of its object"),
    ),
    ("position", "structure", "node_track_id", "frame"),
)
"""Ends and junctions followed over time: how networks move."""

LINEAGE = Table(
    "lineage",
    (
        POSITION,
        STRUCTURE,
        whole("track_id", "track"),
        maybe_whole("parent_id", "a track that it came from; one row for each of them, empty for a root"),
        maybe_whole("frame", "timepoint index of the event that it came from"),
        text("kind", "division, fission or fusion; empty for a root"),
        whole("root_id", "earliest track that it comes from; of several the lowest"),
        whole("generation", "number of divisions since then, on the shortest way"),
    ),
    ("position", "structure", "track_id", "parent_id"),
)
"""Trees of tracks."""

CONTACTS = Table(
    "contacts",
    (
        POSITION,
        FRAME,
        TIME,
        text("structure_a", "first structure"),
        whole("track_id_a", "track of the first structure"),
        text("structure_b", "second structure"),
        whole("track_id_b", "track of the second structure"),
        real("contact_um3", "um3", "volume shared"),
        real("contact_um2", "um2", "area shared (2D)"),
    ),
    ("position", "frame", "structure_a", "track_id_a", "structure_b", "track_id_b"),
)

CELLS = Table(
    "cells",
    (
        POSITION,
        whole("cell_id", "track_id of the cell"),
        FRAME,
        TIME,
        STRUCTURE,
        whole("n_objects", "number of objects of the structure in the cell"),
        real("volume_um3", "um3", "summed volume of these objects"),
        real("area_um2", "um2", "summed area of these objects"),
        real("intensity_mean", "1", "mean intensity over these objects, weighted by size"),
    ),
    ("position", "cell_id", "structure", "frame"),
)

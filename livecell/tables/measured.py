"""Tables of one timepoint, before there are tracks: what was measured."""

from __future__ import annotations

from livecell.tables.columns import (
    BORDER,
    CENTROID,
    FRAME,
    POSITION,
    SHAPE,
    SKELETON,
    STRUCTURE,
    TIME,
    Table,
    real,
    text,
    whole,
)

OBJECTS = Table(
    "objects",
    (
        POSITION,
        STRUCTURE,
        FRAME,
        TIME,
        whole("label", "value in the label image"),
        *CENTROID,
        *SHAPE,
        *SKELETON,
        BORDER,
    ),
    ("position", "structure", "frame", "label"),
)
"""One row per object per timepoint, as measured: centroids are in the frame of the image, without drift correction."""

OVERLAPS = Table(
    "overlaps",
    (
        POSITION,
        STRUCTURE,
        FRAME,
        whole("label_before", "value in the label image of the frame before"),
        whole("label", "value in the label image of this frame"),
        whole("voxels", "number of voxels shared"),
        whole("voxels_before", "number of voxels of the object in the frame before", required=False),
        whole("voxels_now", "number of voxels of the object in this frame", required=False),
    ),
    ("position", "structure", "frame", "label_before", "label"),
)
"""Which object of a frame lies where which object of the frame before lay."""

NEIGHBOURS = Table(
    "neighbours",
    (
        POSITION,
        STRUCTURE,
        FRAME,
        whole("label_a", "value in the label image of one object"),
        whole("label_b", "value in the label image of the other, which is higher"),
        real("gap_um", "um", "distance between the centres of their nearest voxels", required=True),
    ),
    ("position", "structure", "frame", "label_a", "label_b"),
)
"""Objects of one structure that lie near each other in one timepoint."""

NODES = Table(
    "nodes",
    (
        POSITION,
        STRUCTURE,
        FRAME,
        whole("label", "value in the label image"),
        whole("node", "number of the node within the frame, from 1"),
        *CENTROID,
        whole("degree", "number of branches that meet here (1: an end)"),
    ),
    ("position", "structure", "frame", "node"),
)
"""Ends and junctions of the skeletons of networks and filaments."""

LABEL_CONTACTS = Table(
    "label_contacts",
    (
        POSITION,
        FRAME,
        TIME,
        text("structure_a", "first structure"),
        whole("label_a", "value in the label image of the first structure"),
        text("structure_b", "second structure"),
        whole("label_b", "value in the label image of the second structure"),
        real("contact_um3", "um3", "volume shared"),
        real("contact_um2", "um2", "area shared (2D)"),
    ),
    ("position", "frame", "structure_a", "label_a", "structure_b", "label_b"),
)
"""Contacts within one timepoint, before tracks are known."""

CONTAINMENT = Table(
    "containment",
    (
        POSITION,
        STRUCTURE,
        FRAME,
        whole("label", "value in the label image"),
        whole("cell_label", "value of the cell in the label image of cells, 0 if in none"),
        real("distance_to_nucleus_um", "um", "distance to the surface of the nucleus of that cell", required=True),
    ),
    ("position", "structure", "frame", "label"),
)
"""Which cell each object of a timepoint lies in, before tracks are known."""

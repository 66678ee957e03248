"""Tables of objects to tracks and events."""

from livecell.tracking.cells import assign_cells, cells_table
from livecell.tracking.contacts import contact_tracks
from livecell.tracking.drift import apply_drift
from livecell.tracking.family import lineage_tree
from livecell.tracking.in_cell import add_place_in_cell
from livecell.tracking.node_tracks import track_nodes
from livecell.tracking.tracks import track

__all__ = [
    "add_place_in_cell",
    "apply_drift",
    "assign_cells",
    "cells_table",
    "contact_tracks",
    "lineage_tree",
    "track",
    "track_nodes",
]

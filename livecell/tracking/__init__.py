"""Tables of objects to tracks and events."""

from livecell.tracking.cells import assign_cells, cells_table
from livecell.tracking.contacts import contact_tracks
from livecell.tracking.drift import apply_drift
from livecell.tracking.tracks import track

__all__ = ["apply_drift", "assign_cells", "cells_table", "contact_tracks", "track"]

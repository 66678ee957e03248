"""Two cells with nuclei and vesicles over three frames; in the second, a vesicle of the first cell splits."""

from __future__ import annotations

import pandas as pd

from livecell.tables import CONTACTS, EVENTS, TRACKS, check

HOUR_S = 3600.0
_ROWS = [
    # structure, track, frame, cell, volume
    *(("dna", cell, frame, cell, 100.0) for cell in (1, 2) for frame in (0, 1, 2)),
    ("vesicles", 1, 0, 1, 4.0),
    ("vesicles", 1, 1, 1, 2.0),
    ("vesicles", 1, 2, 1, 2.0),
    ("vesicles", 2, 1, 1, 2.0),
    ("vesicles", 2, 2, 1, 2.0),
    ("vesicles", 3, 0, 2, 7.0),
    ("vesicles", 3, 1, 2, 7.0),
]


def tracks() -> pd.DataFrame:
    """Vesicles 1 and 2 in cell 1, 3 in cell 2, one hour a frame."""
    found = pd.DataFrame(_ROWS, columns=["structure", "track_id", "frame", "cell_id", "volume_um3"])
    found = found.assign(position="0", t_s=found["frame"] * HOUR_S, label=found["track_id"], z_um=0.0, y_um=0.0)
    return check(found.assign(x_um=found["frame"] * 1.0, distance_to_nucleus_um=found["track_id"] * 1.0), TRACKS)


def events() -> pd.DataFrame:
    """The fission in frame 1, and the end of vesicle 3 in frame 2."""
    rows = [(1, "fission", "1", "1;2"), (2, "disappearance", "3", "")]
    found = pd.DataFrame(rows, columns=["frame", "kind", "parents", "children"])
    return check(found.assign(position="0", structure="vesicles", t_s=found["frame"] * HOUR_S), EVENTS)


def contacts() -> pd.DataFrame:
    """Vesicle 1 lies half in the nucleus of its cell in frame 1, both of its cell by a quarter in frame 2."""
    rows = [(1, 1, 1, 1.0), (2, 1, 1, 0.5), (2, 1, 2, 0.5)]
    found = pd.DataFrame(rows, columns=["frame", "track_id_a", "track_id_b", "contact_um3"])
    found = found.assign(position="0", t_s=found["frame"] * HOUR_S, structure_a="dna", structure_b="vesicles")
    return check(found, CONTACTS)

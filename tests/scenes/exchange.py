"""A small run in tables: two structures at a position of a plate, one of them with a gap."""

from __future__ import annotations

import numpy as np
import pandas as pd

from livecell.tables import EVENTS, SUMMARY, TRACKS, check

POSITION = "A/1/0"


def tracks() -> pd.DataFrame:
    """Vesicles 1 (frames 0 to 2), 2 (0 and 2) and 4 (2 only), the first in cell 1; and nucleus 1."""
    rows = [("vesicles", 1, 0), ("vesicles", 1, 1), ("vesicles", 1, 2), ("vesicles", 2, 0), ("vesicles", 2, 2)]
    rows += [("vesicles", 4, 2), ("dna", 1, 0)]
    found = pd.DataFrame(rows, columns=["structure", "track_id", "frame"])
    found = found.assign(position=POSITION, t_s=found["frame"] / 3, label=found["track_id"] + 10, z_um=0.0)
    found = found.assign(y_um=np.sqrt(found.index + 2.0), x_um=-1e-7 / (found.index + 3.0))
    cell = pd.array([1, 1, 1, None, None, None, None], dtype="Int64")
    return check(found.assign(cell_id=cell, volume_um3=[1.1, 2.2, 3.3, np.nan, 5.5, 6.6, 7.7]), TRACKS)


def summary() -> pd.DataFrame:
    """Of the same tracks; only what has to be there has values."""
    found = tracks().groupby(["position", "structure", "track_id"])["frame"].agg(["min", "max", "size"]).reset_index()
    found = found.rename(columns={"min": "start_frame", "max": "end_frame", "size": "n_points"})
    real = [c.name for c in SUMMARY.columns if c.required and c.dtype == "float64"]
    return check(found.assign(**dict.fromkeys(real, np.nan), parents="", began="start", ended="end"), SUMMARY)


def events() -> pd.DataFrame:
    """One that appears, one that splits."""
    rows = [(2, "appearance", "", "4"), (1, "fission", "1", "1;2")]
    found = pd.DataFrame(rows, columns=["frame", "kind", "parents", "children"])
    return check(found.assign(position=POSITION, structure="vesicles", t_s=found["frame"] / 3), EVENTS)

"""Movies of columns that come and go, for folders of the Cell Tracking Challenge."""

from __future__ import annotations

import numpy as np
import pandas as pd

from livecell.tables import TRACKS, check


def movie(seen, shape=(2, 4, 12)):
    """One volume per frame: object k, labelled 10 + k, fills column k where `seen` (frames, objects) says so."""
    frames = []
    for row in seen:
        volume = np.zeros(shape, dtype=np.int32)
        for k in np.flatnonzero(row):
            volume[:, 1:3, k] = 10 + k
        frames.append(volume)
    return frames


def tracks_of(seen):
    """Object k is track k + 1."""
    rows = [(t, k + 1, 10 + k) for t, row in enumerate(seen) for k in np.flatnonzero(row)]
    found = pd.DataFrame(rows, columns=["frame", "track_id", "label"]).assign(position="0", structure="dna")
    return check(found.assign(t_s=0.0, z_um=0.0, y_um=0.0, x_um=0.0), TRACKS)


def event(frame, kind, parents, children):
    row = {"position": "0", "structure": "dna", "frame": frame, "t_s": 0.0}
    return pd.DataFrame([row | {"kind": kind, "parents": parents, "children": children}])

"""Taking the drift of the stage out of coordinates."""

from __future__ import annotations

import pandas as pd

from livecell.tables import DRIFT, check


def apply_drift(rows: pd.DataFrame, drift: pd.DataFrame) -> pd.DataFrame:
    """Return objects or nodes with drift-corrected `*_um`, and the coordinates as measured in `*_raw_um`.

    Corrected again, they start from the coordinates as measured. Frames without a known drift are not corrected.

    Parameters
    ----------
    rows : table with position, frame and `*_um`.
    drift : DRIFT table: by how much a fixed thing has moved since the first frame.
    """
    moved = check(drift, DRIFT).set_index(["position", "frame"])[["z_um", "y_um", "x_um"]]
    moved = moved[~moved.index.duplicated()]
    at = pd.MultiIndex.from_frame(rows[["position", "frame"]].astype({"position": "object", "frame": "int64"}))
    shift = moved.reindex(at).fillna(0.0)
    found = rows.copy()
    for axis in "zyx":
        raw = rows.get(f"{axis}_raw_um", rows[f"{axis}_um"])
        found[f"{axis}_raw_um"] = raw
        found[f"{axis}_um"] = raw.to_numpy() - shift[f"{axis}_um"].to_numpy()
    return found

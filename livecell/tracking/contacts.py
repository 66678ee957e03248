"""Contacts between objects as contacts between tracks."""

from __future__ import annotations

import pandas as pd

from livecell.tables import CONTACTS, TRACKS, check, concat


def contact_tracks(contacts: pd.DataFrame, tracks: pd.DataFrame) -> pd.DataFrame:
    """Return the CONTACTS table; contacts of objects that no track has (left out as too short) are dropped.

    Parameters
    ----------
    contacts : position, frame, structure_a, label_a, structure_b, label_b and contact_um3 or contact_um2.
    tracks : TRACKS table.
    """
    if contacts.empty:
        return concat([], CONTACTS)
    tracks = check(tracks, TRACKS)
    found = contacts.drop(columns="t_s", errors="ignore").astype({"position": "object", "frame": "int64"})
    for side in "ab":
        names = {"structure": f"structure_{side}", "label": f"label_{side}", "track_id": f"track_id_{side}"}
        ids = tracks[["position", "frame", "structure", "label", "track_id"]].rename(columns=names)
        keys = {f"structure_{side}": "object", f"label_{side}": "int64"}
        found = found.astype(keys).merge(ids, on=["position", "frame", *keys]).drop(columns=f"label_{side}")
    times = tracks.groupby(["position", "frame"])["t_s"].first().reset_index()
    return check(found.merge(times, on=["position", "frame"]), CONTACTS)

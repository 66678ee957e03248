"""In which cell each event took place."""

from __future__ import annotations

import pandas as pd

KINDS = ("division", "fission", "fusion", "appearance", "disappearance")


def located(events: pd.DataFrame, tracks: pd.DataFrame) -> pd.DataFrame:
    """Return the events with the `cell_id` of the first of their tracks, at its observation nearest to the event.

    Parameters
    ----------
    events, tracks : EVENTS and TRACKS tables; without cells, all events are in none.
    """
    known = events[events["kind"].isin(KINDS)].reset_index(drop=True)
    if "cell_id" not in tracks or known.empty:
        return known.assign(cell_id=pd.array([pd.NA] * len(known), dtype="Int64"))
    named = known["children"].where(known["children"] != "", known["parents"])
    asked = known.assign(track_id=named.str.split(";").str[0].astype("int64"), event=known.index)
    keys = ["position", "structure", "track_id"]
    seen = tracks[[*keys, "frame", "cell_id"]].sort_values("frame", kind="stable")
    asked = asked.drop(columns="cell_id", errors="ignore").sort_values("frame", kind="stable")
    found = pd.merge_asof(asked, seen, on="frame", by=keys, direction="nearest")
    return found.sort_values("event", ignore_index=True).drop(columns=["event", "track_id"])

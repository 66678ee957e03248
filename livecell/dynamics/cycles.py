"""Divisions and the time between them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from livecell.tables import CELL_CYCLES, EVENTS, TRACKS, check, concat

_KEYS = ["position", "structure", "track_id"]


def cell_cycles(tracks: pd.DataFrame, events: pd.DataFrame, dividing: Sequence[str]) -> pd.DataFrame:
    """Return the CELL_CYCLES table: one row per track of the structures that divide.

    A cycle is whole where the track comes from a division and ends in one; all others are censored: theirs lasted at
    least `duration_s`. A cycle begins with the first frame after a division and ends with the first after the next.

    Parameters
    ----------
    tracks, events : TRACKS and EVENTS tables.
    dividing : names of the structures.
    """
    tracks, events = check(tracks, TRACKS), check(events, EVENTS)
    chosen = tracks[tracks["structure"].isin(list(dividing))]
    if chosen.empty:
        return concat([], CELL_CYCLES)
    spans = {"start_frame": ("frame", "min"), "end_frame": ("frame", "max"), "start_s": ("t_s", "min")}
    found = chosen.groupby(_KEYS).agg(**spans, end_s=("t_s", "max")).reset_index()
    divisions = events[events["kind"] == "division"]
    born, divided = _each(divisions, "children"), _each(divisions, "parents")
    born["parent_id"] = born["parents"].str.split(";").str[0].astype("Int64")
    found = found.merge(born[[*_KEYS, "parent_id"]], how="left", on=_KEYS)
    found = found.merge(divided[[*_KEYS, "t_s"]].rename(columns={"t_s": "divided_s"}), how="left", on=_KEYS)
    found["duration_s"] = found["divided_s"].fillna(found["end_s"]) - found["start_s"]
    begin, end = found["parent_id"].isna(), found["divided_s"].isna()
    censored = np.select([begin & end, begin, end], ["both", "begin", "end"], "no").astype(object)
    return check(found.drop(columns="divided_s").assign(censored=censored), CELL_CYCLES)


def _each(events: pd.DataFrame, side: str) -> pd.DataFrame:
    """One row per event and track on that side; of a track that occurs twice the first."""
    found = events.assign(track_id=events[side].str.split(";")).explode("track_id")
    found = found[found["track_id"].notna() & (found["track_id"] != "")]
    return found.astype({"track_id": "int64"}).drop_duplicates(_KEYS)

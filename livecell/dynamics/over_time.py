"""Structures over time, in the whole field and in each cell."""

from __future__ import annotations

import pandas as pd

from livecell.dynamics.happenings import KINDS, located
from livecell.tables import DYNAMICS, EVENTS, TRACKS, check, concat

_SUMS = ("volume_um3", "area_um2", "skeleton_length_um", "n_branches", "n_junctions", "n_ends")
_MEANS = ("distance_to_nucleus_um",)


def over_time(tracks: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Return the DYNAMICS table: numbers, sizes, networks, distances and events of each structure in each frame.

    For the whole field (`cell_id` missing) there is a row for every frame in which the position has any object, for a
    cell one for every frame in which anything is known to lie in it: without an object, a structure has a number of 0.
    Sums and means leave out objects whose value is not known. Events stand in the frame that they led to.
    """
    tracks, events = check(tracks, TRACKS), check(events, EVENTS)
    parts = [
        part
        for position, rows in tracks.groupby("position")
        for part in _of_position(rows, events[events["position"] == position])
    ]
    return concat(parts, DYNAMICS)


def _of_position(tracks: pd.DataFrame, events: pd.DataFrame) -> list[pd.DataFrame]:
    happened = located(events, tracks)
    whole = _of_places(tracks.assign(cell_id=0), happened.assign(cell_id=0))
    parts = [whole.assign(cell_id=pd.array([pd.NA] * len(whole), dtype="Int64"))]
    if "cell_id" in tracks:
        inside = tracks[tracks["cell_id"].notna()]
        parts.append(_of_places(inside, happened[happened["cell_id"].notna()]))
    return [part for part in parts if len(part)]


def _of_places(tracks: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Rows of every structure in every frame of every cell that has any object."""
    keys = ["cell_id", "frame", "structure"]
    groups = tracks.groupby(keys)
    found = groups.size().rename("n_objects").to_frame()
    sums, means = ([name for name in names if name in tracks] for names in (_SUMS, _MEANS))
    found[sums] = groups[sums].sum(min_count=1)
    found[means] = groups[means].mean()
    times = tracks.groupby(["cell_id", "frame"])["t_s"].first().reset_index()
    structures = pd.DataFrame({"structure": sorted(tracks["structure"].unique())})
    every = times.merge(structures, how="cross").set_index(keys)
    found = every.join(found)
    counts = events.groupby([*keys, "kind"]).size().unstack("kind", fill_value=0)
    counts = counts.reindex(columns=KINDS, fill_value=0).rename(columns=lambda kind: f"n_{kind}s")
    found = found.join(counts)
    whole = ["n_objects", *counts.columns]
    found[whole] = found[whole].fillna(0).astype("int64")
    return found.reset_index().assign(position=tracks["position"].iloc[0] if len(tracks) else "")

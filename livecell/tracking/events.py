"""The table of what happened to tracks: they appear, split, merge and disappear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from livecell.tracking.clock import Clock
from livecell.tracking.lineage import Change, Key

SEPARATOR = ";"


def describe_events(
    tracks: pd.DataFrame, changes: list[Change], track_of: Mapping[Key, int], clock: Clock
) -> pd.DataFrame:
    """Return the rows of the EVENTS table of one structure at one position.

    Splits and mergers are the given ones. Beginnings after the first frame of the position that none of them explains
    are appearances, ends before the last frame disappearances (at the frame after the track's last).
    """
    rows = []
    explained: set[tuple[str, int]] = set()
    for change in changes:
        before, after = {track_of[key] for key in change.before}, {track_of[key] for key in change.after}
        rows.append((change.frame, change.kind, join_ids(before), join_ids(after), change.probability))
        explained |= {("begin", track) for track in after - before} | {("end", track) for track in before - after}
    spans = tracks.groupby("track_id")["frame"].agg(["min", "max"])
    for track, start, end in zip(spans.index, spans["min"], spans["max"], strict=True):
        if start > clock.first and ("begin", track) not in explained:
            rows.append((start, "appearance", "", str(track), np.nan))
        if end < clock.last and ("end", track) not in explained:
            rows.append((end + 1, "disappearance", str(track), "", np.nan))
    found = pd.DataFrame(rows, columns=["frame", "kind", "parents", "children", "probability"])
    found["t_s"] = [clock.t_s(frame) for frame in found["frame"]]
    first = tracks.head(1)
    return found.assign(position=first["position"].squeeze(), structure=first["structure"].squeeze())


def join_ids(ids: Iterable[int]) -> str:
    """Return track numbers as text, in ascending order."""
    return SEPARATOR.join(str(track) for track in sorted(ids))

"""Figures of one structure, from its tables: over time, over tracks, and in one line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

EVENT_KINDS = ("division", "fission", "fusion", "appearance", "disappearance")
_PER_MIN = 60.0
_TRACK = ["position", "track_id"]


@dataclass(frozen=True)
class RunTables:
    """The tables of a run, or the rows of them that belong to one structure or position."""

    objects: pd.DataFrame
    tracks: pd.DataFrame
    summary: pd.DataFrame
    events: pd.DataFrame

    def at(self, position: str) -> RunTables:
        """Return the rows of one position."""
        return RunTables(*(table[table["position"] == position] for table in self._all()))

    def of(self, structure: str) -> RunTables:
        """Return the rows of one structure; without measured objects, its tracks stand in for them."""
        objects, *others = (table[table["structure"] == structure] for table in self._all())
        return RunTables(objects if len(objects) else others[0], *others)

    def _all(self) -> tuple[pd.DataFrame, ...]:
        return (self.objects, self.tracks, self.summary, self.events)


def counts(objects: pd.DataFrame) -> pd.DataFrame:
    """Return objects per timepoint: position, frame, t_s, n."""
    grouped = objects.groupby(["position", "frame"], as_index=False)
    return grouped.agg(t_s=("t_s", "first"), n=("t_s", "size"))


def steps(tracks: pd.DataFrame) -> pd.DataFrame:
    """Return one row per step of a track: position, track_id, frame and t_s of its end, speed_um_min.

    Where a track skips frames, the step is as long as the gap.
    """
    ordered = tracks.sort_values([*_TRACK, "frame"])
    grouped = ordered.groupby(_TRACK)
    squared = sum(grouped[axis].diff() ** 2 for axis in ("z_um", "y_um", "x_um"))
    elapsed_s = grouped["t_s"].diff()
    speed = np.sqrt(squared) / elapsed_s.where(elapsed_s > 0) * _PER_MIN
    return ordered[[*_TRACK, "frame", "t_s"]].assign(speed_um_min=speed).dropna(subset=["speed_um_min"])


def quartiles(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the quartiles of a column at each frame, all positions together: t_s, low, median, high."""
    grouped = table.groupby("frame")
    columns = {"t_s": grouped["t_s"].median()}
    columns |= {name: grouped[column].quantile(q) for name, q in (("low", 0.25), ("median", 0.5), ("high", 0.75))}
    return pd.DataFrame(columns).reset_index()


def sizes(objects: pd.DataFrame) -> tuple[pd.Series[float], str]:
    """Return the sizes of all objects and their unit: volumes, or areas where there are no volumes."""
    for column, unit in (("volume_um3", "µm³"), ("area_um2", "µm²")):
        if column in objects and objects[column].notna().any():
            return objects[column].dropna(), unit
    return pd.Series(dtype="float64"), "µm³"


def event_counts(events: pd.DataFrame) -> dict[str, int]:
    """Return how often each kind of event occurred, known kinds first."""
    found = events["kind"].value_counts()
    others = [kind for kind in found.index if kind not in EVENT_KINDS]
    return {str(kind): int(found.get(kind, 0)) for kind in (*EVENT_KINDS, *others)}


@dataclass(frozen=True)
class Summary:
    """One structure in one line; None where there is nothing to compute it from."""

    n_tracks: int
    n_objects: int
    objects_per_frame: float | None
    duration_s: float | None
    speed_um_min: float | None
    diffusion_um2_s: float | None
    alpha: float | None
    n_fitted: int
    size: float | None
    size_unit: str


def summarise(tables: RunTables) -> Summary:
    """Return medians over tracks (durations, speeds, diffusion) and over objects (sizes)."""
    values, unit = sizes(tables.objects)
    speed_um_s = _median(tables.summary, "speed_median_um_s")
    return Summary(
        n_tracks=len(tables.tracks[_TRACK].drop_duplicates()),
        n_objects=len(tables.objects),
        objects_per_frame=_median(counts(tables.objects), "n"),
        duration_s=_median(tables.summary, "duration_s"),
        speed_um_min=None if speed_um_s is None else speed_um_s * _PER_MIN,
        diffusion_um2_s=_median(tables.summary, "diffusion_um2_s"),
        alpha=_median(tables.summary, "alpha"),
        n_fitted=int(tables.summary["alpha"].notna().sum()) if "alpha" in tables.summary else 0,
        size=float(values.median()) if len(values) else None,
        size_unit=unit,
    )


def _median(table: pd.DataFrame, column: str) -> float | None:
    if column not in table or not table[column].notna().any():
        return None
    return float(table[column].median())

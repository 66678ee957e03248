"""Many tracks as one array of positions, with a place for every frame, so that lags are differences of slices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Paths:
    """Tracks end to end.

    Parameters
    ----------
    places_um : (n, d) positions, NaN in frames where the track was not seen.
    times_s : (n,) times, NaN likewise.
    owner : (n,) index of the track, ascending.
    tracks : number of tracks.
    """

    places_um: Floats
    times_s: Floats
    owner: Ints
    tracks: int

    @classmethod
    def of(cls, tracks: pd.DataFrame) -> Paths:
        """Lay out the tracks of one structure at one position, sorted by track and frame.

        They are two-dimensional when z is the same everywhere.
        """
        axes = ["z_um", "y_um", "x_um"] if tracks["z_um"].nunique() > 1 else ["y_um", "x_um"]
        frames = tracks["frame"].to_numpy(dtype=np.int64)
        first = (tracks["track_id"].diff() != 0).to_numpy()
        owner = np.cumsum(first) - 1
        starts, ends = frames[first], frames[np.append(first[1:], True)] if len(first) else frames
        spans = ends - starts + 1
        offsets = np.cumsum(spans) - spans
        at = offsets[owner] + frames - starts[owner]
        places = np.full((int(spans.sum()), len(axes)), np.nan)
        times = np.full(len(places), np.nan)
        places[at], times[at] = tracks[axes].to_numpy(dtype=np.float64), tracks["t_s"].to_numpy(dtype=np.float64)
        return cls(places, times, np.repeat(np.arange(len(spans)), spans), len(spans))

    @property
    def ndim(self) -> int:
        """2 or 3."""
        return int(self.places_um.shape[1])

    @property
    def spans(self) -> Ints:
        """(tracks,) frames from first to last, gaps included."""
        return np.bincount(self.owner, minlength=self.tracks)

    @property
    def seen(self) -> NDArray[np.bool_]:
        """(n,) whether the track was observed there."""
        return ~np.isnan(self.places_um[:, 0])

    def of_tracks(self, chosen: NDArray[np.bool_]) -> Paths:
        """Return the chosen tracks only, numbered anew."""
        here = chosen[self.owner]
        new = np.cumsum(chosen) - 1
        return Paths(self.places_um[here], self.times_s[here], new[self.owner[here]], int(chosen.sum()))

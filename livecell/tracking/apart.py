"""Whether the parts of a fission or fusion were seen apart: what is torn in a prediction for a while has not split.

A faint stretch breaks a tube in the segmentation, for frames on end, but its ends stay where they are, and one of them
comes and goes. After a fission, and before a fusion, parts are there all the time and farther from each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from livecell.tracking.lineage import Change, Key, tracks_of


@dataclass(frozen=True)
class Separations:
    """Where the tracks of one structure at one position are, and how far from each other.

    Parameters
    ----------
    track_of : track of each object, by frame and label.
    label_at : label of each track, by track and frame.
    frames : in which there is any object.
    gap_um : of neighbours, by frame and both labels, the lower first; all others are far from each other.
    """

    track_of: Mapping[Key, int]
    label_at: Mapping[tuple[int, int], int]
    frames: frozenset[int]
    gap_um: Mapping[tuple[int, int, int], float]

    @classmethod
    def of(cls, linked: pd.DataFrame, neighbours: pd.DataFrame) -> Separations:
        """Read the table of linked objects, and the NEIGHBOURS table of the same structure and position."""
        track_of = tracks_of(linked)
        keys = zip(*(neighbours[name].tolist() for name in ("frame", "label_a", "label_b")), strict=True)
        return cls(
            track_of,
            {(track, frame): label for (frame, label), track in track_of.items()},
            frozenset(frame for frame, _ in track_of),
            dict(zip(keys, neighbours["gap_um"].tolist(), strict=True)),
        )

    def seen(self, change: Change, least_um: float, within_frames: int) -> bool:
        """Say whether each two parts of a fission or fusion were seen apart.

        That is, both are there in all of so many frames after a fission, or before a fusion, and in one of them at
        least `least_um` apart. Frames without any object, and those beyond the ends of the movie, do not count.
        """
        after = change.kind == "fission"
        parts, first = (change.after, change.frame) if after else (change.before, change.frame - 1)
        window = range(first, first + within_frames) if after else range(first - within_frames + 1, first + 1)
        frames = [frame for frame in window if frame in self.frames]
        tracks = [self.track_of[part] for part in parts]
        return all(self._widest_um(one, other, frames) >= least_um for one, other in combinations(tracks, 2))

    def _widest_um(self, one: int, other: int, frames: list[int]) -> float:
        """The largest gap between two tracks in these frames; negative where one of them is absent."""
        labels = [(self.label_at.get((one, frame), 0), self.label_at.get((other, frame), 0)) for frame in frames]
        if not all(first and second for first, second in labels):
            return -1.0
        pairs = [(frame, min(pair), max(pair)) for frame, pair in zip(frames, labels, strict=True)]
        return max((self.gap_um.get(pair, float("inf")) for pair in pairs), default=-1.0)

"""How sure a split or a merger is, from what the objects share and from their sizes.

Before sizes are looked at, the odds are s : 1 - s, where s is the least share of its overlap that one of the parts has
with the whole: what lies half elsewhere is half sure. If the parts come from the whole, or have gone into it, its size
V is that of all of them, and otherwise that of the largest alone. With f the distribution of the changes of ln V along
links, Student's t,

    odds = s / (1 - s) * f(ln(sum of parts / V)) / f(ln(largest part / V)).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from livecell.tracking.chances import FREEDOM, MEDIAN_T
from livecell.tracking.lineage import Change, Key

_LEAST_SPREAD = 0.05
"""Sizes of small objects in voxels never keep better than that."""
_USUAL_SPREAD = 0.3
_FEW = 5.0
"""Changes of size that the usual spread counts as."""
_LEAST_SHARE, _MOST_SHARE = 0.02, 0.98


@dataclass(frozen=True)
class Evidence:
    """Sizes and shares of overlap of the objects of one structure, and how sizes change along its links."""

    sizes: Mapping[Key, float]
    shares: Mapping[tuple[Key, Key], float]
    spread: float

    @classmethod
    def of(cls, linked: pd.DataFrame, overlaps: pd.DataFrame) -> Evidence:
        """Read the objects with their tracks, and their overlaps."""
        sizes = sizes_of(linked)
        ordered = linked.sort_values(["track_id", "frame"])
        keys = zip(ordered["frame"], ordered["label"], strict=True)
        change = pd.Series(np.log([sizes.get(key, np.nan) for key in keys])).diff().to_numpy()
        changes = np.abs(change[(ordered["track_id"].diff() == 0).to_numpy() & np.isfinite(change)])
        share = len(changes) / (len(changes) + _FEW)
        spread = share * (float(np.median(changes)) if len(changes) else 0.0) / MEDIAN_T
        return cls(sizes, _shares(overlaps), max(spread + (1 - share) * _USUAL_SPREAD, _LEAST_SPREAD))

    def judged(self, change: Change) -> Change:
        """Return the change with its probability."""
        whole, parts = (change.before, change.after) if len(change.before) == 1 else (change.after, change.before)
        share = min(self.shares.get((whole[0], part), _LEAST_SHARE) for part in parts)
        share = min(max(share, _LEAST_SHARE), _MOST_SHARE)
        odds = float(np.log(share / (1 - share))) + self._size_odds(whole[0], parts)
        return replace(change, probability=float(1 / (1 + np.exp(-odds))))

    def _size_odds(self, whole: Key, parts: tuple[Key, ...]) -> float:
        if any(key not in self.sizes for key in (whole, *parts)):
            return 0.0
        sizes = [self.sizes[key] for key in parts]
        together, alone = (np.log(size / self.sizes[whole]) / self.spread for size in (sum(sizes), max(sizes)))
        return float((FREEDOM + 1) / 2 * (np.log1p(alone**2 / FREEDOM) - np.log1p(together**2 / FREEDOM)))


def sizes_of(linked: pd.DataFrame) -> dict[Key, float]:
    """Return the volume (2D: area) of each object that has one, by frame and label."""
    known = [linked[name] for name in ("volume_um3", "area_um2") if name in linked]
    sizes = known[0].fillna(known[-1]) if known else pd.Series(float("nan"), linked.index)
    keys = zip(linked["frame"], linked["label"], strict=True)
    return {key: size for key, size in zip(keys, sizes, strict=True) if size > 0}


def _shares(overlaps: pd.DataFrame) -> dict[tuple[Key, Key], float]:
    """Share of the overlap of each object (second) that is with another (first), in the frame before or after."""
    found = {}
    for part in ("label", "label_before"):
        share = (overlaps["voxels"] / overlaps.groupby(["frame", part])["voxels"].transform("sum")).tolist()
        rows = zip(
            overlaps["frame"].tolist(), overlaps["label_before"].tolist(), overlaps["label"].tolist(), strict=True
        )
        for (at, before, now), value in zip(rows, share, strict=True):
            pair = ((at - 1, before), (at, now))
            found[pair if part == "label" else pair[::-1]] = value
    return found

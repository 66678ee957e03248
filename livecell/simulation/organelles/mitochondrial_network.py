"""The mitochondria of one cell through its life: trees of tubes, and the gaps that part them into fragments."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from livecell.simulation.organelles.beads import Array, Labels
from livecell.simulation.organelles.mitochondrial_trees import RADIUS_UM, STEP_UM, Trees

NEVER = np.iinfo(np.int64).max
RAMP = 3
"""Frames in which the ends at a gap drift apart, or approach each other."""
_NARROW_UM = 2 * RADIUS_UM + 0.15
"""Width of a gap in the first frame after fission, and in the last before fusion."""
_WIDEST_UM = 2.2
"""Length of tube at rest that a gap takes away at most."""


@dataclass(frozen=True)
class Gap:
    """A part of a branch that is not there from frame `opened` until before frame `closed`; centre and width in um."""

    branch: int
    mark_um: float
    width_um: float
    opened: int
    closed: int = NEVER

    def at(self, t: int) -> float:
        """Return how wide it is at timepoint t, in um; 0 where it is not open."""
        if not self.opened <= t < self.closed:
            return 0.0
        part = min(1.0, (t - self.opened) / RAMP, (self.closed - 1 - t) / RAMP)
        return _NARROW_UM + part * (self.width_um - _NARROW_UM)

    def closing(self, frame: int) -> Gap:
        """Return the gap that the ends have crossed by that frame."""
        return replace(self, closed=frame)

    def sides(self, trees: Trees) -> tuple[int, int]:
        """Return the beads beyond its two ends."""
        half = self.width_um / 2 + STEP_UM
        on = np.flatnonzero(trees.branch == self.branch)
        away = trees.mark_um[on] - self.mark_um
        return int(on[np.argmin(abs(away + half))]), int(on[np.argmin(abs(away - half))])


@dataclass(frozen=True)
class Network:
    """Trees with their gaps. From frame `since` (changes,) on, the beads have the labels (changes, n)."""

    trees: Trees
    gaps: tuple[Gap, ...]
    since: NDArray[np.int64]
    label: Labels

    def labels(self, t: int, centre_um: Array) -> Labels:
        """Return the label (n,) of each bead at timepoint t, which has to be in the cell's life; 0 in a gap.

        `centre_um` (n, 3) is where the beads are: a gap is as wide as it should be, however its tube is stretched.
        """
        now = self.label[np.searchsorted(self.since, t, side="right") - 1]
        return np.where(hidden(self.trees, self.gaps, t, centre_um), 0, now).astype(np.int32)


def hidden(trees: Trees, gaps: tuple[Gap, ...], t: int, centre_um: Array) -> NDArray[np.bool_]:
    """Return which beads (n,), at centres (n, 3), lie in a gap at timepoint t."""
    within = np.zeros(len(trees.branch), dtype=bool)
    for gap in gaps:
        if width := gap.at(t):
            on = np.flatnonzero(trees.branch == gap.branch)
            steps = np.linalg.norm(np.diff(centre_um[on], axis=0), axis=1)
            along = np.concatenate([[0.0], np.cumsum(steps)])
            away = abs(along - along[np.argmin(abs(trees.mark_um[on] - gap.mark_um))])
            within[on[(away < width / 2) & (abs(trees.mark_um[on] - gap.mark_um) < _WIDEST_UM / 2)]] = True
    return within


def downstream(trees: Trees, bead: int) -> NDArray[np.bool_]:
    """Return which beads (n,) hang on a bead, itself included."""
    hanging = np.zeros(len(trees.before), dtype=bool)
    hanging[bead] = True
    for one in range(bead + 1, len(hanging)):
        hanging[one] = trees.before[one] >= 0 and hanging[trees.before[one]]
    return hanging

"""Fission and fusion of the mitochondria of one cell, as Poisson processes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from livecell.config.organelles import OrganelleSettings
from livecell.simulation.organelles.beads import Array, Labels
from livecell.simulation.organelles.mitochondrial_network import NEVER, RAMP, Gap, Network, downstream
from livecell.simulation.organelles.mitochondrial_trees import RADIUS_UM, STEP_UM, Trees
from livecell.simulation.organelles.occurrences import Occurrence

_WIDTH_UM = (2 * RADIUS_UM + 0.75, 2 * RADIUS_UM + 1.2)
"""Width of a gap when its ends have drifted apart."""
_BETWEEN_GAPS_UM = 2.8
_FIRST_GAPS_PER_UM = 0.04
_TRIES = 8
"""Places that are tried for a fission."""
_FEWEST = 5
"""Beads that the shorter piece has to have."""
_ROUNDED = 0.3
"""Roundness of a cell from which on its mitochondria neither split nor fuse: there is no room to see it."""


@dataclass
class Life:
    """One cell's mitochondria while they are simulated frame by frame.

    `place_um` (n, 3) is where beads are in a spread cell at rest, `numbers` gives new labels, `began` is the frame in
    which each label began.
    """

    trees: Trees
    place_um: Array
    gaps: list[Gap]
    label: Labels
    numbers: Iterator[int]
    rng: np.random.Generator
    began: dict[int, int] = field(default_factory=dict)
    occurrences: list[Occurrence] = field(default_factory=list)

    def run(
        self, born: int, gone: int, roundness: NDArray[np.float64], settings: OrganelleSettings, interval_s: float
    ) -> Network:
        """Simulate from frame `born` until before frame `gone`; `roundness` (frames,) is that of the cell."""
        hours = interval_s / 3600
        since, labels = [born], [self.label.copy()]
        for t in range(born + 1, gone):
            before = len(self.occurrences)
            self._fuse(t)
            if roundness[t] < _ROUNDED:
                self._split(t, self.rng.poisson(settings.fission_per_um_h * hours * self._length_um(t)))
                fragments = len(np.unique(self.label))
                self._approach(t, self.rng.poisson(settings.fusion_per_fragment_h * hours * fragments), gone)
            if len(self.occurrences) > before:
                since.append(t)
                labels.append(self.label.copy())
        return Network(self.trees, tuple(self.gaps), np.array(since), np.array(labels))

    def break_up(self, frame: int) -> None:
        """Open the gaps that a cell begins with, long before the given frame."""
        for _ in range(self.rng.poisson(_FIRST_GAPS_PER_UM * STEP_UM * len(self.label))):
            self._cut(frame - 2 * RAMP, frame)
            self.began.clear()
        self.occurrences.clear()

    def _length_um(self, t: int) -> float:
        return STEP_UM * len(self.label) - sum(gap.at(t) for gap in self.gaps)

    def _split(self, t: int, times: int) -> None:
        for _ in range(times):
            self._cut(t, t)

    def _cut(self, opened: int, t: int) -> None:
        """Open a gap at a random place that leaves two pieces apart; nowhere, where there is no such place."""
        places = np.flatnonzero(self._cuttable(t))
        for bead in self.rng.permutation(places)[:_TRIES].tolist():
            gap = Gap(
                int(self.trees.branch[bead]), float(self.trees.mark_um[bead]), self.rng.uniform(*_WIDTH_UM), opened
            )
            old, ours = int(self.label[bead]), self.label == self.label[bead]
            hanging = downstream(self.trees, bead)
            if self._are_apart(ours & ~hanging, ours & hanging, gap):
                children = next(self.numbers), next(self.numbers)
                self.label[ours & ~hanging], self.label[ours & hanging] = children
                self.gaps.append(gap)
                self._note(t, "fission", (old,), children)
                return

    def _are_apart(self, one: NDArray[np.bool_], other: NDArray[np.bool_], gap: Gap) -> bool:
        """Tell whether a gap leaves enough of two sets of beads (n,), and apart; a side branch may lie across it."""
        left = (self.trees.branch != gap.branch) | (abs(self.trees.mark_um - gap.mark_um) > gap.width_um / 2)
        if min(np.count_nonzero(one & left), np.count_nonzero(other & left)) < _FEWEST:
            return False
        # Seen from above: at the edge of a cell, heights lie close together.
        above = self.place_um[:, 1:]
        distance, _ = cKDTree(above[one & left]).query(above[other & left])
        return bool(distance.min() > _WIDTH_UM[0])

    def _cuttable(self, t: int) -> NDArray[np.bool_]:
        """Return where a tube can be cut that has lived for a frame at least."""
        young = [label for label, began in self.began.items() if began >= t]
        able = self.trees.cuttable & ~np.isin(self.label, young)
        for gap in self.gaps:
            if gap.closed + RAMP > t:
                able &= (self.trees.branch != gap.branch) | (abs(self.trees.mark_um - gap.mark_um) > _BETWEEN_GAPS_UM)
        return able

    def _approach(self, t: int, times: int, gone: int) -> None:
        """Let the ends at random gaps approach each other, to fuse after a few frames."""
        for _ in range(times):
            idle = [k for k, gap in enumerate(self.gaps) if gap.closed == NEVER and gap.opened + RAMP <= t]
            if idle and t + RAMP + 1 < gone:
                chosen = int(self.rng.choice(idle))
                self.gaps[chosen] = self.gaps[chosen].closing(t + RAMP + 1)

    def _fuse(self, t: int) -> None:
        """Make one fragment of two whose ends meet in this frame; where one has only just begun, they wait."""
        for k, gap in enumerate(self.gaps):
            if gap.closed != t:
                continue
            old = tuple(sorted(int(self.label[side]) for side in gap.sides(self.trees)))
            if any(self.began.get(label, -1) >= t for label in old):
                self.gaps[k] = gap.closing(t + 1)
                continue
            child = next(self.numbers)
            self.label[np.isin(self.label, old)] = child
            self._note(t, "fusion", old, (child,))

    def _note(self, t: int, kind: str, parents: tuple[int, ...], children: tuple[int, ...]) -> None:
        self.occurrences.append(Occurrence(t, kind, parents, children))
        self.began |= dict.fromkeys(children, t)

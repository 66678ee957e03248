"""The courses that mitochondria follow through a cell: branched tubes around the nucleus, on lanes that keep apart."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from livecell.simulation.organelles.beads import Array, Index
from livecell.simulation.organelles.spread_cell import SpreadCell

RADIUS_UM = 0.3
STEP_UM = 0.2
"""Distance of the beads of a tube."""
_LANE_UM = 2.2
"""Least width of a lane: tubes have room beside each other, whatever stirs and bends them."""
_LENGTH_UM = (3.0, 22.0)
_APART_UM = 1.5
_WAVE_UM = 0.3
_WARP = 0.2
"""How far all lanes together swing to nucleus and edge, as a share of the way between them."""
_PER_BRANCH_UM = 4.0
"""Length of tube for every side branch."""
_CLEAR_OF_JUNCTION_UM = 1.2
_CLEAR_OF_END_UM = 1.8
_CLEAR_OF_OTHERS_UM = 1.2
"""Distance of a side branch, seen from above, to all but its own stem: two tubes are not in one place."""


@dataclass(frozen=True)
class Trees:
    """Beads of tubes without a loop: polar coordinates (n, 3) at rest, the bead (n,) each is attached to, which comes
    before it, or -1, the branch (n,) it is on, its place (n,) along that branch in um, and whether the tube can be cut
    there (n,) so that exactly two pieces result."""

    rest: Array
    before: Index
    branch: Index
    mark_um: Array
    cuttable: NDArray[np.bool_]

    @property
    def root(self) -> Index:
        """The bead (n,) that the tree of each begins with."""
        root = np.arange(len(self.before))
        for bead in np.flatnonzero(self.before >= 0).tolist():
            root[bead] = root[self.before[bead]]
        return root


def no_trees() -> Trees:
    """Return trees without a bead."""
    none = np.empty(0, dtype=np.intp)
    return Trees(np.empty((0, 3)), none, none, np.empty(0), np.empty(0, dtype=bool))


def grow_trees(spread: SpreadCell, count: int, rng: np.random.Generator) -> Trees:
    """Return at most so many trees; fewer, where the cell is full."""
    lanes = max(1, int(spread.width_um / _LANE_UM))
    share = (np.arange(lanes) + 0.5) / lanes
    free_um = 2 * np.pi * spread.outward_um(share) - _APART_UM
    start = rng.uniform(0, 2 * np.pi, lanes)
    trees, lengths = no_trees(), list[float]()
    for _ in range(count):
        lane = int(np.argmax(free_um))
        length = float(np.clip(rng.lognormal(np.log(8), 0.7), *_LENGTH_UM).clip(max=free_um[lane]))
        if length < _LENGTH_UM[0] / 2:
            break
        trees = _grown(trees, _stem(spread, share[lane], start[lane], length, rng), -1, start_um=0.0)
        lengths.append(length)
        start[lane] += (length + _APART_UM) / spread.outward_um(share[lane])
        free_um[lane] -= length + _APART_UM
    for stem, length in enumerate(lengths):
        trees = _with_branches(trees, stem, spread, spread.width_um / lanes, length, rng)
    return replace(trees, rest=_warped(trees.rest, rng))


def _warped(rest: Array, rng: np.random.Generator) -> Array:
    """Let the lanes swing; all by the same, so that they stay apart."""
    waves = np.arange(2, 6)
    swing = np.sin(rest[:, :1] * waves + rng.uniform(0, 2 * np.pi, 4)) @ rng.normal(0, 1.2 / waves, 4)
    share = rest[:, 1] + _WARP * np.tanh(2 * swing) * 4 * rest[:, 1] * (1 - rest[:, 1])
    return np.column_stack([rest[:, 0], share.clip(0.02, 0.98), rest[:, 2]])


def _stem(spread: SpreadCell, share: float, bearing: float, length_um: float, rng: np.random.Generator) -> Array:
    """Return a wavy tube along a lane."""
    along = np.linspace(0, length_um, 40)
    phase, waves = rng.uniform(0, 2 * np.pi, 2), 2 * np.pi / rng.uniform(4, 8, 2)
    outward = share + _WAVE_UM / spread.width_um * np.sin(waves[0] * along + phase[0])
    height = rng.uniform(0.3, 0.6) + 0.1 * np.sin(waves[1] * along + phase[1])
    path = np.column_stack([bearing + along / spread.outward_um(np.array(share)), outward.clip(0.02, 0.98), height])
    return spread.spaced(path, STEP_UM)


def _with_branches(
    trees: Trees, stem: int, spread: SpreadCell, lane_um: float, length_um: float, rng: np.random.Generator
) -> Trees:
    """Attach side branches to a stem, where there is room; they leave its lane halfway to the next, and its height."""
    on_stem = np.flatnonzero(trees.branch == stem)
    for _ in range(rng.poisson(length_um / _PER_BRANCH_UM)):
        joint = int(rng.choice(on_stem[2:-2]))
        aside = rng.choice([-1, 1]) * 0.5 * lane_um / spread.width_um
        onward = rng.choice([-1, 1]) * rng.uniform(0.5, 3.0) / spread.outward_um(trees.rest[joint, 1])
        rise = 0.35 if trees.rest[joint, 2] < 0.45 else -0.25
        moves = np.array([[0, 0, 0], [0.2 * onward, aside, rise], [onward, aside, rise]])
        path = spread.spaced(trees.rest[joint] + moves, STEP_UM)
        path[:, 1:] = path[:, 1:].clip(0.02, 0.98)
        if not _clear(trees, joint) or not _has_room(trees, stem, path, spread):
            continue
        trees = _grown(trees, path[1:], joint, start_um=STEP_UM)
        near = (trees.branch == stem) & (abs(trees.mark_um - trees.mark_um[joint]) < _CLEAR_OF_JUNCTION_UM)
        trees.cuttable[near] = False
    return trees


def _has_room(trees: Trees, stem: int, path: Array, spread: SpreadCell) -> bool:
    """Tell whether a side branch of a stem keeps clear of everything else."""
    others = spread.place_um(trees.rest[trees.branch != stem])[:, 1:]
    if not len(others):
        return True
    distance, _ = cKDTree(others).query(spread.place_um(path)[:, 1:])
    return bool(distance.min() > _CLEAR_OF_OTHERS_UM)


def _clear(trees: Trees, joint: int) -> bool:
    """Tell whether no other branch is attached near a bead."""
    joints = trees.before[np.flatnonzero(trees.branch[trees.before] != trees.branch)]
    same = joints[(joints >= 0) & (trees.branch[joints] == trees.branch[joint])]
    return bool((abs(trees.mark_um[same] - trees.mark_um[joint]) > _CLEAR_OF_JUNCTION_UM).all())


def _grown(trees: Trees, path: Array, joint: int, start_um: float) -> Trees:
    """Return the trees with a path (n, 3) as a new branch, attached to a bead."""
    first, number = len(trees.rest), int(trees.branch.max(initial=-1)) + 1
    mark = start_um + np.arange(len(path)) * STEP_UM
    before = np.arange(first - 1, first + len(path) - 1)
    before[0] = joint
    cuttable = (mark > _CLEAR_OF_END_UM) & (mark < mark[-1] - _CLEAR_OF_END_UM)
    return Trees(
        np.concatenate([trees.rest, path]),
        np.concatenate([trees.before, before]),
        np.concatenate([trees.branch, np.full(len(path), number)]),
        np.concatenate([trees.mark_um, mark]),
        np.concatenate([trees.cuttable, cuttable]),
    )

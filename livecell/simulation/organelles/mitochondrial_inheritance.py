"""What the daughters of a cell get of its mitochondria: each fragment goes on, whole, in the nearer of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from livecell.simulation.organelles.beads import Array, Index, Labels
from livecell.simulation.organelles.interior import Interior
from livecell.simulation.organelles.mitochondrial_network import NEVER, Gap, Network, hidden
from livecell.simulation.organelles.mitochondrial_trees import RADIUS_UM, STEP_UM, Trees
from livecell.simulation.organelles.spread_cell import SpreadCell
from livecell.simulation.organelles.stirring import Stirring

Share = tuple[Trees, list[Gap], Labels]
"""What one daughter begins with."""


def heirs(label: Labels, centre_um: Array, shown: NDArray[np.bool_], daughters_um: Array) -> Index:
    """Return which daughter (n,) each bead goes to: the one nearest to the middle of what is seen of its fragment.

    `centre_um` (n, 3) are the mother's beads, `daughters_um` (daughters, 3) the centres of the daughters' nuclei.
    """
    heir = np.zeros(len(label), dtype=np.intp)
    for fragment in np.unique(label):
        ours = label == fragment
        middle = centre_um[ours & shown if (ours & shown).any() else ours].mean(axis=0)
        heir[ours] = np.argmin(((daughters_um - middle)[:, 1:] ** 2).sum(axis=1))
    return heir


def inherit(
    network: Network,
    centre_um: Array,
    heir: Index,
    which: int,
    daughter: int,
    interior: Interior,
    stirring: Stirring,
    spread: SpreadCell,
) -> Share:
    """Return what daughter number `which` of a cell, cell `daughter`, has of its mother's network.

    `centre_um` (n, 3) and `heir` (n,) tell where the mother's beads were in her last frame and who gets them; `interior` is
    that of the daughter's first frame.
    """
    trees, label, last = network.trees, network.label[-1], interior.t - 1
    wide = [replace(gap, closed=NEVER) for gap in network.gaps if gap.opened <= last < gap.closed]
    kept = [gap for gap in wide if all(heir[side] == which for side in gap.sides(trees))]
    lost = [gap for gap in wide if gap not in kept]
    keep = (heir == which) & ~hidden(trees, tuple(lost), last)
    cell = np.full(int(keep.sum()), daughter)
    rest = stirring.rest(interior.t, cell, interior.polar(cell, centre_um[keep], RADIUS_UM))
    place = np.cumsum(keep) - 1
    before = np.where((trees.before[keep] >= 0) & keep[trees.before[keep]], place[trees.before[keep]], -1)
    mine = Trees(rest, before, trees.branch[keep], trees.mark_um[keep], trees.cuttable[keep])
    return *_mended(mine, label[keep], spread), kept


def _mended(trees: Trees, label: Labels, spread: SpreadCell) -> tuple[Trees, Labels]:
    """Join with more beads what a change of shape has pulled apart."""
    parts: list[Array] = []
    source, before, number = [], [], np.zeros(len(label), dtype=np.intp)
    rest = trees.rest.copy()
    for bead, root in enumerate(trees.before):
        way = np.zeros(0)
        if root >= 0:
            # The short way around the nucleus.
            rest[bead, 0] -= 2 * np.pi * np.rint((rest[bead, 0] - rest[root, 0]) / (2 * np.pi))
            pieces = int(np.ceil(spread.steps_um(rest[root], rest[bead]) / (1.5 * STEP_UM)))
            way = np.arange(1, pieces) / max(pieces, 1)
        begin, end = (rest[root], trees.mark_um[root]) if root >= 0 else (rest[bead], 0.0), trees.mark_um[bead]
        ways = np.append(way, 1.0)
        if root >= 0 and trees.branch[root] != trees.branch[bead]:
            begin = (begin[0], end)
        parts.append(
            np.column_stack([begin[0] + ways[:, None] * (rest[bead] - begin[0]), begin[1] + ways * (end - begin[1])])
        )
        first = len(source)
        before += [number[root] if root >= 0 else -1, *range(first, first + len(way))]
        source += [bead] * len(ways)
        number[bead] = first + len(way)
    if not parts:
        return trees, label
    where, origin = np.concatenate(parts), np.array(source)
    inserted = np.append(origin[1:] == origin[:-1], False)
    cuttable = trees.cuttable[origin] & ~inserted
    joined = Trees(where[:, :3], np.array(before), trees.branch[origin], where[:, 3], cuttable)
    return joined, label[origin]

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

Share = tuple[Trees, Labels, list[Gap]]
"""What one daughter begins with."""
_TALL = 2.0
"""Height of the cytoplasm of a rounded cell, relative to that of a spread one."""
_INNERMOST, _OUTERMOST = 0.05, 0.75
"""Where mitochondria of a daughter begin and end, as shares of the way from nucleus to edge."""


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

    `centre_um` (n, 3) and `heir` (n,) tell where the mother's beads were in her last frame and who gets them;
    `interior` is that of the daughter's first frame.
    """
    trees, label, last = network.trees, network.label[-1], interior.t - 1
    wide = [replace(gap, closed=NEVER) for gap in network.gaps if gap.opened <= last < gap.closed]
    kept = [gap for gap in wide if all(heir[side] == which for side in gap.sides(trees))]
    lost = [gap for gap in wide if gap not in kept]
    keep = (heir == which) & ~hidden(trees, tuple(lost), last, centre_um)
    cell = np.full(int(keep.sum()), daughter)
    rest = stirring.rest(interior.t, cell, interior.polar(cell, centre_um[keep], RADIUS_UM))
    # What the mother's edge has swept in would stay at the edge for ever.
    rest[:, 1] = _INNERMOST + (_OUTERMOST - _INNERMOST) * rest[:, 1]
    place = np.cumsum(keep) - 1
    before = np.where((trees.before[keep] >= 0) & keep[trees.before[keep]], place[trees.before[keep]], -1)
    mine = Trees(rest, before, trees.branch[keep], trees.mark_um[keep], trees.cuttable[keep])
    mended, labels = _mended(mine, label[keep], spread)
    return mended, labels, [_centred(gap, mended, labels) for gap in kept]


def _centred(gap: Gap, trees: Trees, label: Labels) -> Gap:
    """Move a gap to where one fragment ends and the next begins, now that there are beads between."""
    same = (trees.before >= 0) & (trees.branch[trees.before] == gap.branch) & (trees.branch == gap.branch)
    begins = np.flatnonzero(same & (label[trees.before] != label))
    if not len(begins):
        return gap
    nearest = begins[np.argmin(abs(trees.mark_um[begins] - gap.mark_um))]
    return replace(gap, mark_um=float(trees.mark_um[nearest]))


def _mended(trees: Trees, label: Labels, spread: SpreadCell) -> tuple[Trees, Labels]:
    """Join with more beads what a change of shape has pulled apart."""
    places = np.column_stack([trees.rest, trees.mark_um])
    pieces, source, before = [np.empty((0, 4))], list[int](), list[int]()
    number, tall = np.zeros(len(label), dtype=np.intp), replace(spread, height_um=_TALL * spread.height_um)
    for bead, root in enumerate(trees.before):
        way = np.ones(1)
        if root >= 0:
            # The short way around the nucleus.
            places[bead, 0] -= 2 * np.pi * np.rint((places[bead, 0] - places[root, 0]) / (2 * np.pi))
            gap_um = float(tall.steps_um(places[root, :3], places[bead, :3]))
            way = np.linspace(0, 1, max(1, int(np.ceil(gap_um / STEP_UM))) + 1)[1:]
        begin = places[root if root >= 0 else bead].copy()
        if root >= 0 and trees.branch[root] != trees.branch[bead]:
            begin[3] = places[bead, 3]
        pieces.append(begin + way[:, None] * (places[bead] - begin))
        first = len(source)
        before += [int(number[root]) if root >= 0 else -1, *range(first, first + len(way) - 1)]
        source += [bead] * len(way)
        number[bead] = first + len(way) - 1
    where, origin = np.concatenate(pieces), np.array(source, dtype=np.intp)
    own = number[origin] == np.arange(len(origin))
    mended = Trees(
        where[:, :3], np.array(before, dtype=np.intp), trees.branch[origin], where[:, 3], trees.cuttable[origin] & own
    )
    return mended, label[origin]

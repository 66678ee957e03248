"""Which point belongs to which: as many pairs as possible within reach, and of these the nearest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

Index = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Pairs:
    """Pairs of two kinds of things, by number, and what each pair is worth: (k,) each."""

    first: Index
    second: Index
    value: Floats

    def __getitem__(self, chosen: NDArray[np.generic]) -> Pairs:
        """Return some of the pairs."""
        return Pairs(self.first[chosen], self.second[chosen], self.value[chosen])


def pairs_within(first: Floats, second: Floats, reach: float, groups: tuple[Index, Index]) -> Pairs:
    """Return all pairs of points (n, d) and (m, d) of the same group that are at most `reach` apart, and how far.

    `groups` (n,) and (m,) are whole numbers, such as frames. Points with coordinates that are not known are in no pair.
    """
    known = [np.flatnonzero(np.isfinite(points).all(axis=1)) for points in (first, second)]
    if not all(map(len, known)):
        return Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    # Groups lie side by side along an axis of their own, farther apart than the reach.
    apart = [
        cKDTree(np.column_stack([points[own], 3.0 * reach * group[own]]))
        for points, group, own in zip((first, second), groups, known, strict=True)
    ]
    found = apart[0].sparse_distance_matrix(apart[1], reach, output_type="ndarray")
    return Pairs(known[0][found["i"]], known[1][found["j"]], found["v"])


def nearest_pairs(candidates: Pairs, reach: float) -> Pairs:
    """Choose among pairs one to one: as many as possible, and of these with the least sum of distances."""
    return _best(candidates, reach - candidates.value + _dearer(candidates, reach))


def worthiest_pairs(candidates: Pairs) -> Pairs:
    """Choose among pairs one to one so that the sum of their values, which are above 0, is largest."""
    return _best(candidates, candidates.value)


def _dearer(candidates: Pairs, reach: float) -> Floats:
    """Return a bonus per pair, so that no gain in distance makes up for a pair less."""
    return np.full(len(candidates.value), (len(np.unique(candidates.first)) + 1) * (reach + 1.0))


def _best(candidates: Pairs, worth: Floats) -> Pairs:
    """The assignment of largest worth (all above 0): each connected component of the pairs by itself."""
    if not len(worth):
        return candidates
    _, first = np.unique(candidates.first, return_inverse=True)
    _, second = np.unique(candidates.second, return_inverse=True)
    n, total = first.max() + 1, first.max() + second.max() + 2
    _, component = connected_components(coo_array((worth, (first, second + n)), shape=(total, total)), directed=False)
    order = np.argsort(component[first], kind="stable")
    chosen = []
    for own in np.split(order, np.flatnonzero(np.diff(component[first][order])) + 1):
        chosen.append(own if len(own) == 1 else own[_assigned(first[own], second[own], worth[own])])
    return candidates[np.sort(np.concatenate(chosen))]


def _assigned(first: Index, second: Index, worth: Floats) -> Index:
    """Which pairs of a component are chosen."""
    rows, row = np.unique(first, return_inverse=True)
    columns, column = np.unique(second, return_inverse=True)
    table = np.zeros((len(rows), len(columns)))
    number = np.full(table.shape, -1)
    table[row, column], number[row, column] = worth, np.arange(len(worth))
    picked: Index = number[linear_sum_assignment(table, maximize=True)]
    return picked[picked >= 0]

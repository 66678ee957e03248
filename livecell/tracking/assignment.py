"""Which object continues which: the cheapest of all ways to link two sets of objects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

Index = NDArray[np.int64]

LOST = -1
_DENSE = 100
"""Up to so many sources a full matrix is faster; beyond, it would outgrow the few neighbours of each."""


@dataclass(frozen=True)
class Candidates:
    """Links that are possible: from `source` to `target` at a `cost`, each (m,)."""

    source: Index
    target: Index
    cost: NDArray[np.float64]

    def take(self, which: NDArray[np.bool_]) -> Candidates:
        """Return some of them."""
        return Candidates(self.source[which], self.target[which], self.cost[which])


def assign(candidates: Candidates, loss: float, n_sources: int) -> Index:
    """Return the target of each source, or LOST, (n_sources,).

    The sum of the costs is the least possible, where each source without a target costs `loss`. (With squared
    distances and the square of the search range this is the assignment of Crocker & Grier 1996.)
    """
    found = np.full(n_sources, LOST, dtype=np.int64)
    near = candidates.take(candidates.cost <= loss)
    if not len(near.cost):
        return found
    rivals = (np.bincount(near.source)[near.source] > 1) | (np.bincount(near.target)[near.target] > 1)
    found[near.source[~rivals]] = near.target[~rivals]
    if rivals.any():
        sources, targets = _matched(near.take(rivals), loss)
        found[sources] = targets
    return found


def _matched(rivals: Candidates, loss: float) -> tuple[Index, Index]:
    """Sources that compete for targets, and what each gets, or LOST."""
    sources, row = _ranked(rivals.source)
    targets, column = _ranked(rivals.target)
    # A column of its own for each source stands for its loss.
    own = np.arange(len(sources))
    where = np.concatenate([row, own]), np.concatenate([column, len(targets) + own])
    costs = np.concatenate([rivals.cost, np.full(len(own), loss)])
    solve = _solve_full if len(sources) <= _DENSE else _solve_sparse
    chosen = solve(where, costs, (len(own), len(targets) + len(own)))
    return sources, np.concatenate([targets, np.full(len(own), LOST)])[chosen]


def _ranked(values: Index) -> tuple[Index, Index]:
    """The values that occur, and where each one is among them."""
    present = np.bincount(values) > 0
    return np.flatnonzero(present), (np.cumsum(present) - 1)[values]


def _solve_full(where: tuple[Index, Index], costs: NDArray[np.float64], shape: tuple[int, int]) -> Index:
    matrix = np.full(shape, np.inf)
    matrix[where] = costs
    return np.asarray(linear_sum_assignment(matrix)[1], dtype=np.int64)


def _solve_sparse(where: tuple[Index, Index], costs: NDArray[np.float64], shape: tuple[int, int]) -> Index:
    # Zeros are no edges in a sparse matrix; a constant for all leaves the best assignment as it is.
    matrix = csr_array((costs - min(costs.min(), 0.0) + 1.0, where), shape=shape)
    return np.asarray(min_weight_full_bipartite_matching(matrix)[1], dtype=np.int64)

"""Linking of one group of competing objects: the exact solution of trackpy's subnetwork problem, at any size."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching
from trackpy.linking.utils import SubnetOversizeException

Links = tuple[list[Any], list[Any]]
"""Sources and the targets they are linked to; None for a source that is lost or a target that is new."""

_DENSE = 64
"""Up to so many sources a full matrix is faster; beyond, it would outgrow a crowd's few neighbours."""


@dataclass(frozen=True)
class Assignment:
    """A solver that trackpy calls for every subnetwork of objects that compete for links.

    It minimises what trackpy's own solvers do (Crocker & Grier 1996): the sum of squared displacements, where an
    object that is lost costs the square of the search range. They enumerate, and give up above 30 objects; as a linear
    assignment the same problem is solved in polynomial time.

    Parameters
    ----------
    max_crowd : larger groups are first torn apart by a smaller search range.
    stop_um : the range at which no smaller one is tried, and the group is solved whole.
    """

    max_crowd: int
    stop_um: float

    def __call__(self, sources: Iterable[Any], targets: Iterable[Any], search_range_um: float, **_: object) -> Links:
        """Return the links of one group.

        Raises SubnetOversizeException, on which trackpy calls again with groups of a smaller search range.
        """
        # Sets of points have no order of their own: the same movie must give the same links each time.
        before, now = sorted(sources, key=_place), sorted(targets, key=_place)
        if len(before) > self.max_crowd and search_range_um > self.stop_um:
            raise SubnetOversizeException(f"{len(before)} objects")
        chosen = _best_targets(before, now, search_range_um) if before else np.empty(0, dtype=np.int64)
        taken = set(chosen.tolist())
        new = [point for index, point in enumerate(now) if index not in taken]
        linked = [now[index] if index < len(now) else None for index in chosen]
        return before + [None] * len(new), linked + new


def _place(point: Any) -> tuple[float, ...]:
    return (*point.pos.tolist(), point.uuid)


def _best_targets(before: list[Any], now: list[Any], search_range_um: float) -> NDArray[np.int64]:
    """Index of the target of each source; an index past the last target means lost."""
    if len(before) == 1 and len(now) == 1 and before[0].forward_cands:
        return np.zeros(1, dtype=np.int64)
    index = {id(point): column for column, point in enumerate(now)}
    rows, columns, costs = [], [], []
    for row, point in enumerate(before):
        # Zeros are no edges in a sparse matrix; a constant per source leaves the best assignment as it is.
        rows += [row] * (len(point.forward_cands) + 1)
        columns += [index[id(target)] for target, _ in point.forward_cands] + [len(now) + row]
        costs += [1 + (distance / search_range_um) ** 2 for _, distance in point.forward_cands] + [2.0]
    if len(before) <= _DENSE:
        matrix = np.full((len(before), len(now) + len(before)), np.inf)
        matrix[rows, columns] = costs
        return np.asarray(linear_sum_assignment(matrix)[1], dtype=np.int64)
    sparse = csr_array((costs, (rows, columns)), shape=(len(before), len(now) + len(before)))
    return np.asarray(min_weight_full_bipartite_matching(sparse)[1], dtype=np.int64)

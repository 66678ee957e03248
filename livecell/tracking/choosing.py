"""The best choice of links and divisions between two frames.

Every link and every division has a gain, and an object takes part in one of them at most. Links alone are an
assignment. With divisions it is a set packing, solved as a linear program to which only those divisions are added that
pay at the prices that the program puts on objects (column generation, Dantzig & Wolfe 1960). The solution is nearly
always whole; where it is not, the same columns are solved in whole numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csc_array, hstack
from scipy.sparse.csgraph import connected_components

from livecell.tracking.extended import cheapest

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_PAYS = 1e-6
"""Gain above the prices that is more than rounding."""


def choose(
    links: Ints, gains: Floats, divisions: Ints, division_gains: Floats, n_sources: int, n_targets: int
) -> tuple[Ints, Ints]:
    """Return the target of each source (-1: none by a link), and the rows of `divisions` that are chosen.

    Parameters
    ----------
    links : (n, 2), source and target; only those with a gain above 0.
    divisions : (m, 3), source and two targets.
    """
    if not len(divisions):
        return cheapest(links[:, 0], links[:, 1], -gains, n_sources, n_targets, 0.0), np.empty(0, dtype=np.int64)
    crowd = _crowds(links, divisions, n_sources, n_targets)
    hot = np.isin(crowd, crowd[divisions[:, 0]])[links[:, 0]]
    chosen = cheapest(links[~hot, 0], links[~hot, 1], -gains[~hot], n_sources, n_targets, 0.0)
    taken, divided = _pack(links[hot], gains[hot], divisions, division_gains)
    chosen[links[hot][taken, 0]] = links[hot][taken, 1]
    return chosen, divided


def _crowds(links: Ints, divisions: Ints, n_sources: int, n_targets: int) -> Ints:
    """Number of the group of competing objects of each source and each target."""
    source = np.concatenate([links[:, 0], divisions[:, 0], divisions[:, 0]])
    target = n_sources + np.concatenate([links[:, 1], divisions[:, 1], divisions[:, 2]])
    size = n_sources + n_targets
    graph = coo_array((np.ones(len(source), dtype=np.int8), (source, target)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _pack(links: Ints, gains: Floats, divisions: Ints, division_gains: Floats) -> tuple[Ints, Ints]:
    """Rows of links and of divisions that are chosen."""
    used = np.unique(np.concatenate([links[:, 0], divisions[:, 0]]))
    met = np.unique(np.concatenate([links[:, 1], divisions[:, 1], divisions[:, 2]]))
    size = len(used) + len(met)
    link_objects = np.column_stack([np.searchsorted(used, links[:, :1]), _shifted(met, links[:, 1:], len(used))])
    division_objects = np.column_stack(
        [np.searchsorted(used, divisions[:, :1]), _shifted(met, divisions[:, 1:], len(used))]
    )
    added = _first(division_objects, division_gains, size)
    while True:
        columns = hstack([_columns(link_objects, size), _columns(division_objects[added], size)], format="csc")
        worth = np.concatenate([gains, division_gains[added]])
        solved = linprog(-worth, A_ub=columns, b_ub=np.ones(size), bounds=(0, None), method="highs")
        prices = -solved.ineqlin.marginals
        pays = ~added & (division_gains - prices[division_objects].sum(axis=1) > _PAYS)
        if not pays.any():
            break
        added |= pays
    share = solved.x
    if np.abs(share - np.rint(share)).max(initial=0.0) > _PAYS:
        # A division that costs more than the best whole solution found so far lacks of the bound is in no better one.
        missing = -solved.fun - worth @ _whole(columns, worth)
        loss = prices[division_objects].sum(axis=1) - division_gains
        added |= loss <= missing + _PAYS
        columns = hstack([_columns(link_objects, size), _columns(division_objects[added], size)], format="csc")
        share = _whole(columns, np.concatenate([gains, division_gains[added]]))
    picked = share > 0.5
    return np.flatnonzero(picked[: len(links)]), np.flatnonzero(added)[picked[len(links) :]]


def _whole(columns: csc_array, worth: Floats) -> Floats:
    """The best choice among these columns, 1 for each that is chosen."""
    limit = LinearConstraint(columns, ub=1)
    return np.asarray(np.rint(milp(-worth, constraints=limit, bounds=Bounds(0, 1), integrality=1).x))


def _first(objects: Ints, gains: Floats, size: int) -> Bools:
    """The best division of each object: a start that is mostly the end."""
    best = np.full(size, -np.inf)
    for column in objects.T:
        np.maximum.at(best, column, gains)
    return np.asarray((gains[:, None] >= best[objects]).any(axis=1))


def _shifted(met: Ints, targets: Ints, by: int) -> Ints:
    return np.asarray(np.searchsorted(met, targets) + by, dtype=np.int64)


def _columns(objects: Ints, size: int) -> csc_array:
    """One column per row of `objects`, with a 1 at each of its objects."""
    column = np.repeat(np.arange(len(objects)), objects.shape[1])
    return coo_array((np.ones(objects.size), (objects.reshape(-1), column)), shape=(size, len(objects))).tocsc()

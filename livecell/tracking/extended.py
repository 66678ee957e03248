"""Linking of objects that have an extent: by what they cover of each other, and by how far they are apart.

Two objects of consecutive frames that share v voxels, of V and W that they have, are as far apart as

    cost = ((1 - 2 v / (V + W)) + min(1, (d / r)^2)) / 2,

where d is the distance of their centroids (of the earlier one from where it is expected) and r the search range; the
first term is one less the coefficient of Dice (1945). The cost is 0 for the same object in the same place and 1 for
two that do not touch and lie a search range apart; an object that is lost costs 1. So objects that cover each other
stay linked however far their centroids are apart, as those of networks are when a branch breaks off, and others as
points are. Per frame, the links with the least sum of costs are chosen: a linear assignment.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching
from scipy.spatial import KDTree

from livecell.config.track import LinkSettings
from livecell.tracking.linking import typical_radius_um
from livecell.tracking.reach import estimate_reach_um, every_frame

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_LEAST_PERSISTENCE = 0.2
"""Below, the last step says too little of the next one to expect objects anywhere but where they were."""
_NEVER = -1


@dataclass(frozen=True)
class Scene:
    """The objects of one structure at one position, sorted by frame.

    `places_um` (n, d) are their centroids, `bounds` (frames + 1) the first object of each frame from the first to the
    last and the end. `before`, `now` and `dice` are the pairs of objects (row numbers) that share voxels, sorted by
    `now`, and how much; `pair_bounds` (frames + 1) are the first pair of each frame and the end.
    """

    places_um: Floats
    bounds: Ints
    before: Ints
    now: Ints
    dice: Floats
    pair_bounds: Ints

    @property
    def frames(self) -> int:
        """Number of frames from the first to the last with objects."""
        return len(self.bounds) - 1

    @classmethod
    def of(cls, objects: pd.DataFrame, overlaps: pd.DataFrame | None) -> Scene:
        """Read the tables of one structure at one position; pairs of objects that are not there do not count."""
        places = every_frame(objects)
        bounds = np.cumsum([0, *(len(points) for points in places)]).astype(np.int64)
        none = pd.DataFrame({"frame": [], "label_before": [], "label": [], "voxels": []}, dtype="int64")
        pairs = _pairs(objects, none if overlaps is None else overlaps)
        now = pairs["row"].to_numpy(dtype=np.int64)
        before = pairs["row_before"].to_numpy(dtype=np.int64)
        return cls(np.concatenate(places), bounds, before, now, _dice(pairs), np.searchsorted(now, bounds))

    def knows_overlaps(self, frame: int) -> bool:
        """Say whether anything in a frame, counted from the first with objects, shares voxels with the frame before."""
        return bool(self.pair_bounds[frame + 1] > self.pair_bounds[frame])

    def shared(self, before: Ints, now: Ints) -> Floats:
        """Dice of pairs of objects, 0 where they share nothing."""
        size = len(self.places_um)
        keys, wanted = np.append(self.now * size + self.before, -1), now * size + before
        place = np.searchsorted(keys[:-1], wanted)
        return np.where(keys[place] == wanted, np.append(self.dice, 0.0)[place], 0.0)


def _pairs(objects: pd.DataFrame, overlaps: pd.DataFrame) -> pd.DataFrame:
    """The overlaps with the row numbers of their objects, sorted by those of the later."""
    rows = objects[["frame", "label"]].assign(row=np.arange(len(objects)))
    pairs = overlaps.merge(rows, on=["frame", "label"])
    earlier = rows.rename(columns={"label": "label_before", "row": "row_before"})
    earlier["frame"] += 1
    return pairs.merge(earlier, on=["frame", "label_before"]).sort_values(["row", "row_before"], ignore_index=True)


def _dice(pairs: pd.DataFrame) -> Floats:
    """Twice the shared voxels over the voxels of both; without sizes, what is shared with anything stands for them."""
    sizes = 0.0
    for size, row in (("voxels_before", "row_before"), ("voxels_now", "row")):
        least = pairs.groupby(row)["voxels"].transform("sum").to_numpy(dtype=np.float64)
        known = pairs[size].astype("float64") if size in pairs else pd.Series(np.nan, pairs.index)
        sizes = sizes + np.fmax(known.to_numpy(dtype=np.float64), least)
    return np.asarray(2 * pairs["voxels"].to_numpy(dtype=np.float64) / sizes, dtype=np.float64)


def link_extended(
    objects: pd.DataFrame, overlaps: pd.DataFrame, settings: LinkSettings
) -> tuple[NDArray[np.int64], float]:
    """Return a track number for each row, from 0, and the search range in micrometres that was used.

    Where steps go on in the direction of the last, as estimated from a first linking, objects are expected there.

    Parameters
    ----------
    objects : rows of one position and structure, sorted by frame.
    overlaps : OVERLAPS table of the same; `voxels_before` and `voxels_now` are used where it has them.
    """
    scene = Scene.of(objects, overlaps)
    search_range_um = settings.search_range_um
    if search_range_um is None:
        frames = np.split(scene.places_um, scene.bounds[1:-1])
        search_range_um = estimate_reach_um(frames, typical_radius_um(objects))
    previous = follow(scene, search_range_um, settings.memory_frames, 0.0)
    persistence = persistence_of(scene, previous)
    if persistence >= _LEAST_PERSISTENCE:
        previous = follow(scene, search_range_um, settings.memory_frames, persistence)
    return numbers_of(previous), search_range_um


def persistence_of(scene: Scene, previous: Ints) -> float:
    """How much of a step is seen again in the next one: the slope through 0 of next steps over steps, 0 to 1."""
    linked = np.flatnonzero(previous >= 0)
    linked = linked[previous[previous[linked]] >= 0]
    middle = previous[linked]
    step = scene.places_um[middle] - scene.places_um[previous[middle]]
    following = scene.places_um[linked] - scene.places_um[middle]
    total = float((step**2).sum())
    return float(np.clip((step * following).sum() / total, 0.0, 1.0)) if total > 0 else 0.0


def numbers_of(previous: Ints) -> Ints:
    """Track numbers of rows that each know the row before in their track, or none (-1)."""
    numbers = np.empty(len(previous), dtype=np.int64)
    begins = previous < 0
    numbers[begins] = np.arange(int(begins.sum()))
    for row in np.flatnonzero(~begins):
        numbers[row] = numbers[previous[row]]
    return numbers


def follow(scene: Scene, search_range_um: float, memory: int, persistence: float) -> Ints:
    """Return, for each row, the row before it in its track, or -1."""
    previous = np.full(len(scene.places_um), _NEVER, dtype=np.int64)
    expected = scene.places_um.copy()
    waiting, missed = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    for frame in range(scene.frames):
        now = np.arange(scene.bounds[frame], scene.bounds[frame + 1])
        source, target, cost = _candidates(scene, frame, waiting, expected[waiting], now, search_range_um)
        chosen = cheapest(source, target, cost, len(waiting), len(now))
        linked = chosen >= 0
        rows, earlier = now[chosen[linked]], waiting[linked]
        previous[rows] = earlier
        steps = (scene.places_um[rows] - scene.places_um[earlier]) / (missed[linked, None] + 1)
        expected[rows] += persistence * steps
        left = ~linked & (missed < memory)
        waiting, missed = (
            np.concatenate([now, waiting[left]]),
            np.concatenate([np.zeros(len(now), dtype=np.int64), missed[left] + 1]),
        )
    return previous


def _candidates(
    scene: Scene, frame: int, waiting: Ints, expected: Floats, now: Ints, search_range_um: float
) -> tuple[Ints, Ints, Floats]:
    """Pairs that may be linked, as numbers within `waiting` and `now`, and what they cost."""
    pairs = slice(scene.pair_bounds[frame], scene.pair_bounds[frame + 1])
    place = {row: index for index, row in enumerate(waiting.tolist())}
    known = np.array([place.get(row, _NEVER) for row in scene.before[pairs].tolist()], dtype=np.int64)
    sharing = known >= 0
    source, target = known[sharing], scene.now[pairs][sharing] - scene.bounds[frame]
    near = _within(expected, scene.places_um[now], search_range_um)
    both = np.concatenate([source * len(now) + target, near[:, 0] * len(now) + near[:, 1]])
    unique, first = np.unique(both, return_index=True)
    dice = np.concatenate([scene.dice[pairs][sharing], np.zeros(len(near))])[first]
    source, target = np.divmod(unique, max(len(now), 1))
    away = np.linalg.norm(expected[source] - scene.places_um[now][target], axis=1) / search_range_um
    return source, target, (1 - dice + np.minimum(1.0, away**2)) / 2


def _within(before: Floats, now: Floats, search_range_um: float) -> Ints:
    """Pairs (n, 2) of two sets of points that are within the search range."""
    if not len(before) or not len(now):
        return np.empty((0, 2), dtype=np.int64)
    found = KDTree(before).query_ball_tree(KDTree(now), search_range_um)
    return np.array([(i, j) for i, near in enumerate(found) for j in near], dtype=np.int64).reshape(-1, 2)


def cheapest(source: Ints, target: Ints, cost: Floats, n_sources: int, n_targets: int, lost: float = 1.0) -> Ints:
    """Return the target of each source, -1 for none, with the least sum of costs; a source without one costs `lost`."""
    chosen = np.full(n_sources, _NEVER, dtype=np.int64)
    if not n_sources or not len(source):
        return chosen
    own = np.arange(n_sources)
    rows, columns = np.concatenate([source, own]), np.concatenate([target, n_targets + own])
    # Zeros are no edges in a sparse matrix; a constant per source leaves the best assignment as it is.
    weights = 1.0 + np.concatenate([cost, np.full(n_sources, lost)])
    graph = coo_array((weights, (rows, columns)), shape=(n_sources, n_targets + n_sources)).tocsr()
    best = np.asarray(min_weight_full_bipartite_matching(graph)[1], dtype=np.int64)
    return np.where(best < n_targets, best, _NEVER)

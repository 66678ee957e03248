"""Linking of objects that divide: the most probable explanation of each frame by the one before.

Between two frames an object moves, divides in two, or ends, and what none of these explains begins. The gain of a link
or a division is the logarithm of how much likelier it is than that all its objects end and begin (`Chances`); the
links and divisions with the largest sum are chosen (`choose`). The chances are learnt from the movie itself: from a
first linking, then from what the last round found.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import KDTree

from livecell.config.track import LinkSettings
from livecell.tracking.chances import Chances, daughter_cover
from livecell.tracking.choosing import choose
from livecell.tracking.extended import Scene, follow, numbers_of
from livecell.tracking.learning import Explained, at_rim, learn
from livecell.tracking.linking import typical_radius_um
from livecell.tracking.reach import estimate_reach_um, every_frame

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_ROUNDS = 5
"""Most rounds of learning; they end as soon as the number of divisions hardly changes any more."""
_SETTLED = 0.03
"""Change of the number of divisions from one round to the next that is hardly any."""
_REACH = 1.5
"""How far is looked, in estimated search ranges, where none is given: what is chosen is decided by chances, not by
reach."""


@dataclass(frozen=True)
class Births:
    """Of a linked movie: track numbers from 0, the search range, and the divisions, as rows (mother, daughter,
    daughter)."""

    ids: Ints
    search_range_um: float
    divisions: Ints
    probability: Floats


def link_dividing(objects: pd.DataFrame, overlaps: pd.DataFrame | None, settings: LinkSettings) -> Births:
    """Return tracks and divisions of objects of one structure that divides.

    Parameters
    ----------
    objects : rows of one position and structure, sorted by frame; their sizes count if there are any.
    overlaps : OVERLAPS table of the same, or None.
    """
    scene = Scene.of(objects, overlaps)
    usual_um = estimate_reach_um(every_frame(objects), typical_radius_um(objects))
    reach_um = settings.search_range_um or _REACH * usual_um
    sizes = _log_sizes(objects)
    previous = follow(scene, min(usual_um, reach_um), settings.memory_frames, 0.0)
    explained = Explained(previous, np.empty((0, 3), dtype=np.int64), np.empty(0))
    chances = learn(scene, sizes, explained, usual_um, first=True)
    for _ in range(_ROUNDS):
        before = len(explained.divisions)
        explained = _explain(scene, sizes, chances, reach_um, settings.memory_frames)
        if abs(len(explained.divisions) - before) <= _SETTLED * before:
            break
        chances = learn(scene, sizes, explained, usual_um)
    return Births(numbers_of(explained.previous), reach_um, explained.divisions, explained.probability)


def _log_sizes(objects: pd.DataFrame) -> Floats:
    """Logarithm of the volume (2D: area) of each object; NaN where there is none."""
    for name in ("volume_um3", "area_um2"):
        if name in objects and objects[name].notna().any():
            sizes = objects[name].to_numpy(dtype=np.float64)
            return np.log(np.where(sizes > 0, sizes, np.nan))
    return np.full(len(objects), np.nan)


def _explain(scene: Scene, sizes: Floats, chances: Chances, reach_um: float, memory: int) -> Explained:
    """Explain every frame by the one before, with the same chances."""
    previous = np.full(len(scene.places_um), -1, dtype=np.int64)
    expected = scene.places_um.copy()
    waiting, missed = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    divisions, sure = [np.empty((0, 3), dtype=np.int64)], [np.empty(0)]
    for frame in range(scene.frames):
        now = np.arange(scene.bounds[frame], scene.bounds[frame + 1])
        step = _Step(scene, sizes, chances, frame, waiting, missed, expected[waiting], reach_um)
        chosen, divided, probability = step.solve()
        linked = chosen >= 0
        rows, earlier = now[chosen[linked]], waiting[linked]
        previous[rows] = earlier
        steps = (scene.places_um[rows] - scene.places_um[earlier]) / (missed[linked, None] + 1)
        expected[rows] += chances.persistence * steps
        divisions.append(np.column_stack([waiting[divided[:, 0]], now[divided[:, 1:]]]))
        sure.append(probability)
        left = ~linked & (missed < memory)
        left[divided[:, 0]] = False
        missed = np.concatenate([np.zeros(len(now), dtype=np.int64), missed[left] + 1])
        waiting = np.concatenate([now, waiting[left]])
    return Explained(previous, np.concatenate(divisions), np.concatenate(sure))


@dataclass(frozen=True)
class _Step:
    """One frame (`now`), and the objects before it that may go on (`waiting`, where they are `expected`)."""

    scene: Scene
    sizes: Floats
    chances: Chances
    frame: int
    waiting: Ints
    missed: Ints
    expected: Floats
    reach_um: float

    @property
    def now(self) -> Ints:
        return np.arange(self.scene.bounds[self.frame], self.scene.bounds[self.frame + 1])

    def solve(self) -> tuple[Ints, Ints, Floats]:
        """Target of each waiting object (-1: none), the divisions (m, 3), and their probabilities."""
        now, n = self.now, len(self.waiting)
        if not n or not len(now):
            return np.full(n, -1, dtype=np.int64), np.empty((0, 3), dtype=np.int64), np.empty(0)
        tree = KDTree(self.scene.places_um[now])
        begin, end = self._unexplained()
        links = _near(tree, self.expected, self.reach_um)
        gains = self._link_gains(links) - begin[links[:, 1]] - end[links[:, 0]]
        trios = _pairs_of(_near(tree, self.scene.places_um[self.waiting], self.reach_um, self.missed == 0))
        trio_gains = self._division_gains(trios) - begin[trios[:, 1:]].sum(axis=1) - end[trios[:, 0]]
        best = _otherwise(links, gains, trios, len(now))
        links, gains = links[gains > 0], gains[gains > 0]
        good = trio_gains > best
        trios, trio_gains, best = trios[good], trio_gains[good], best[good]
        chosen, divided = choose(links, gains, trios, trio_gains, n, len(now))
        return chosen, trios[divided], 1 / (1 + np.exp(best[divided] - trio_gains[divided]))

    def _unexplained(self) -> tuple[Floats, Floats]:
        """Log chances that each object now begins, and that each waiting one ends."""
        rim = at_rim(self.scene)
        begin = np.where(rim[self.now], self.chances.begin_at_rim, self.chances.begin)
        return begin, np.where(rim[self.waiting], self.chances.end_at_rim, self.chances.end)

    def _link_gains(self, links: Ints) -> Floats:
        source, target = self.waiting[links[:, 0]], self.now[links[:, 1]]
        step_um = self.scene.places_um[target] - self.expected[links[:, 0]]
        gains = self.chances.move(step_um, self.missed[links[:, 0]]) + self.chances.size(
            self.sizes[source], self.sizes[target]
        )
        if self.scene.knows_overlaps(self.frame):
            gains += np.where(self.missed[links[:, 0]] == 0, self.chances.cover(self.scene.shared(source, target)), 0.0)
        return gains

    def _division_gains(self, trios: Ints) -> Floats:
        places = self.scene.places_um
        mother, one, other = self.waiting[trios[:, 0]], self.now[trios[:, 1]], self.now[trios[:, 2]]
        gains = self.chances.division(places[mother], places[one], places[other])
        for child in (one, other):
            gains += self.chances.daughter_size(self.sizes[mother], self.sizes[child])
            if self.scene.knows_overlaps(self.frame):
                gains += daughter_cover(self.scene.shared(mother, child))
        return gains


def _otherwise(links: Ints, gains: Floats, trios: Ints, n_targets: int) -> Floats:
    """Gain of the better link of the mother to one of the two, the other beginning; at least 0, for none."""
    order = np.argsort(links[:, 0] * n_targets + links[:, 1])
    keys = np.append((links[:, 0] * n_targets + links[:, 1])[order], -1)
    values = np.append(gains[order], 0.0)
    best = np.zeros(len(trios))
    for column in (1, 2):
        wanted = trios[:, 0] * n_targets + trios[:, column]
        place = np.searchsorted(keys[:-1], wanted)
        best = np.maximum(best, np.where(keys[place] == wanted, values[place], 0.0))
    return best


def _near(tree: KDTree, points: Floats, reach_um: float, of: NDArray[np.bool_] | None = None) -> Ints:
    """Pairs (n, 2) of points, of those chosen, and things in the tree within reach; sorted."""
    chosen = np.arange(len(points)) if of is None else np.flatnonzero(of)
    if not len(chosen):
        return np.empty((0, 2), dtype=np.int64)
    found = tree.query_ball_point(points[chosen], reach_um, return_sorted=True)
    counts = np.array([len(near) for near in found], dtype=np.int64)
    targets = np.array([target for near in found for target in near], dtype=np.int64)
    return np.column_stack([np.repeat(chosen, counts), targets])


def _pairs_of(near: Ints) -> Ints:
    """All (source, one, other) with two targets of the same source, of pairs that are sorted by source."""
    found = [np.empty((0, 3), dtype=np.int64)]
    for apart in range(1, len(near)):
        same = near[apart:, 0] == near[:-apart, 0]
        if not same.any():
            break
        found.append(np.column_stack([near[:-apart][same], near[apart:, 1][same]]))
    return np.concatenate(found)

"""How many of the true links between frames the tracks have."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

_AXES = ["z_um", "y_um", "x_um"]

Object = tuple[str, int, int]
"""(position, frame, track_id): one object of one structure."""


@dataclass(frozen=True)
class LinkScore:
    """Links, counted: those in the truth, those in the prediction, and those in both."""

    true: int
    predicted: int
    found: int

    @property
    def recall(self) -> float:
        """Fraction of the true links that were found; NaN without any."""
        return self.found / self.true if self.true else float("nan")

    @property
    def precision(self) -> float:
        """Fraction of the predicted links that are true; NaN without any."""
        return self.found / self.predicted if self.predicted else float("nan")


def score_links(predicted: pd.DataFrame, truth: pd.DataFrame, max_distance_um: float) -> LinkScore:
    """Compare the links of two TRACKS tables of one structure.

    A link joins two observations of a track in consecutive frames. In each frame, predicted objects are assigned to
    true ones one to one: as many as possible within `max_distance_um`, and of these the assignment with the least sum
    of distances. A true link is found when its two objects are assigned to two that are linked.

    Predicted links count only where one of their ends is assigned to a true object, so that a truth which is known for
    some objects only can be used.
    """
    true_of = _assign(predicted, truth, max_distance_um)
    true_links = _links(truth)
    ours = [(true_of.get(a), true_of.get(b)) for a, b in _links(predicted)]
    judged = [link for link in ours if link != (None, None)]
    return LinkScore(len(true_links), len(judged), len(true_links.intersection(judged)))


def link_recall(predicted_tracks: pd.DataFrame, true_tracks: pd.DataFrame, max_distance_um: float) -> float:
    """Return the fraction of true links that were recovered; see `score_links`."""
    return score_links(predicted_tracks, true_tracks, max_distance_um).recall


def _links(tracks: pd.DataFrame) -> set[tuple[Object, Object]]:
    rows = tracks.sort_values(["position", "track_id", "frame"])
    objects = _objects(rows)
    return {(a, b) for a, b in pairwise(objects) if (a[0], a[1] + 1, a[2]) == b}


def _objects(rows: pd.DataFrame) -> list[Object]:
    return list(zip(rows["position"].astype(str), rows["frame"].tolist(), rows["track_id"].tolist(), strict=True))


def _assign(predicted: pd.DataFrame, truth: pd.DataFrame, max_distance_um: float) -> dict[Object, Object]:
    """The true object of each predicted one that has one."""
    by_frame = dict(iter(truth.groupby([truth["position"].astype(str), "frame"])))
    found: dict[Object, Object] = {}
    for where, ours in predicted.groupby([predicted["position"].astype(str), "frame"]):
        if where not in by_frame:
            continue
        theirs = by_frame[where]
        distance = cdist(ours[_AXES].to_numpy(), theirs[_AXES].to_numpy())
        # Beyond reach costs more than all that is within it, so that reach comes before nearness.
        cost = np.where(distance <= max_distance_um, distance, (len(distance) + 1) * (max_distance_um + 1.0))
        pairs = [(i, j) for i, j in zip(*linear_sum_assignment(cost), strict=True) if distance[i, j] <= max_distance_um]
        here, there = _objects(ours), _objects(theirs)
        found |= {here[i]: there[j] for i, j in pairs}
    return found

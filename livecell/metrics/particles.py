"""The five scores of the particle tracking challenge of 2012: alpha, beta, JSC, JSC theta, RMSE."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.metrics.assignment import Index, Pairs, pairs_within, worthiest_pairs
from livecell.metrics.node_matching import frame_groups
from livecell.metrics.track_graph import TrackGraph

_AXES = ["z_um", "y_um", "x_um"]


@dataclass(frozen=True)
class ParticleScore:
    """How well tracks of points follow the true ones (Chenouard et al. 2014, Nature Methods 11, 281).

    alpha : 1 - d(X, Y) / d(X, empty), from 0 (nothing) to 1 (all); spurious tracks do not count.
    beta : (d(X, empty) - d(X, Y)) / (d(X, empty) + d(spurious, empty)), at most alpha.
    jsc : TP / (TP + FN + FP) of positions.
    jsc_theta : the same of tracks.
    rmse_um : root mean squared distance of matched positions.
    """

    alpha: float
    beta: float
    jsc: float
    jsc_theta: float
    rmse_um: float


def score_particles(predicted: TrackGraph, true: TrackGraph, gate_um: float) -> ParticleScore:
    """Compare tracks of points with the true ones.

    The distance of two tracks is summed over the frames in which either is seen: that of their points, at most the
    gate; the gate where only one is seen. d(X, Y) is the least sum over all true tracks X, when each is paired with a
    predicted one, one to one, or with none. Predicted tracks that are in no pair are spurious. Positions match when
    their tracks are a pair and they are less than a gate apart.
    """
    ours, theirs = _track_numbers(predicted), _track_numbers(true)
    groups = frame_groups(predicted, true)
    places = (predicted.nodes[_AXES].to_numpy(dtype=np.float64), true.nodes[_AXES].to_numpy(dtype=np.float64))
    near = pairs_within(*places, gate_um, groups)
    near = near[near.value < gate_um]
    tracks = worthiest_pairs(_gains(near, (ours, theirs), groups, gate_um))
    partner = np.full(int(ours.max(initial=-1)) + 1, -1)
    partner[tracks.first] = tracks.second
    matched = near[partner[ours[near.first]] == theirs[near.second]]
    spurious = int((partner[ours] == -1).sum())
    n_ours, n_theirs, hits = len(partner), int(theirs.max(initial=-1)) + 1, len(matched.value)
    gain = float(tracks.value.sum())
    return ParticleScore(
        alpha=_share(gain, gate_um * len(true)),
        beta=_share(gain, gate_um * (len(true) + spurious)),
        jsc=_share(hits, len(true) + len(predicted) - hits),
        jsc_theta=_share(len(tracks.first), n_ours + n_theirs - len(tracks.first)),
        rmse_um=math.sqrt(float((matched.value**2).mean())) if hits else math.nan,
    )


def _track_numbers(graph: TrackGraph) -> Index:
    """Number of the track of each node, from 0."""
    return np.asarray(graph.nodes.groupby(["position", "track_id"], sort=False).ngroup(), dtype=np.int64)


def _gains(near: Pairs, tracks: tuple[Index, Index], groups: tuple[Index, Index], gate_um: float) -> Pairs:
    """Pairs of tracks (predicted, true) with what each takes off d(X, Y), where that is above 0.

    Each point of the pair takes off the gate less its distance; each point of the predicted track in a frame in which
    the true one is not seen adds the gate.
    """
    n_true = int(tracks[1].max(initial=-1)) + 1
    keys, which = np.unique(tracks[0][near.first] * n_true + tracks[1][near.second], return_inverse=True)
    first, second = np.divmod(keys, max(n_true, 1))
    gained = np.bincount(which, gate_um - near.value, minlength=len(keys))
    gain = gained - gate_um * _alone(first, second, tracks, groups)
    return Pairs(first, second, gain)[gain > 0]


def _alone(first: Index, second: Index, tracks: tuple[Index, Index], groups: tuple[Index, Index]) -> NDArray[np.int64]:
    """How often each predicted track `first` is seen where the true one `second` is not."""
    length = np.bincount(tracks[0], minlength=1)
    begin = np.cumsum(length) - length
    # The nodes of a track lie side by side: all of them, for all pairs of tracks at once.
    pair = np.repeat(np.arange(len(first)), length[first])
    within = np.arange(len(pair)) - np.repeat(np.cumsum(length[first]) - length[first], length[first])
    group = groups[0][begin[first][pair] + within]
    n_groups = max(int(each.max(initial=-1)) for each in groups) + 1
    seen = np.isin(second[pair] * n_groups + group, tracks[1] * n_groups + groups[1])
    return np.bincount(pair[~seen], minlength=len(first))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else math.nan

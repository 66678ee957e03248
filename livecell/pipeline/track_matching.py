"""Tracks of two sides as graphs, and which observations of the one are those of the other."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from livecell import metrics
from livecell.config.evaluate import EvaluateSettings
from livecell.errors import ConfigError
from livecell.metrics import NodeMatching, TrackGraph
from livecell.pipeline.comparison_frames import Match
from livecell.pipeline.comparison_sides import Side
from livecell.structures import Form, find_structure

Positions = Sequence[tuple[str, str]]
"""Fields of view, each as the prediction and as the truth call it."""


@dataclass(frozen=True)
class MatchedTracks:
    """Graphs of both sides, and which of their nodes are matched.

    `reach_um` is how far matched points may be apart; NaN where objects are matched by the voxels they share.
    """

    predicted: TrackGraph
    true: TrackGraph
    matching: NodeMatching
    reach_um: float


def match_tracks(
    predicted: Side,
    true: Side,
    match: Match,
    settings: EvaluateSettings,
    voxel_size_um: Iterable[float] | None,
    positions: Positions,
) -> MatchedTracks | None:
    """Match the tracks of a structure; None where a side has none, or it is not known how far apart points may be.

    Places are those in the image, not corrected for drift, which each side may have estimated for itself.
    """
    found, there = predicted.tracks(match.predicted), true.tracks(match.true)
    if found is None or there is None:
        return None
    events = predicted.events(match.predicted), _called(true.events(match.true), positions)
    size_um = tuple(voxel_size_um or (1.0, 1.0, 1.0))
    found, there = (_inside(_in_image(table), settings, size_um) for table in (found, _called(there, positions)))
    graphs = metrics.track_graph(found, events[0]), metrics.track_graph(there, events[1])
    shared = None if are_points(match.name, settings) else shared_voxels(predicted, true, match, positions)
    if shared is not None:
        return MatchedTracks(*graphs, metrics.match_by_overlap(*graphs, shared), math.nan)
    reach_um = settings.max_distance_um or _mean_radius_um(there)
    if not math.isfinite(reach_um):
        return None
    return MatchedTracks(*graphs, metrics.match_by_distance(*graphs, reach_um), reach_um)


def are_points(name: str, settings: EvaluateSettings) -> bool:
    """Whether objects of a structure are matched by distance: puncta are, and all where a distance is given."""
    try:
        form = find_structure(name).form
    except ConfigError:
        form = Form.BLOB
    return form == Form.PUNCTA or settings.max_distance_um is not None


def shared_voxels(predicted: Side, true: Side, match: Match, positions: Positions) -> pd.DataFrame | None:
    """Return which objects share how many voxels, in all frames of all positions; None unless both sides have labels.

    See `metrics.match_by_overlap` for the columns.
    """
    tables = []
    for ours, theirs in positions:
        found, there = predicted.markers(match.predicted, ours), true.markers(match.true, theirs)
        if found is None or there is None or found.shape[1:] != there.shape[1:]:
            return None
        for t in range(min(found.sizes["t"], there.sizes["t"])):
            volumes = found.isel(t=t).to_numpy(), there.isel(t=t).to_numpy()
            tables.append(metrics.touching_objects(*volumes).assign(position=ours, frame=t))
    return pd.concat(tables, ignore_index=True) if tables else None


def _called(table: pd.DataFrame, positions: Positions) -> pd.DataFrame:
    """Return a table of the truth with positions called as the prediction calls them."""
    names = {theirs: ours for ours, theirs in positions if ours != theirs}
    return table.assign(position=table["position"].replace(names)) if names else table


def _in_image(tracks: pd.DataFrame) -> pd.DataFrame:
    """Return the tracks with centroids as they are in the image."""
    return tracks.assign(**dict(_raw(tracks)))


def _raw(tracks: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    for axis in "zyx":
        if f"{axis}_raw_um" in tracks:
            yield f"{axis}_um", tracks[f"{axis}_raw_um"].fillna(tracks[f"{axis}_um"])


def _inside(tracks: pd.DataFrame, settings: EvaluateSettings, voxel_size_um: Sequence[float]) -> pd.DataFrame:
    """Return the observations whose centre lies in the region."""
    sizes = dict(zip("zyx", voxel_size_um, strict=True))
    kept = np.ones(len(tracks), dtype=bool)
    for axis, limit in settings.region:
        if limit is not None:
            place = (tracks[f"{axis}_um"] / sizes[axis]).to_numpy()
            kept &= (place >= limit[0] - 0.5) & (place < limit[1] - 0.5)
    return tracks[kept]


def _mean_radius_um(tracks: pd.DataFrame) -> float:
    """Radius of the ball of the mean volume, (3 V / 4 pi)^(1/3); of the disc of the mean area, sqrt(A / pi), in 2D."""
    if tracks.get("volume_um3") is not None and tracks["volume_um3"].notna().any():
        return float((3 * tracks["volume_um3"].mean() / (4 * np.pi)) ** (1 / 3))
    if tracks.get("area_um2") is not None and tracks["area_um2"].notna().any():
        return float(np.sqrt(tracks["area_um2"].mean() / np.pi))
    return math.nan

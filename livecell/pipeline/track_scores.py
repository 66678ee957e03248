"""All figures of how predicted tracks agree with true ones."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from livecell import metrics
from livecell.config.evaluate import EvaluateSettings
from livecell.metrics import Counted
from livecell.metrics.track_graph import BRANCHING
from livecell.pipeline.comparison_frames import Match
from livecell.pipeline.comparison_sides import Side
from livecell.pipeline.track_matching import MatchedTracks, Positions, match_tracks


@dataclass(frozen=True)
class TrackScore:
    """Figures of the tracks of a structure, and the counts behind them."""

    figures: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, float] = field(default_factory=dict)


def score_tracks(
    predicted: Side,
    true: Side,
    match: Match,
    settings: EvaluateSettings,
    voxel_size_um: Iterable[float] | None,
    positions: Positions,
) -> TrackScore:
    """Return the figures of the tracks of a structure over all frames; nothing unless both sides have tracks.

    Objects are matched by the voxels they share, where both sides have labels; puncta, and all objects where
    `max_distance_um` is set, by distance. Tracks are cut to the region; a mask is not applied to them.
    """
    if any(side.tracks(name) is None for side, name in ((predicted, match.predicted), (true, match.true))):
        return TrackScore()
    matched = match_tracks(predicted, true, match, settings, voxel_size_um, positions)
    if matched is None:
        return TrackScore({"link_recall": math.nan, "link_precision": math.nan})
    graphs = matched.predicted, matched.true, matched.matching
    events = {kind: metrics.score_branchings(*graphs, kind, settings.event_tolerance_frames) for kind in BRANCHING}
    events = {kind: counted for kind, counted in events.items() if counted.true or counted.predicted}
    edges, whole = metrics.edges_found(*graphs), metrics.complete_tracks(*graphs)
    figures = _link_figures(matched, edges) | {f"{kind}_f1": counted.f1 for kind, counted in events.items()}
    figures |= {"complete_tracks": whole.f1, "chota": metrics.chota(*graphs), **_particle_figures(matched)}
    return TrackScore(figures, _counts(matched, {"edges": edges, **events, "tracks": whole}))


def _link_figures(matched: MatchedTracks, edges: Counted) -> dict[str, float]:
    graphs = matched.predicted, matched.true, matched.matching
    links, edits = metrics.steps_found(*graphs), metrics.graph_edits(*graphs)
    return {
        "link_recall": links.recall,
        "link_precision": links.precision,
        "edge_recall": edges.recall,
        "edge_precision": edges.precision,
        "edge_f1": edges.f1,
        "det": edits.det,
        "tra": edits.tra,
        "lnk": edits.lnk,
    }


def _particle_figures(matched: MatchedTracks) -> dict[str, float]:
    """The five scores of the challenge of 2012, for what is matched as points are."""
    if math.isnan(matched.reach_um):
        return {}
    score = metrics.score_particles(matched.predicted, matched.true, matched.reach_um)
    return {
        "particle_alpha": score.alpha,
        "particle_beta": score.beta,
        "particle_jsc": score.jsc,
        "particle_jsc_theta": score.jsc_theta,
        "particle_rmse_um": score.rmse_um,
    }


def _counts(matched: MatchedTracks, counted: Mapping[str, Counted]) -> dict[str, float]:
    """How many there are of everything (true, predicted, found), and where the errors come from.

    Links missed and links wrong are those between objects that were found: of the truth, and of the prediction.
    """
    predicted, true, matching = matched.predicted, matched.true, matched.matching
    objects = Counted(len(true), len(predicted), int((matching.true_of >= 0).sum()))
    edits = asdict(metrics.graph_edits(predicted, true, matching))
    known = [
        (ends >= 0).all(axis=1).sum() for ends in (matching.predicted_of[true.edges], matching.true_of[predicted.edges])
    ]
    found: dict[str, float] = {f"edit_{name}": count for name, count in edits.items()}
    found |= {
        f"links_{what}": int(n) - counted["edges"].found for what, n in zip(("missed", "wrong"), known, strict=True)
    }
    found["reach_um"] = matched.reach_um
    for name, each in {"objects": objects, **counted}.items():
        found |= {f"{name}_true": each.true, f"{name}_predicted": each.predicted, f"{name}_found": each.found}
    return found

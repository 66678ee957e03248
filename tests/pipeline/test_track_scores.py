"""Tracks of two sides, and which of their objects are matched."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from livecell import tables
from livecell.config.evaluate import EvaluateSettings, Region
from livecell.pipeline.comparison_frames import Match
from livecell.pipeline.open_run import Run
from livecell.pipeline.run_folder import RunFolder
from livecell.pipeline.run_side import RunSide
from livecell.pipeline.track_scores import TrackScore, score_tracks
from livecell.tables import EVENTS, TRACKS, check

DNA, VESICLES = Match("dna", "dna", "dna"), Match("vesicles", "vesicles", "vesicles")
HERE = [("0", "0")]


@dataclass(frozen=True)
class WithTracks(RunSide):
    """A side whose tracks, events and labels are given."""

    table: pd.DataFrame | None = None
    happened: pd.DataFrame = field(default_factory=lambda: tables.empty(EVENTS))
    labelled: np.ndarray | None = None

    def tracks(self, structure: str) -> pd.DataFrame | None:
        return self.table

    def events(self, structure: str) -> pd.DataFrame:
        return self.happened

    def labels(self, structure: str, position: str) -> xr.DataArray | None:
        return None if self.labelled is None else xr.DataArray(self.labelled, dims=("t", "z", "y", "x"))


def side(table: pd.DataFrame | None, **more: object) -> WithTracks:
    return WithTracks(Run(RunFolder(Path())), counts=False, table=table, **more)


def tracks(x_um: list[list[float]], **more: object) -> pd.DataFrame:
    """Track k is at x_um[k][t] in frame t, with label k."""
    rows = [(k + 1, t, x) for k, places in enumerate(x_um) for t, x in enumerate(places)]
    found = pd.DataFrame(rows, columns=["track_id", "frame", "x_um"])
    common = {"position": "0", "structure": "dna", "t_s": 0.0, "z_um": 0.0, "y_um": 0.0, "label": found["track_id"]}
    return check(found.assign(**common | more), TRACKS)


def figures(ours: WithTracks, theirs: WithTracks, match: Match = DNA, size_um=None, **settings: object):
    return score_tracks(ours, theirs, match, EvaluateSettings(**settings), size_um, HERE).figures


def test_links_within_reach() -> None:
    true = tracks([[0.0, 1.0, 2.0], [9.0, 9.0, 9.0]], volume_um3=4 * math.pi / 3)
    near, far = true.assign(x_um=true["x_um"] + 0.9), true.assign(x_um=true["x_um"] + 1.1)
    # A ball of this volume has a radius of 1 um.
    found = figures(side(near), side(true))
    assert (found["link_recall"], found["link_precision"], found["edge_f1"], found["tra"]) == (1, 1, 1, 1)
    assert (found["particle_alpha"], found["particle_rmse_um"]) == (pytest.approx(0.1), pytest.approx(0.9))
    assert figures(side(far), side(true))["link_recall"] == 0
    assert figures(side(far), side(true), max_distance_um=2.0)["link_recall"] == 1
    flat = tracks([[0.0, 1.0]], area_um2=math.pi)
    assert figures(side(flat), side(flat))["link_recall"] == 1
    unknown = tracks([[0.0, 1.0]])
    assert math.isnan(figures(side(unknown), side(unknown))["link_recall"])


def test_links_are_those_of_the_region() -> None:
    true = tracks([[0.0, 0.0], [9.0, 9.0]])
    ours = true[true["track_id"] == 1]
    inside = {"max_distance_um": 1.0, "region": Region(x=(0, 10))}
    assert figures(side(ours), side(true), size_um=(1.0, 1.0, 0.5), **inside)["link_recall"] == 1
    assert figures(side(ours), side(true), size_um=(1.0, 1.0, 1.0), **inside)["link_recall"] == 0.5


def test_no_tracks_no_figures() -> None:
    assert score_tracks(side(None), side(tracks([[0.0, 1.0]])), DNA, EvaluateSettings(), None, HERE) == TrackScore()


def test_places_are_those_in_the_image() -> None:
    # The prediction has been corrected for a drift of its own making.
    true = tracks([[0.0, 1.0, 2.0]])
    ours = true.assign(x_um=0.0, x_raw_um=true["x_um"])
    assert figures(side(ours), side(true), max_distance_um=0.5)["edge_f1"] == 1


def crowd(*boxes: tuple[int, int]) -> np.ndarray:
    """Two frames with label k from x = a to b."""
    volume = np.zeros((2, 1, 1, 40), dtype=np.int32)
    for label, (a, b) in enumerate(boxes, start=1):
        volume[..., a:b] = label
    return volume


def test_objects_are_matched_by_voxels_where_both_have_labels() -> None:
    true = side(tracks([[5.0, 5.0], [30.0, 30.0]]), labelled=crowd((0, 10), (25, 35)))
    # Each holds six of ten voxels, though the tables say that they are far away.
    ours = side(tracks([[90.0, 90.0], [70.0, 70.0]]), labelled=crowd((4, 14), (29, 39)))
    found = figures(ours, true)
    assert (found["det"], found["edge_f1"], found["complete_tracks"]) == (1, 1, 1)
    assert "particle_alpha" not in found
    # With a distance, and for puncta, it is the place that counts.
    assert figures(ours, true, max_distance_um=1.0)["det"] == 0
    sized = side(tracks([[5.0, 5.0], [30.0, 30.0]], volume_um3=1.0), labelled=crowd((0, 10), (25, 35)))
    assert figures(ours, sized, VESICLES)["det"] == 0


def test_counts_say_where_the_errors_come_from() -> None:
    true = side(tracks([[0.0, 0.0, 0.0], [9.0, 9.0, 9.0]]))
    swapped = side(tracks([[0.0, 9.0, 9.0], [9.0, 0.0, 0.0], [50.0, 50.0]]))
    counts = score_tracks(swapped, true, DNA, EvaluateSettings(max_distance_um=1.0), None, HERE).counts
    assert (counts["objects_true"], counts["objects_predicted"], counts["objects_found"]) == (6, 8, 6)
    assert (counts["edges_true"], counts["edges_predicted"], counts["edges_found"]) == (4, 5, 2)
    assert (counts["links_missed"], counts["links_wrong"], counts["edit_false_nodes"]) == (2, 2, 2)


def test_events_stand_beside_tra() -> None:
    table = tracks([[0.0, 0.0, 0.0, 0.0], [4.0, 4.0, 4.0, 4.0]])
    true = table[(table["track_id"] == 1) | (table["frame"] > 1)]
    event = {"position": "0", "structure": "dna", "frame": 2, "t_s": 0.0, "parents": "1", "children": "1;2"}
    told = check(pd.DataFrame([{**event, "kind": "fission"}]), EVENTS)
    silent, seeing = side(true), side(true, happened=told)
    blind = figures(silent, seeing, max_distance_um=1.0)
    assert blind["fission_f1"] == 0
    assert blind["tra"] > 0.9
    assert figures(seeing, seeing, max_distance_um=1.0)["fission_f1"] == 1
    assert "fission_f1" not in figures(silent, silent, max_distance_um=1.0)

"""Objects and tracks of two sides."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from livecell.config.evaluate import EvaluateSettings, Region
from livecell.pipeline.comparison_frames import Frame, Match
from livecell.pipeline.comparison_sides import RunSide
from livecell.pipeline.object_scores import ObjectScore, score_objects, score_tracks
from livecell.pipeline.open_run import Run
from livecell.pipeline.run_folder import RunFolder
from livecell.tables import TRACKS, check
from tests.scenes.evaluation import SAMPLING, labels

DNA = Match("dna", "dna", "dna")


def frame(ours: np.ndarray, theirs: np.ndarray, mask: np.ndarray | None = None) -> Frame:
    return Frame("0", 0, None, None, None, None, ours, theirs, mask, SAMPLING)


@dataclass(frozen=True)
class WithTracks(RunSide):
    """A side whose tracks are given."""

    table: pd.DataFrame | None = None

    def tracks(self, structure: str) -> pd.DataFrame | None:
        return self.table


def side(table: pd.DataFrame | None) -> RunSide:
    return WithTracks(Run(RunFolder(Path())), counts=False, table=table)


def tracks(x_um: list[list[float]], **more: float) -> pd.DataFrame:
    """Track k is at x_um[k][t] in frame t."""
    rows = [(k + 1, t, x) for k, places in enumerate(x_um) for t, x in enumerate(places)]
    found = pd.DataFrame(rows, columns=["track_id", "frame", "x_um"])
    common = {"position": "0", "structure": "dna", "t_s": 0.0, "z_um": 0.0, "y_um": 0.0, "label": 1}
    return check(found.assign(**common, **more), TRACKS)


def test_objects_outside_the_mask_are_background() -> None:
    ours = np.where(labels()[0] == 2, 0, labels()[0])
    whole = score_objects(frame(ours, labels()[0]), EvaluateSettings())
    assert whole is not None
    assert whole.figures["object_recall"] == 0.5
    left = np.zeros(ours.shape, dtype=bool)
    left[..., :10, :10] = True
    inside = score_objects(frame(ours, labels()[0], left), EvaluateSettings())
    assert inside is not None
    assert inside.figures == pytest.approx(dict.fromkeys(inside.figures, 1.0))


def test_pooling_weighs_objects_not_frames() -> None:
    both = score_objects(frame(labels()[0], labels()[0]), EvaluateSettings())
    none = score_objects(frame(labels()[0] * 0, labels()[0]), EvaluateSettings())
    assert both is not None
    assert none is not None
    pooled = (both + none + both).figures
    assert (pooled["object_recall"], pooled["seg"], pooled["dice"]) == pytest.approx((4 / 6, 4 / 6, 2 / 3))
    assert math.isnan(ObjectScore().figures["dice"])


def test_without_labels_of_both_there_is_no_score() -> None:
    assert score_objects(frame(labels()[0], labels()[0] * 0), EvaluateSettings()) is not None
    assert (
        score_objects(Frame("0", 0, None, None, None, None, None, labels()[0], None, SAMPLING), EvaluateSettings())
        is None
    )


def test_links_within_reach() -> None:
    true = tracks([[0.0, 1.0, 2.0], [9.0, 9.0, 9.0]], volume_um3=4 * math.pi / 3)
    near, far = true.assign(x_um=true["x_um"] + 0.9), true.assign(x_um=true["x_um"] + 1.1)
    settings = EvaluateSettings()
    # A ball of this volume has a radius of 1 um.
    assert score_tracks(side(near), side(true), DNA, settings, None) == {"link_recall": 1.0, "link_precision": 1.0}
    assert score_tracks(side(far), side(true), DNA, settings, None)["link_recall"] == 0
    wide = EvaluateSettings(max_distance_um=2.0)
    assert score_tracks(side(far), side(true), DNA, wide, None)["link_recall"] == 1
    flat = tracks([[0.0, 1.0]], area_um2=math.pi)
    assert score_tracks(side(flat), side(flat), DNA, settings, None)["link_recall"] == 1
    unknown = tracks([[0.0, 1.0]])
    assert math.isnan(score_tracks(side(unknown), side(unknown), DNA, settings, None)["link_recall"])


def test_links_are_those_of_the_region() -> None:
    true = tracks([[0.0, 0.0], [9.0, 9.0]])
    ours = true[true["track_id"] == 1]
    inside = EvaluateSettings(max_distance_um=1.0, region=Region(x=(0, 10)))
    assert score_tracks(side(ours), side(true), DNA, inside, (1.0, 1.0, 0.5))["link_recall"] == 1
    assert score_tracks(side(ours), side(true), DNA, inside, (1.0, 1.0, 1.0))["link_recall"] == 0.5


def test_no_tracks_no_figures() -> None:
    assert score_tracks(side(None), side(tracks([[0.0, 1.0]])), DNA, EvaluateSettings(), None) == {}

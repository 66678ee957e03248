"""All figures of how predicted objects and tracks agree with true ones."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from livecell import metrics
from livecell.config.evaluate import EvaluateSettings
from livecell.metrics import InstanceScore
from livecell.pipeline.comparison_frames import Frame, Match
from livecell.pipeline.comparison_sides import Side

NO_OBJECTS = InstanceScore(0, 0, 0, 0.0)


@dataclass(frozen=True)
class ObjectScore:
    """Objects of one frame or of many."""

    dice: tuple[float, ...] = ()
    instances: InstanceScore = NO_OBJECTS
    fits: tuple[float, ...] = ()

    def __add__(self, other: ObjectScore) -> ObjectScore:
        """Pool the objects of both."""
        return ObjectScore(self.dice + other.dice, self.instances + other.instances, self.fits + other.fits)

    @property
    def figures(self) -> dict[str, float]:
        """Means over frames of the overlap of all objects; all else over objects."""
        known = [value for value in self.dice if not math.isnan(value)]
        return {
            "dice": math.fsum(known) / len(known) if known else math.nan,
            "object_recall": self.instances.recall,
            "object_precision": self.instances.precision,
            "object_f1": self.instances.f1,
            "panoptic_quality": self.instances.panoptic_quality,
            "seg": math.fsum(self.fits) / len(self.fits) if self.fits else math.nan,
        }


def score_objects(frame: Frame, settings: EvaluateSettings) -> ObjectScore | None:
    """Return the figures of the labels of a frame; None unless both sides have them.

    Labels outside the mask are background.
    """
    if frame.labels is None or frame.true_labels is None:
        return None
    inside = True if frame.mask is None else frame.mask
    labels, true_labels = (np.where(inside, each, 0) for each in (frame.labels, frame.true_labels))
    return ObjectScore(
        (metrics.dice(labels, true_labels),),
        metrics.score_instances(labels, true_labels, settings.min_iou),
        tuple(metrics.segmentation_fit(labels, true_labels).tolist()),
    )


def score_tracks(
    predicted: Side,
    true: Side,
    match: Match,
    settings: EvaluateSettings,
    voxel_size_um: tuple[float, float, float] | None,
) -> dict[str, float]:
    """Return recall and precision of the links of a structure over all frames; nothing unless both sides have tracks.

    Tracks are cut to the region; a mask is not applied to them.
    """
    found, there = predicted.tracks(match.predicted), true.tracks(match.true)
    if found is None or there is None:
        return {}
    found, there = (_inside(table, settings, voxel_size_um) for table in (found, there))
    limit_um = settings.max_distance_um or _mean_radius_um(there)
    if not math.isfinite(limit_um):
        return {"link_recall": math.nan, "link_precision": math.nan}
    score = metrics.score_links(found, there, limit_um)
    return {"link_recall": score.recall, "link_precision": score.precision}


def _inside(tracks: pd.DataFrame, settings: EvaluateSettings, voxel_size_um: Iterable[float] | None) -> pd.DataFrame:
    """Return the observations whose centre lies in the region."""
    sizes = dict(zip("zyx", voxel_size_um or (1.0, 1.0, 1.0), strict=True))
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

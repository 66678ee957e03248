"""All figures of how predicted objects agree with true ones."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from livecell import metrics
from livecell.config.evaluate import EvaluateSettings
from livecell.metrics import InstanceScore
from livecell.pipeline.comparison_frames import Frame

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

    Labels outside the mask, or where an image is unknown, are background.
    """
    if frame.labels is None or frame.true_labels is None:
        return None
    inside = True if frame.compared is None else frame.compared
    labels, true_labels = (np.where(inside, each, 0) for each in (frame.labels, frame.true_labels))
    return ObjectScore(
        (metrics.dice(labels, true_labels),),
        metrics.score_instances(labels, true_labels, settings.min_iou),
        tuple(metrics.segmentation_fit(labels, true_labels).tolist()),
    )

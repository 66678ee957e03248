"""Aligning what moved: drift across time, and pairs of images of one field."""

from livecell.registration.alignment import Alignment, align
from livecell.registration.drift import common_step, estimate_drift
from livecell.registration.landmarks import Landmarks, landmarks_of
from livecell.registration.learnt import Example, Prediction, learn
from livecell.registration.pairs import PairShift, estimate_shift
from livecell.registration.planar import PlanarMap

__all__ = [
    "Alignment",
    "Example",
    "Landmarks",
    "PairShift",
    "PlanarMap",
    "Prediction",
    "align",
    "common_step",
    "estimate_drift",
    "estimate_shift",
    "landmarks_of",
    "learn",
]

"""Aligning what moved: drift across time, and pairs of images of one field."""

from livecell.registration.drift import accumulate, drift_um
from livecell.registration.pairs import PairShift, estimate_shift

__all__ = ["PairShift", "accumulate", "drift_um", "estimate_shift"]

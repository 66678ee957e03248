"""The learning rate over the course of a training."""

from __future__ import annotations

import math


def rate_factor(progress: float, warm_up: float) -> float:
    """Factor of the peak learning rate: a linear warm-up, then half a cosine down to zero (Loshchilov & Hutter 2017).

    Parameters
    ----------
    progress : share of the training that is done, 0 to 1.
    warm_up : share in which the rate rises: batch-norm statistics settle before large steps are taken.
    """
    if progress < warm_up:
        # Never quite zero, so that the first step already counts.
        return 0.05 + 0.95 * progress / warm_up
    return 0.5 * (1.0 + math.cos(math.pi * min(1.0, (progress - warm_up) / (1.0 - warm_up))))

"""How stage, focus and lamp wander over a movie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.config.simulate import SimulateSettings

Array = NDArray[np.float64]

_STREAM = 101
"""Number of the stage's own stream of random numbers among those of a seed."""


@dataclass(frozen=True)
class StageCourse:
    """Where each timepoint is taken, and how bright its lamp is.

    `offset_um` (frames, 3) is the place of voxel (0, 0, 0) in the scene: drift of the stage along y and x, height of
    the focus along z. `lamp` (frames,) is relative to the mean.
    """

    offset_um: Array
    lamp: Array


def stage_course(settings: SimulateSettings) -> StageCourse:
    """Return the course of the stage, always the same for the same seed.

    The stage starts at the origin, drifts steadily, and takes a Brownian walk beside that; the focus drifts, and each
    frame misses it a little. A longer movie goes on from where a shorter one ends.
    """
    stage, frames = settings.stage, settings.timepoints
    # One draw per frame, so that frame t does not depend on how many follow.
    stream = np.random.SeedSequence(settings.seed, spawn_key=(_STREAM,))
    draws = np.random.default_rng(stream).standard_normal((frames, 4))
    hours = np.arange(frames) * settings.interval_s / 3600
    steps = draws[:, :2] * stage.wander_um_sqrt_h * np.sqrt(settings.interval_s / 3600)
    steps[0] = 0
    offset_um = np.empty((frames, 3))
    offset_um[:, 1:] = hours[:, None] * np.asarray(stage.drift_um_h) + np.cumsum(steps, axis=0)
    offset_um[:, 0] = stage.focus_um + stage.focus_drift_um_h * hours + stage.focus_jitter_um * draws[:, 2]
    # A lamp cannot be darker than off.
    return StageCourse(offset_um, (1 + stage.lamp_flicker * draws[:, 3]).clip(0))

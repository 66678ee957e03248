"""When memory runs out: the same prediction in smaller tiles."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from livecell.config.predict import UncertaintySource
from livecell.errors import ConfigError
from livecell.prediction.compute import Compute
from livecell.prediction.groups import Group
from livecell.prediction.infer import infer
from livecell.prediction.memory import give_back_freed_memory
from livecell.prediction.plan import smaller_plan
from livecell.volumes import TilePlan

logger = logging.getLogger(__name__)

_SAID_BY_CPU_ALLOCATOR = "can't allocate memory"
"""Torch has no error of its own for the memory of the machine: its allocator raises a plain RuntimeError."""


def infer_in_memory(
    voxels: NDArray[np.generic],
    group: Group,
    plan: TilePlan,
    sources: Sequence[UncertaintySource],
    compute: Compute,
) -> tuple[NDArray[np.float32], TilePlan]:
    """Return what `infer` leaves, and the plan it took: one of smaller tiles wherever memory ran out.

    Raises ConfigError when there is not enough for the smallest tiles.
    """
    while True:
        told = _attempt(voxels, group, plan, sources, compute)
        if told is not None:
            return told, plan
        # Only here, where the error and all that its frames held are gone, is there room again.
        give_back_freed_memory()
        if torch.device(compute.device).type == "cuda":
            torch.cuda.empty_cache()
        smaller = smaller_plan(plan, group.models)
        if smaller is None:
            raise _too_little(plan)
        logger.warning("memory ran out with tiles of %s voxels: trying %s", plan.tile, smaller.tile)
        plan = smaller


def is_out_of_memory(error: BaseException) -> bool:
    """Say whether memory ran out, of the machine or of a GPU."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and _SAID_BY_CPU_ALLOCATOR in str(error)


def _attempt(
    voxels: NDArray[np.generic],
    group: Group,
    plan: TilePlan,
    sources: Sequence[UncertaintySource],
    compute: Compute,
) -> NDArray[np.float32] | None:
    """What `infer` leaves; None where memory ran out."""
    try:
        return infer(voxels, group, plan, sources, compute)
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        return None


def _too_little(plan: TilePlan) -> ConfigError:
    z, y, x = plan.tile
    return ConfigError(
        "memory",
        expected=f"enough for tiles of {z} x {y} x {x} voxels, the smallest for this model",
        found="less",
        hint="close other programs, use fewer workers, or a smaller model",
    )

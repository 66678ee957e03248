"""Linking the objects of one structure at one position, frame after frame."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from livecell.config.track import LinkSettings
from livecell.errors import TableError
from livecell.tracking.estimation import estimate_motion
from livecell.tracking.motion import Points
from livecell.tracking.stream import link_frames

_log = logging.getLogger(__name__)


def link(objects: pd.DataFrame, settings: LinkSettings) -> tuple[NDArray[np.int64], float]:
    """Return a track number for each row, from 0, and the search range in micrometres that was used.

    Parameters
    ----------
    objects : rows of one position and structure, sorted by frame.

    Raises TableError where a place is not a finite number.
    """
    frames = split_frames(objects)
    motion = estimate_motion(frames, typical_radius_um(objects), settings.search_range_um)
    _log.info("%s", motion)
    found = link_frames(frames, motion, memory_frames=settings.memory_frames, max_candidates=settings.max_candidates)
    return np.concatenate(list(found)), motion.search_range_um


def split_frames(objects: pd.DataFrame) -> list[tuple[int, Points]]:
    """Return number and coordinates (n, d) of each frame that has objects.

    z is left out when it is the same everywhere. Of a series of which only every s-th frame is there, frames are
    counted in steps of s. Raises TableError where a place is not a finite number.
    """
    points = coordinates_um(objects)
    check_places(objects, points)
    frames, starts = np.unique(objects["frame"].to_numpy(), return_index=True)
    return list(zip(_counted(frames).tolist(), np.split(points, starts[1:]), strict=True))


def coordinates_um(objects: pd.DataFrame) -> Points:
    """Return the places (n, d) of objects; z is left out when it is the same everywhere."""
    axes = ["z_um", "y_um", "x_um"] if objects["z_um"].nunique() > 1 else ["y_um", "x_um"]
    return objects[axes].to_numpy(dtype=np.float64, copy=True)


def check_places(objects: pd.DataFrame, points: Points) -> None:
    """Raise TableError where a place is not a finite number."""
    bad = np.flatnonzero(~np.isfinite(points).all(axis=1))
    if len(bad):
        first = objects.iloc[bad[0]]
        raise TableError(
            "table objects",
            expected="places (z_um, y_um, x_um) that are finite numbers",
            found=f"{len(bad)} without, the first in frame {first['frame']} with label {first['label']}",
            hint="leave out objects without a place",
        )


def _counted(frames: NDArray[np.int64]) -> NDArray[np.int64]:
    """Frame numbers in steps of what divides all their distances; two frames say nothing about that."""
    stride = int(np.gcd.reduce(np.diff(frames))) if len(frames) > 2 else 1
    return np.asarray((frames - frames[0]) // stride, dtype=np.int64)


def typical_radius_um(objects: pd.DataFrame) -> float:
    """Return the radius of the ball (2D: disk) with the median size of the objects; 0 if there is no size."""
    if "volume_um3" in objects and objects["volume_um3"].notna().any():
        return float((3 * objects["volume_um3"].median() / (4 * np.pi)) ** (1 / 3))
    if "area_um2" in objects and objects["area_um2"].notna().any():
        return float((objects["area_um2"].median() / np.pi) ** 0.5)
    return 0.0

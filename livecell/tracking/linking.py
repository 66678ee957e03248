"""Linking the objects of one structure at one position, frame after frame, with trackpy."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from trackpy.linking import link_iter

from livecell.config.track import LinkSettings
from livecell.tracking.assignment import Assignment
from livecell.tracking.search_range import Points, estimate_search_range_um

# trackpy reports every frame on stderr at its own level.
logging.getLogger("trackpy").setLevel(logging.WARNING)


def link(objects: pd.DataFrame, settings: LinkSettings) -> tuple[NDArray[np.int64], float]:
    """Return a track number for each row, from 0, and the search range in micrometres that was used.

    Parameters
    ----------
    objects : rows of one position and structure, sorted by frame.
    """
    frames = split_frames(objects)
    search_range_um = settings.search_range_um
    if search_range_um is None:
        search_range_um = estimate_search_range_um(frames, typical_radius_um(objects))
    linked = link_iter(
        enumerate(frames),
        search_range_um,
        memory=settings.memory_frames,
        adaptive_stop=settings.adaptive_stop * search_range_um,
        adaptive_step=settings.adaptive_step,
        link_strategy=Assignment(settings.max_crowd, settings.adaptive_stop * search_range_um),
    )
    return np.concatenate([np.asarray(ids, dtype=np.int64) for _, ids in linked]), search_range_um


def split_frames(objects: pd.DataFrame) -> list[Points]:
    """Return the coordinates of each frame, from the first with objects to the last; (0, d) where there are none.

    z is left out when it is the same everywhere.
    """
    axes = ["z_um", "y_um", "x_um"] if objects["z_um"].nunique() > 1 else ["y_um", "x_um"]
    points = objects[axes].to_numpy(dtype=np.float64, copy=True)
    frames = objects["frame"].to_numpy()
    bounds = np.searchsorted(frames, np.arange(frames[0] + 1, frames[-1] + 1))
    return np.split(points, bounds)


def typical_radius_um(objects: pd.DataFrame) -> float:
    """Return the radius of the ball (2D: disk) with the median size of the objects; 0 if there is no size."""
    if "volume_um3" in objects and objects["volume_um3"].notna().any():
        return float((3 * objects["volume_um3"].median() / (4 * np.pi)) ** (1 / 3))
    if "area_um2" in objects and objects["area_um2"].notna().any():
        return float((objects["area_um2"].median() / np.pi) ** 0.5)
    return 0.0

"""Linkers to compare: each takes the coordinates of every frame and returns (links, 2) rows that are linked.

livecell is told nothing. The peers are told how far particles move: 4.5 standard deviations of a step from where they
are expected, which is what livecell has to find out. All may miss a particle in two frames.
"""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd
from laptrack import LapTrack
from trackpy.linking import link_iter
from trackpy.predict import NearestVelocityPredict

from benchmarks.linking_scenes import STEP_UM, links_of_tracks
from livecell.tracking.estimation import estimate_motion
from livecell.tracking.stream import link_frames

Frames = list[np.ndarray]

MEMORY_FRAMES = 2
REACH = 4.5

logging.getLogger("trackpy").setLevel(logging.WARNING)


def livecell(frames: Frames, _speed_um: float = 0.0) -> np.ndarray:
    numbered = list(enumerate(frames))
    return _links(frames, list(link_frames(numbered, estimate_motion(numbered), memory_frames=MEMORY_FRAMES)))


def trackpy(frames: Frames, speed_um: float = 0.0) -> np.ndarray:
    range_um = REACH * STEP_UM + speed_um
    if speed_um:
        found = NearestVelocityPredict().link_df_iter(_tables(frames), range_um, memory=MEMORY_FRAMES)
        return _links(frames, [table["particle"].to_numpy() for table in found])
    return _links(frames, [ids for _, ids in link_iter(enumerate(frames), range_um, memory=MEMORY_FRAMES)])


def trackpy_adaptive(frames: Frames, speed_um: float = 0.0) -> np.ndarray:
    """A smaller search range where a subnet is too large, which plain trackpy refuses to link."""
    range_um = REACH * STEP_UM + speed_um
    found = link_iter(
        enumerate(frames), range_um, memory=MEMORY_FRAMES, adaptive_stop=0.2 * range_um, adaptive_step=0.9
    )
    return _links(frames, [ids for _, ids in found])


def laptrack(frames: Frames, speed_um: float = 0.0) -> np.ndarray:
    cutoff = (REACH * STEP_UM + speed_um) ** 2
    linker = LapTrack(cutoff=cutoff, gap_closing_cutoff=cutoff, gap_closing_max_frame_count=MEMORY_FRAMES)
    first = np.concatenate([[0], np.cumsum([len(points) for points in frames])])
    edges = np.array([(a, i, b, j) for (a, i), (b, j) in linker.predict(frames).edges])
    return np.column_stack([first[edges[:, 0]] + edges[:, 1], first[edges[:, 2]] + edges[:, 3]])


def _links(frames: Frames, tracks: list[np.ndarray]) -> np.ndarray:
    number = np.repeat(np.arange(len(frames)), [len(points) for points in frames])
    return links_of_tracks(number, np.concatenate([np.asarray(ids, dtype=np.int64) for ids in tracks]))


def _tables(frames: Frames):
    for frame, points in enumerate(frames):
        yield pd.DataFrame(points, columns=["z", "y", "x"]).assign(frame=frame)

"""Neighbours: objects of one structure that lie near each other, and how near."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from livecell.measurement.types import Labels, VoxelSizeUm
from livecell.tables import NEIGHBOURS, check

NEAR_UM = 2.0
"""Objects farther apart are no neighbours."""

Box = NDArray[np.int64]
"""First voxel and the one after the last, (2, 3)."""


def neighbours(
    labels: Labels,
    voxel_size_um: VoxelSizeUm,
    position: str = "0",
    structure: str = "objects",
    frame: int = 0,
    near_um: float = NEAR_UM,
) -> pd.DataFrame:
    """Return the neighbours table of a timepoint: pairs of objects of labels (z, y, x), and the gap between them.

    The gap is the distance in um between the centres of their nearest voxels. Pairs that are farther apart than
    `near_um` have no row.
    """
    size_um = np.asarray(voxel_size_um, dtype=np.float64)
    found = ndimage.find_objects(labels)
    numbers = np.array([n for n, box in enumerate(found, 1) if box is not None], dtype=np.int64)
    boxes = np.array([[[part.start for part in box], [part.stop for part in box]] for box in found if box is not None])
    rows = []
    for one, other in _near(boxes.reshape(-1, 2, 3), size_um, near_um):
        gap_um = _gap_um(labels, (numbers[one], numbers[other]), (boxes[one], boxes[other]), size_um, near_um)
        if gap_um <= near_um:
            rows.append((position, structure, frame, int(numbers[one]), int(numbers[other]), gap_um))
    names = ("position", "structure", "frame", "label_a", "label_b", "gap_um")
    return check(pd.DataFrame({name: [row[at] for row in rows] for at, name in enumerate(names)}), NEIGHBOURS)


def _near(boxes: NDArray[np.int64], size_um: NDArray[np.float64], near_um: float) -> Iterator[tuple[int, int]]:
    """Yield pairs of boxes (n, 2, 3), the earlier first, that may hold voxels near each other."""
    first, last = boxes[:, 0] * size_um, (boxes[:, 1] - 1) * size_um
    for one in range(len(boxes) - 1):
        apart = np.maximum(first[one + 1 :] - last[one], first[one] - last[one + 1 :]).max(axis=1)
        yield from ((one, int(other)) for other in one + 1 + np.flatnonzero(apart <= near_um))


def _gap_um(
    labels: Labels, pair: tuple[int, int], boxes: tuple[Box, Box], size_um: NDArray[np.float64], near_um: float
) -> float:
    """Return the least distance between voxels of two objects; infinite where they are farther apart than is near."""
    reach = np.ceil(near_um / size_um).astype(np.int64)
    places = []
    for number, own, around in zip(pair, boxes, reversed(boxes), strict=True):
        low, high = np.maximum(own[0], around[0] - reach), np.minimum(own[1], around[1] + reach)
        part = labels[tuple(slice(a, b) for a, b in zip(low, high, strict=True))]
        places.append((np.argwhere(part == number) + low) * size_um)
    few, many = sorted(places, key=len)
    if not len(few):
        return float("inf")
    distance, _ = cKDTree(many).query(few, distance_upper_bound=near_um * (1 + 1e-9))
    return float(distance.min())

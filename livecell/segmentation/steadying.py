"""What hangs together, settled by neighbouring frames.

A tube that is faint somewhere falls apart in one frame and is whole in the next, and two tubes that touch are one
object while they do. What hangs together in a frame is therefore corrected where an earlier and a later frame agree
against it: pieces that lie in one object before and in one after are one, and an object that is several before and the
same several after is several. A lasting change is seen on one side only and stays where it is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from livecell.segmentation.labelling import renumber
from livecell.segmentation.types import Labels, VoxelSizeUm

Owners = NDArray[np.int64]


def steadied(now: Labels, around: Sequence[tuple[Labels, Labels]], voxel_size_um: VoxelSizeUm) -> Labels:
    """Return the labels (z, y, x) of a frame with pieces joined, then objects parted, as frames around it have them.

    Parameters
    ----------
    now : labels of the frame.
    around : labels of an earlier and a later frame, each pair in its turn. Things have to overlap themselves in them.
    """
    for before, after in around:
        now = _joined(now, before, after)
    for before, after in around:
        now = _parted(now, before, after, voxel_size_um)
    return renumber(now)


def _owners(labels: Labels, others: Labels) -> Owners:
    """Return, by label, the one of the others that shares most voxels with it; 0 where none does."""
    both = (labels > 0) & (others > 0)
    span = int(others.max(initial=0)) + 1
    keys, voxels = np.unique(labels[both].astype(np.int64) * span + others[both], return_counts=True)
    label, other = np.divmod(keys, span)
    owners = np.zeros(int(labels.max(initial=0)) + 1, dtype=np.int64)
    # Of repeated indices the last assignment stays: the largest share, of equal ones the lowest label.
    order = np.lexsort((-other, voxels))
    owners[label[order]] = other[order]
    return owners


def _joined(now: Labels, before: Labels, after: Labels) -> Labels:
    """Give the lowest of their labels to all pieces that lie in one object before and in one after."""
    earlier, later = _owners(now, before), _owners(now, after)
    known = np.flatnonzero((earlier > 0) & (later > 0))
    pairs = np.column_stack([earlier[known], later[known]])
    _, first, group = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
    numbers = np.arange(len(earlier), dtype=np.int32)
    numbers[known] = known[first[group.reshape(-1)]]
    return numbers[now]


def _parted(now: Labels, before: Labels, after: Labels, voxel_size_um: VoxelSizeUm) -> Labels:
    """Part the objects in which lie several of before and the same several of after."""
    within, later_within, later = _owners(before, now), _owners(after, now), _owners(before, after)
    goes_on = (within > 0) & (later_within[later] == within)
    parted, total = now.copy(), int(now.max(initial=0))
    boxes = ndimage.find_objects(now)
    for number in np.unique(within[goes_on]).tolist():
        own = np.flatnonzero(goes_on & (within == number))
        targets = np.unique(later[own])
        if len(targets) < 2:
            continue
        box = boxes[number - 1]
        # By label of before, which part its objects are of; by label of after likewise.
        parts_before, parts_after = np.zeros(len(within), np.int32), np.zeros(len(later_within), np.int32)
        parts_before[own] = np.searchsorted(targets, later[own]) + 1
        parts_after[targets] = np.arange(1, len(targets) + 1)
        inside = now[box] == number
        parts = _nearest(inside, parts_before[before[box]], parts_after[after[box]], voxel_size_um)
        further = inside & (parts > 1)
        parted[box][further] = parts[further] + total - 1
        total += len(targets) - 1
    return parted


def _nearest(inside: NDArray[np.bool_], before: Labels, after: Labels, voxel_size_um: VoxelSizeUm) -> Labels:
    """Return to which part each voxel inside is nearest, seeded where both frames agree; else where before has it."""
    seeds = np.where(inside & (before == after), before, 0)
    lacking = np.setdiff1d(np.unique(before[inside]), np.unique(seeds[inside]))
    seeds = np.where(inside & (seeds == 0) & np.isin(before, lacking), before, seeds)
    nearest = ndimage.distance_transform_edt(seeds == 0, voxel_size_um, return_distances=False, return_indices=True)
    parts: Labels = seeds[tuple(nearest)]
    return parts

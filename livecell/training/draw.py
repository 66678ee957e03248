"""Drawing a random patch: where something is known, turned, and varied as recordings vary."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from livecell.config.augment import AugmentSettings
from livecell.training.augment import vary_image
from livecell.training.patches import Floats, Patch, Size, target_size
from livecell.training.samples import Sample
from livecell.training.warp import Warp

TRIES = 20
"""Draws of a position before the best of them is taken."""
ENOUGH_KNOWN = 0.3
"""Share of voxels of which some structure is known, below which another position is drawn: the network computes the
others for nothing."""
LOOK_AT = (slice(None), slice(None, None, 2), slice(None, None, 4), slice(None, None, 4))
"""Voxels of a target that are looked at to tell how much of it is known."""


def random_patch(
    sample: Sample, size: Size, settings: AugmentSettings, rng: np.random.Generator, places: int = 1
) -> Patch:
    """Draw a patch of a sample and vary it; the best known of some positions, if parts of the target are unknown.

    Of several `places`, the one where the targets show most is taken: where their mean square is largest.

    Rotations are cut from a larger part, so that no border shows; where the sample is too small for that, the patch
    is taken as it lies.
    """
    warp = _draw_warp(size, settings, rng)
    if warp is not None and any(n < part for n, part in zip(sample.shape[1:], warp.reach, strict=True)):
        warp = None
    rows_columns = size[1:] if warp is None else warp.reach
    corner = _draw_place(sample, (size[0], *rows_columns), rng, places)
    shift = settings.defocus_planes * rng.uniform(-1, 1)
    source, target = _cut(sample, corner, (size[0], *rows_columns), shift)
    if warp is not None:
        source, target = warp.apply(source), warp.apply(target)
    source, target = _turn(source, target, settings, rng)
    return Patch(vary_image(source, settings, rng), target)


def _draw_warp(size: Size, settings: AugmentSettings, rng: np.random.Generator) -> Warp | None:
    chance, angle, zoom = rng.random(), rng.uniform(-1, 1), rng.uniform(-1, 1)
    if chance >= settings.turned:
        return None
    # Symmetric in the logarithm: as often twice as large as half as large.
    return Warp(size[1:], math.radians(settings.rotation_deg * angle), (1 + settings.zoom) ** zoom)


def _draw_place(sample: Sample, size: Size, rng: np.random.Generator, places: int) -> Size:
    corners = [_draw_corner(sample, size, rng) for _ in range(places)]
    wanted = target_size(sample, size)
    return corners[0] if places == 1 else max(corners, key=lambda corner: _shown(sample, corner, wanted))


def _shown(sample: Sample, corner: Size, size: Size) -> float:
    """Mean square of what is known of the targets, which are in standard deviations from their mean."""
    part = _target_part(sample, corner, size)[LOOK_AT].astype(np.float32)
    known = np.isfinite(part)
    return float((np.where(known, part, 0.0) ** 2).sum() / max(known.sum(), 1))


def _target_part(sample: Sample, corner: Size, size: Size) -> Floats:
    return sample.target[:, *(slice(first, first + count) for first, count in zip(corner, size, strict=True))]


def _draw_corner(sample: Sample, size: Size, rng: np.random.Generator) -> Size:
    wanted = target_size(sample, size)
    best, best_known = (0, 0, 0), -1.0
    for _ in range(TRIES):
        z, y, x = (int(rng.integers(n - part + 1)) for n, part in zip(sample.shape, wanted, strict=True))
        known = float(np.isfinite(_target_part(sample, (z, y, x), wanted)[LOOK_AT]).any(axis=0).mean())
        if known > best_known:
            best, best_known = (z, y, x), known
        if known >= ENOUGH_KNOWN:
            break
    return best


def _cut(
    sample: Sample, corner: Size, size: Size, shift_planes: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return source and target as float32, the source taken `shift_planes` higher along z, or along its planes."""
    (z, y, x), (height, rows, columns) = corner, target_size(sample, size)
    plane = (slice(y, y + rows), slice(x, x + columns))
    target = sample.target[:, z : z + height, *plane].astype(np.float32)
    if sample.source.shape[1] == 1 < sample.source.shape[0]:
        return _shifted(sample.source[..., *plane], 0, 0, sample.source.shape[0], shift_planes), target
    first, planes = (0, sample.source.shape[1]) if sample.projected else (z, height)
    return _shifted(sample.source[..., *plane], 1, first, planes, shift_planes), target


def _shifted(source: Floats, axis: int, first: int, planes: int, shift: float) -> NDArray[np.float32]:
    """Take `planes` planes from `first + shift` on, interpolated; beyond the ends, the last plane goes on."""
    whole = math.floor(shift)
    part, lower = np.float32(shift - whole), np.arange(first, first + planes) + whole
    below = np.take(source, lower, axis=axis, mode="clip").astype(np.float32)
    if part == 0:
        return below
    above = np.take(source, lower + 1, axis=axis, mode="clip").astype(np.float32)
    return np.asarray(below + part * (above - below))


def _turn(
    source: NDArray[np.float32], target: NDArray[np.float32], settings: AugmentSettings, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    flip_x, flip_z, turns = rng.integers(2), rng.integers(2), int(rng.integers(4))
    y, x = source.shape[-2:]
    if y != x:
        turns -= turns % 2  # a half turn keeps any shape, a quarter turn only squares
    columns = slice(None, None, -1) if settings.flip and flip_x else slice(None)
    planes = slice(None, None, -1) if settings.flip_z and flip_z else slice(None)
    turned = [
        np.rot90(volume[:, planes, :, columns], turns if settings.quarter_turns else 0, axes=(-2, -1))
        for volume in (source, target)
    ]
    return np.ascontiguousarray(turned[0]), np.ascontiguousarray(turned[1])

"""The shift between frames on which most of the field agrees: cells go their own ways, the stage takes all along."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.registration.landmarks import Landmarks
from livecell.registration.phase import Array, Offset, common, correlate, peak, surface

SIDE_PX = 18
"""Side of the parts of the field that vote, in voxels of the landmarks: about a cell or less."""
LEAST_PARTS = 4
"""Parts that have to agree; fewer could be one cell."""
CLEAR = 4.0
"""How many standard deviations above the rest of its correlation a part sees a shift."""
INFORMATIVE = 7.0
"""The same for the best shift of a part that has a say: among all shifts, noise reaches 4 to 5."""
OWN_SHARE = 0.6
"""A part agrees with the common shift when it sees it nearly as clearly as its own best."""
CEILING = 15.0
"""No part counts for more than this in the sum."""
WIDE = 0.5
"""Fraction of the field over which parts that agree have to be spread: a cell does not reach so far."""
MAJORITY = 0.5
"""Of all parts that have a say, how many have to agree."""
TIGHT = 0.5
"""Voxels by which parts may differ that see the same fixed thing; cells that walk side by side differ by more."""
REACH_Z = 4
"""Planes that the focus may move from frame to frame beyond what is guessed."""
LEAST_SIDE = 0.01
"""Of a peak, what the voxel beside it counts for at least: noise may bring it below 0."""
LEAST_SIDE_PX = 8
"""Fields smaller than this show too little."""


@dataclass(frozen=True)
class Vote:
    """What the parts of a field say of the shift between two frames.

    shift : (z, y, x) in voxels of the landmarks, by how much a fixed thing lies farther in the later frame.
    agreeing, informative : number of parts that see this shift, and of those that see any.
    spread : standard deviation of the lateral shifts of the parts that agree, in voxels.
    crowd : the same of all parts with a say: how far they go their own ways.
    wide : fraction of the field over which the parts that agree are spread.
    """

    shift: NDArray[np.float64]
    agreeing: int
    informative: int
    spread: float
    crowd: float
    wide: float

    @property
    def share(self) -> float:
        """Share of the parts with a say that agree."""
        return self.agreeing / max(1, self.informative)

    @property
    def credible(self) -> bool:
        """Whether it is the shift of something common to the field."""
        many = self.agreeing >= LEAST_PARTS and self.wide >= WIDE and self.share >= MAJORITY
        return many and self.spread <= TIGHT

    @property
    def uncertainty(self) -> float:
        """Standard error of the lateral shift, in voxels: parts that lie side by side show the same cell."""
        return float(np.hypot(0.1, self.spread / np.sqrt(max(1.0, self.agreeing / LEAST_PARTS))))


def vote(before: Landmarks, now: Landmarks, guess: Offset = (0, 0, 0)) -> Vote | None:
    """Return the shift on which parts of the field agree, near a guess; None where they see nothing in common.

    Each part of the field has a phase correlation; they are summed in units of their own noise. So a faint but fixed
    texture that all parts share outweighs cells, which are clear but each somewhere else. Where the sum is largest,
    each part that agrees says where it sees the shift between voxels, and the median of these is it. The focus moves
    all cells alike, so each part is laid over its own best place, and the planes that match best are sought for all at
    once. A field that moved by a voxel or more is laid over it and asked again: its faded edges stay where they were.

    Parameters
    ----------
    before, now : landmarks of equal shape.
    guess : how many voxels things lie farther in `now`; what is left is sought within a third of a part.
    """
    found = _vote_near(before, now, guess)
    if found is None:
        return None
    nearer = (guess[0], round(float(found.shift[1])), round(float(found.shift[2])))
    return found if nearer == guess else _vote_near(before, now, nearer) or found


def _vote_near(before: Landmarks, now: Landmarks, guess: Offset) -> Vote | None:
    one, two = (each.astype(np.float32) for each in common(before.stack, now.stack, guess))
    if min(one.shape, default=0) < 1 or min(one.shape[1:]) < LEAST_SIDE_PX:
        return None
    seen = _clearness(_parts(one), _parts(two))
    votes = np.minimum(seen, CEILING).sum(axis=0)
    place = peak(votes)
    if place is None or votes.max() < CLEAR * np.sqrt(len(seen)):
        return None
    middle = [round(float(p)) + n // 2 for p, n in zip(place, votes.shape, strict=True)]
    near = tuple(slice(max(0, at - 1), at + 2) for at in middle)
    own, here = seen.max(axis=(1, 2, 3)), seen[(slice(None), *near)].max(axis=(1, 2, 3))
    agrees = (here > CLEAR) & (here > OWN_SHARE * own)
    informs = agrees | (own > INFORMATIVE)
    if not agrees.any():
        return None
    places = lateral_places(seen[agrees], near)
    place[1:] = np.median(places, axis=0)
    best = lateral_places(seen[informs])
    sides = [_parts(each.astype(np.float32))[informs] for each in common(before.focus, now.focus, guess)]
    place[0] = _planes(sides[0], sides[1], np.rint(best).astype(int))
    extent = float(np.ptp(_places(one.shape)[agrees], axis=0).max())
    spread, crowd = _deviation(places - place[1:]), _deviation(best - place[1:])
    return Vote(place + guess, int(agrees.sum()), int(informs.sum()), spread, crowd, extent)


def _grid(shape: tuple[int, ...]) -> tuple[int, int]:
    return max(1, shape[1] // SIDE_PX), max(1, shape[2] // SIDE_PX)


def _parts(stack: Array) -> Array:
    """The stack cut into parts: (parts, z, y, x)."""
    rows, columns = _grid(stack.shape)
    y, x = stack.shape[1] // rows, stack.shape[2] // columns
    cut = stack[:, : rows * y, : columns * x].reshape(len(stack), rows, y, columns, x)
    return cut.transpose(1, 3, 0, 2, 4).reshape(rows * columns, len(stack), y, x)


def _places(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Where each part lies, (parts, 2), as fractions of the field."""
    rows, columns = _grid(shape)
    y, x = np.meshgrid(np.linspace(0, 1, rows), np.linspace(0, 1, columns), indexing="ij")
    return np.stack([y.ravel(), x.ravel()], axis=1)


def _clearness(before: Array, now: Array) -> Array:
    """Correlation of each part for every shift within reach, in standard deviations of its own noise."""
    _, z, y, x = before.shape
    near = surface(correlate(before, now), (min(REACH_Z, z // 4), max(1, y // 3), max(1, x // 3)))
    centred = near - np.median(near, axis=(1, 2, 3), keepdims=True)
    noise = 1.4826 * np.median(np.abs(centred), axis=(1, 2, 3), keepdims=True)
    return np.asarray(centred / np.maximum(noise, 1e-6))


def lateral_places(seen: Array, near: tuple[slice, ...] = (slice(None),) * 3) -> NDArray[np.float64]:
    """Return the best shift of each part, (parts, 2), along y and x, between voxels, of those near a place.

    The weighted correlation of a perfect match is a Gaussian, whose logarithm is the parabola through three voxels.
    """
    window = seen[(slice(None), *near)]
    flat = window.reshape(len(seen), -1).argmax(axis=1)
    starts = [each.start or 0 for each in near]
    top = [at + start for at, start in zip(np.unravel_index(flat, window.shape[1:]), starts, strict=True)]
    part = np.arange(len(seen))
    found = np.empty((len(seen), 2))
    for axis in (1, 2):
        size = seen.shape[axis + 1]
        beside = [
            [np.clip(at + by * (k == axis), 0, seen.shape[k + 1] - 1) for k, at in enumerate(top)] for by in (-1, 1)
        ]
        middle = seen[(part, *top)]
        low, high = (np.log(np.maximum(seen[(part, *at)] / middle, LEAST_SIDE)) for at in beside)
        inner = (top[axis] > 0) & (top[axis] < size - 1)
        off = np.where(inner, 0.5 * (low - high) / np.minimum(low + high, -1e-6), 0.0)
        found[:, axis - 1] = top[axis] - size // 2 + np.clip(off, -0.5, 0.5)
    return found


def _planes(before: Array, now: Array, lateral: NDArray[np.int_]) -> float:
    """By how many planes parts (parts, z, y, x) lie farther, each laid over its best place; 0 where it is not clear."""
    depth = before.shape[1]
    reach = min(REACH_Z, depth // 3)
    laid = [_laid(one, two, int(y), int(x)) for one, two, (y, x) in zip(before, now, lateral, strict=True)]
    alike = np.zeros(2 * reach + 1)
    for index, by in enumerate(range(-reach, reach + 1)):
        ahead, behind = slice(max(0, by), depth + min(0, by)), slice(max(0, -by), depth + min(0, -by))
        alike[index] = sum(_alike(one[behind], two[ahead]) for one, two in laid)
    place = peak(alike[:, None, None])
    return 0.0 if place is None else float(place[0])


def _laid(before: Array, now: Array, y: int, x: int) -> tuple[Array, Array]:
    one, two = common(before, now, (0, y, x))
    return one, two


def _alike(one: Array, two: Array) -> float:
    """Product of both over the mean of their powers, 1 where they are the same: all parts count alike."""
    power = float((one * one).sum() + (two * two).sum())
    return 2 * float((one * two).sum()) / power if power else 0.0


def _deviation(places: NDArray[np.float64]) -> float:
    """Robust standard deviation along one axis of places (n, 2) about 0."""
    return 0.0 if len(places) == 0 else float(1.4826 * np.median(np.abs(places)))

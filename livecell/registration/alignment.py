"""Two images of one sample from two kinds of microscope: one laid over the other, or refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from livecell.registration.appearance import Maps, appearance_of, shrunk, standardised, whitened
from livecell.registration.planar import PlanarMap, Plane, shrink
from livecell.registration.refine import Match, match, refine
from livecell.registration.search import candidates

COARSE_PX = 64
"""Longest side of the images that all rotations and scales are tried on."""
FINE_PX = 256
"""Longest side of the images that the map is refined on: maps are smooth, and finer ones say no more."""
ANGLES = 48
"""Rotations that are tried."""
MOST_MAPS = 4
"""Uncorrelated maps that the search uses: more fit anything."""
TRIED = 16
"""Candidates that are refined on coarse images."""
FINALISTS = 3
"""Of these, those that are refined further."""
LEAST_CORRELATION = 0.3
"""Below it, the prediction hardly says anything of the other image."""
LEAST_MARGIN = 1.2
"""How much more likely (log-likelihood ratio) than the best map of the mirrored image a map has to be."""
PARTS = 2
"""Parts along y and x that are aligned each by itself."""
AGREEMENT_SHARE = 0.03
"""Of the side of the fixed image, by how much the parts may disagree."""


_UNMOVED = PlanarMap(np.eye(2), np.zeros(2))


@dataclass(frozen=True)
class Alignment:
    """A map from fixed to moving pixels, and what speaks for it.

    correlation : of the fixed image with what is predicted of it from the moving one.
    margin : log-likelihood ratio of that prediction over that of the best map of the mirrored moving image, which
        cannot be right: chance alone gives about 1.
    disagreement_px : median distance, in fixed pixels, between where the map and where parts of the image aligned by
        themselves put the centres of these parts; NaN where fewer than two parts could be aligned.
    overlap : share of the fixed image that the moving one covers.
    """

    plane: PlanarMap
    correlation: float
    margin: float
    disagreement_px: float
    overlap: float
    doubts: tuple[str, ...]

    @property
    def credible(self) -> bool:
        """Whether nothing speaks against the map."""
        return not self.doubts


def align(
    fixed: Plane,
    moving: Plane,
    scales: Sequence[float] = (0.8, 0.9, 1.0, 1.1, 1.25),
    affine: bool = False,
    predicted: Maps | None = None,
) -> Alignment:
    """Return the map that lays a moving image (y, x) over a fixed one (y, x).

    One is predicted from the other: by a linear regression on maps of how the moving image looks (brightness,
    roughness, edges at several scales), fitted to the pair itself, or on `predicted` channels (k, y, x) that a
    model has made of it. A search over all rotations, given scales and all shifts on coarse images finds candidates,
    which are refined on finer ones; the most likely is the result.

    Parameters
    ----------
    scales : moving pixels per fixed pixel to try; in between it is refined.
    affine : also refine shear and unequal scales, at the end.
    """
    maps = appearance_of(moving) if predicted is None else standardised(np.asarray(predicted, dtype=np.float64))
    target = standardised(fixed[None].astype(np.float64))[0]
    if not target.any() or not maps.any():
        return Alignment(_UNMOVED, 0.0, 0.0, float("nan"), 0.0, ("one of the images has no contrast",))
    scene = _scene(target, maps)
    likely, mirrored = (_likeliest(each, scales) for each in (scene, _scene(target, maps[:, :, ::-1])))
    margin = likely.likelihood / max(mirrored.likelihood, 1e-9)
    best = _finest(scene, likely, affine)
    apart = _disagreement(scene, best)
    doubts = _doubts(best, margin, apart, target.shape)
    return Alignment(best.plane, best.correlation, margin, apart, best.overlap, doubts)


@dataclass(frozen=True)
class _Scene:
    """Fixed image (y, x) and maps of the moving one, standardised, and by how much they are shrunk at each level."""

    fixed: Plane
    maps: Maps
    fine: int
    middle: int
    coarse: int

    def refined(self, starts: Sequence[PlanarMap], factor: int) -> list[Match]:
        """Return matches, the most likely first, of maps between pixels of the level of that factor."""
        fixed, maps = shrink(self.fixed, factor), shrunk(self.maps, factor)
        return sorted((refine(fixed, maps, start) for start in starts), key=attrgetter("likelihood"), reverse=True)


def _scene(fixed: Plane, maps: Maps) -> _Scene:
    side = max(*fixed.shape, *maps.shape[1:])
    fine = max(1, side // FINE_PX)
    step = max(1, side // (fine * COARSE_PX))
    return _Scene(fixed, maps, fine, fine * max(1, step // 2), fine * step)


def _likeliest(scene: _Scene, scales: Sequence[float]) -> Match:
    """The most likely match, in pixels of the middle level."""
    angles = [float(angle) for angle in np.linspace(-np.pi, np.pi, ANGLES, endpoint=False)]
    small = whitened(shrunk(scene.maps, scene.coarse), MOST_MAPS)
    found = candidates(shrink(scene.fixed, scene.coarse), small, angles, scales, TRIED)
    rough = scene.refined([each.plane for each in found], scene.coarse)[:FINALISTS]
    by = scene.coarse / scene.middle
    return scene.refined([each.plane.resized(by, by) for each in rough], scene.middle)[0]


def _finest(scene: _Scene, found: Match, affine: bool) -> Match:
    """The match refined on the finest level, in pixels of the images as given."""
    fixed, maps = shrink(scene.fixed, scene.fine), shrunk(scene.maps, scene.fine)
    by = scene.middle / scene.fine
    last = refine(fixed, maps, found.plane.resized(by, by), affine)
    return Match(last.plane.resized(scene.fine, scene.fine), last.correlation, last.overlap, last.weights)


def _disagreement(scene: _Scene, best: Match) -> float:
    """How far parts of the fixed image, aligned by themselves with the same prediction, come to lie from the map."""
    fixed = shrink(scene.fixed, scene.fine)
    predicted = np.tensordot(best.weights, shrunk(scene.maps, scene.fine), axes=1)[None]
    plane = best.plane.resized(1 / scene.fine, 1 / scene.fine)
    apart = [_part_moves(fixed, predicted, plane, rows, columns) for rows, columns in _quarters(fixed.shape)]
    known = [each for each in apart if np.isfinite(each)]
    return float(np.median(known)) * scene.fine if len(known) >= 2 else float("nan")


def _quarters(shape: tuple[int, ...]) -> list[tuple[slice, slice]]:
    y, x = (size // PARTS for size in shape)
    return [(slice(i * y, (i + 1) * y), slice(j * x, (j + 1) * x)) for i in range(PARTS) for j in range(PARTS)]


def _part_moves(fixed: Plane, predicted: Maps, plane: PlanarMap, rows: slice, columns: slice) -> float:
    """Distance by which the centre of a part moves when it is aligned by itself; NaN where it shows nothing."""
    corner = np.array([rows.start, columns.start], dtype=np.float64)
    own = PlanarMap(plane.linear, plane(corner[None])[0])
    part = fixed[rows, columns]
    if part.std() < 0.3 * fixed.std() or match(part, predicted, own).overlap < 0.5:
        return float("nan")
    moved = refine(part, predicted, own)
    centre = (np.array(part.shape, dtype=np.float64) - 1)[None] / 2
    return float(np.hypot(*(moved.plane(centre) - own(centre))[0])) / plane.scale


def _doubts(best: Match, margin: float, apart: float, shape: tuple[int, ...]) -> tuple[str, ...]:
    found: NDArray[np.bool_] = np.array(
        [best.correlation < LEAST_CORRELATION, margin < LEAST_MARGIN, apart > AGREEMENT_SHARE * max(shape)]
    )
    words = (
        f"the prediction correlates with the fixed image by {best.correlation:.2f} only",
        f"it is only {margin:.2f} times as likely as one of the mirrored image",
        f"parts of the image disagree by {apart:.1f} pixels",
    )
    return tuple(word for word, wrong in zip(words, found, strict=True) if wrong)

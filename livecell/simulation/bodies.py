"""Cells, nuclei and their envelopes, drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from livecell.simulation.drawing import (
    Array,
    Drawing,
    Float,
    Shape,
    Voxel,
    Window,
    axes_of,
    blank,
    coverage,
    paint,
    window_of,
)
from livecell.simulation.outline import OUTLINE_RANGE, edges, thickness_um
from livecell.simulation.population import Cells

_ENVELOPE_UM = 0.5
"""Drawn thickness of the nuclear envelope and what is attached to it; thinner than a plane it would be lost."""
_OPEN = 0.5
"""Condensation beyond which an envelope is no object any more."""
_DIVIDED = 0.01
"""Smallest distance of two masses of chromosomes, in um, at which they are drawn as two."""


@dataclass(frozen=True)
class Nuclei:
    """Nuclei or their chromosomes, the envelopes, and the concentration (z, y, x) of DNA, 1 in an average nucleus."""

    solid: Drawing
    envelope: Drawing
    concentration: Float


def draw_cells(cells: Cells, t: int, shape: Shape, voxel: Voxel, origin_um: Voxel = (0.0, 0.0, 0.0)) -> Drawing:
    """Draw whole cells, nuclei included."""
    thickness, owner = np.zeros(shape[1:], dtype=np.float32), np.zeros(shape[1:], dtype=np.int32)
    cover = np.zeros(shape[1:], dtype=np.float32)
    for cell in np.flatnonzero(cells.exists(t)):
        reach = OUTLINE_RANGE[1] * cells.radius_um[t, cell] * np.array([0, 1, 1])
        middle = cells.centre_um[t, cell]
        window = window_of(middle - reach, middle + reach, shape, voxel, origin_um)
        y, x = (line[0] for line in axes_of(window, voxel, origin_um)[1:])
        at = edges(cells, t, int(cell), y, x)
        covered = coverage(at.shared, voxel[2])
        thick = thickness_um(cells, t, int(cell), at) * (covered > 0)
        for whole, part in ((thickness, thick), (cover, covered * (at.free > 0))):
            np.maximum(whole[window[1:]], part, out=whole[window[1:]])
        owner[window[1:]][(at.free > 0) & (at.shared > 0)] = cell + 1
    height = np.asarray(np.arange(shape[0]) * voxel[0] + origin_um[0] - cells.shape.floor_um, dtype=np.float32)[
        :, None, None
    ]
    filled = coverage(thickness - height, voxel[0]) * (cover * coverage(height, voxel[0]))
    return Drawing(
        filled.astype(np.float32, copy=False), np.where((height >= 0) & (height < thickness), owner, 0).astype(np.int32)
    )


def draw_nuclei(cells: Cells, t: int, shape: Shape, voxel: Voxel, origin_um: Voxel = (0.0, 0.0, 0.0)) -> Nuclei:
    """Draw nuclei as ellipsoids with shells around them, and chromosomes as a plate or two masses without any."""
    solid, envelope, dna = blank(shape), blank(shape), np.zeros(shape, dtype=np.float32)
    for cell in np.flatnonzero(cells.exists(t)):
        masses = _masses(cells, t, int(cell))
        volume = len(masses) * 4 / 3 * np.pi * float(cells.semi_axes_um[t, cell].prod())
        condensation = float(cells.condensation[t, cell])
        for centre in masses:
            window, depth = _ellipsoid(cells, t, int(cell), centre, shape, voxel, origin_um)
            filled = coverage(depth, voxel[2])
            paint(solid, window, filled, depth > 0, int(cell) + 1)
            # Chromosomes that are packed hold as much DNA in less room.
            np.maximum(dna[window], filled * np.float32(cells.dna_um3[t, cell] / volume), out=dna[window])
            if condensation < _OPEN:
                shell = np.float32(_ENVELOPE_UM / 2) - np.abs(depth)
                whole = coverage(shell, voxel[2]) * np.float32(1 - condensation)
                paint(envelope, window, whole, shell > 0, int(cell) + 1)
    return Nuclei(solid, envelope, dna)


def membrane_density(filled: Float, voxel: Voxel) -> Float:
    """Return the area of membrane per volume (z, y, x), in 1 / um: the gradient of the filled fraction."""
    square = np.zeros_like(filled)
    for axis, step in enumerate(voxel):
        slope = np.gradient(filled, np.float32(step), axis=axis)
        square += slope * slope
    return np.sqrt(square)


def _masses(cells: Cells, t: int, cell: int) -> Array:
    """Centres (masses, 3) of the nucleus or of its one or two masses of chromosomes."""
    centre, apart = cells.centre_um[t, cell], cells.separation_um[t, cell]
    if apart < _DIVIDED:
        return np.asarray(centre[None])
    spindle = apart * np.array([0, np.cos(cells.angle[t, cell]), -np.sin(cells.angle[t, cell])])
    return np.stack([centre - spindle, centre + spindle])


def _ellipsoid(
    cells: Cells, t: int, cell: int, centre: Array, shape: Shape, voxel: Voxel, origin_um: Voxel
) -> tuple[Window, Float]:
    """Return the window around an ellipsoid and the depth below its surface, to first order.

    Depth is (1 - q) q / |gradient| with q the scaled radius.
    """
    angle, semi_axes = np.float32(cells.angle[t, cell]), cells.semi_axes_um[t, cell].astype(np.float32)
    reach = np.array([semi_axes[0], semi_axes[1:].max(), semi_axes[1:].max()]) + _ENVELOPE_UM
    window = window_of(centre - reach, centre + reach, shape, voxel, origin_um)
    z, y, x = (axis - np.float32(c) for axis, c in zip(axes_of(window, voxel, origin_um), centre, strict=True))
    along, across = y * np.cos(angle) - x * np.sin(angle), y * np.sin(angle) + x * np.cos(angle)
    square = [(part / size) ** 2 for part, size in zip((z, along, across), semi_axes, strict=True)]
    slope = [part / size**2 for part, size in zip(square, semi_axes, strict=True)]
    scaled = np.sqrt(square[0] + (square[1] + square[2]))
    return window, (1 - scaled) * scaled / np.sqrt(slope[0] + (slope[1] + slope[2])).clip(1e-6)

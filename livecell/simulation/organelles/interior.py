"""The room inside each cell, between nucleus, membrane and glass, at one timepoint.

A place in a cell is given in polar coordinates (n, 3) that move and deform with it: the bearing from the nucleus in
radians, relative to the cell's own angle; the share of the way from the nucleus to the edge of the cell, 0 to 1; and
the share of the height from the glass to the upper membrane, 0 to 1. They are the same whatever shape the cell takes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from livecell.simulation.organelles.beads import Array, Index
from livecell.simulation.outline import CLEFT_UM, OUTLINE_MEAN, OUTLINE_RANGE, WALL
from livecell.simulation.population import Cells

_NEIGHBOURS = 8
_LOBE_RAD = 0.9
"""Half the angle that a mass of chromosomes takes up, as seen from the middle of a cell in anaphase."""
_CLEAR_UM = 0.2
"""How far organelles stay off the nucleus and the edge of the cell."""


@dataclass(frozen=True)
class Interior:
    """The cells of a movie at timepoint `t`; `away` (cells, neighbours, 3) holds how far the line shared with each
    neighbour is, in um, and the direction (y, x) to it."""

    cells: Cells
    t: int
    away: Array

    @classmethod
    def at(cls, cells: Cells, t: int) -> Interior:
        """Return the room inside the cells at timepoint t."""
        middle = np.where(cells.exists(t)[:, None], cells.centre_um[t, :, 1:], np.inf)
        with np.errstate(invalid="ignore"):
            offset = middle[None] - middle[:, None]
            gap = np.hypot(offset[..., 0], offset[..., 1])
        gap[~np.isfinite(gap) | (gap == 0)] = np.inf
        nearest = np.argsort(gap, axis=1, kind="stable")[:, :_NEIGHBOURS]
        gap = np.take_along_axis(gap, nearest, axis=1)[..., None]
        offset = np.where(np.isfinite(gap), np.take_along_axis(offset, nearest[..., None], axis=1), 0)
        own, other = cells.radius_um[t][:, None], cells.radius_um[t][nearest]
        line = np.where(np.isfinite(gap[..., 0]), gap[..., 0] * own / (own + other) - CLEFT_UM / 2, np.inf)
        return cls(cells, t, np.concatenate([line[..., None], offset / gap], axis=2))

    def reach_um(self, cell: Index, bearing: Array) -> Array:
        """Return how far the edge of each cell is from the centre of its nucleus, along a bearing on the image."""
        toward = np.stack([np.sin(bearing), np.cos(bearing)], axis=1)
        slope = np.einsum("nkj,nj->nk", self.away[cell, :, 1:], toward)
        halfway = self.away[cell, :, 0] / slope.clip(1e-3)
        return np.asarray(np.minimum(self._outline_um(cell, bearing), halfway.min(axis=1)))

    def thickness_um(self, cell: Index, offset_um: Array) -> Array:
        """Return how thick the cell is at offsets (n, 2) from the centre of its nucleus."""
        shared = self.away[cell, :, 0] - np.einsum("nkj,nj->nk", self.away[cell, :, 1:], offset_um)
        outward = np.hypot(offset_um[:, 0], offset_um[:, 1])
        free = self._outline_um(cell, np.arctan2(offset_um[:, 0], offset_um[:, 1])) - outward
        shape, radius = self.cells.shape, self.cells.radius_um[self.t, cell]
        inward = np.minimum(free, shared.min(axis=1).clip(0) + WALL * radius) * shape.radius_um / radius
        return np.asarray(shape.thickness_um(inward) * self.cells.height_um[self.t, cell] / shape.height_um)

    def nucleus_um(self, cell: Index, bearing: Array) -> Array:
        """Return the radius of each nucleus in the plane along a bearing relative to its own angle.

        Two masses of chromosomes that part reach out to both sides; between them is room.
        """
        _, along, across = self.cells.semi_axes_um[self.t, cell].T
        sine = np.abs(np.sin(bearing))
        one = along * across / np.hypot(across * sine, along * np.cos(bearing))
        parted = self.cells.separation_um[self.t, cell]
        lobe = np.exp(-((np.arccos(sine.clip(0, 1)) / _LOBE_RAD) ** 8))
        return np.asarray(one + (parted + along - one).clip(0) * lobe * (parted / along).clip(0, 1))

    def ring_um(self, cell: Index, bearing: Array, radius_um: Array | float) -> tuple[Array, Array]:
        """Return the least and largest distance from the nucleus's centre that keep a bead clear of nucleus, edge."""
        inner = self.nucleus_um(cell, bearing) + radius_um + _CLEAR_UM
        outer = self.reach_um(cell, bearing + self.cells.angle[self.t, cell]) - radius_um - _CLEAR_UM
        return np.minimum(inner, outer.clip(0)), outer.clip(0)

    def heights_um(self, cell: Index, offset_um: Array, radius_um: Array | float) -> tuple[Array, Array]:
        """Return the least and largest height in the stack of a bead at offsets (n, 2) from the centres of nuclei."""
        low = self.cells.shape.floor_um + radius_um + np.zeros(len(cell))
        high = self.cells.shape.floor_um + self.thickness_um(cell, offset_um) - radius_um
        return low, np.maximum(low, high)

    def place(self, cell: Index, polar: Array, radius_um: Array | float) -> Array:
        """Return where beads (n, 3) at polar coordinates of their cells lie in the stack, in um."""
        inner, outer = self.ring_um(cell, polar[:, 0], radius_um)
        outward = inner + polar[:, 1].clip(0, 1) * (outer - inner)
        bearing = polar[:, 0] + self.cells.angle[self.t, cell]
        offset = outward[:, None] * np.stack([np.sin(bearing), np.cos(bearing)], axis=1)
        low, high = self.heights_um(cell, offset, radius_um)
        height = low + polar[:, 2].clip(0, 1) * (high - low)
        return np.column_stack([height, self.cells.centre_um[self.t, cell, 1:] + offset])

    def polar(self, cell: Index, centre_um: Array, radius_um: Array | float) -> Array:
        """Return the polar coordinates of beads (n, 3); those that lie outside of their cell are moved into it."""
        offset = centre_um[:, 1:] - self.cells.centre_um[self.t, cell, 1:]
        bearing = np.arctan2(offset[:, 0], offset[:, 1]) - self.cells.angle[self.t, cell]
        inner, outer = self.ring_um(cell, bearing, radius_um)
        share = (np.hypot(offset[:, 0], offset[:, 1]) - inner) / (outer - inner).clip(1e-6)
        low, high = self.heights_um(cell, offset, radius_um)
        height = (centre_um[:, 0] - low) / (high - low).clip(1e-6)
        return np.column_stack([bearing, share.clip(0, 1), height.clip(0, 1)])

    def _outline_um(self, cell: Index, bearing: Array) -> Array:
        lobes = self.cells.lobes[self.t, cell]
        mode = np.arange(2, 2 + lobes.shape[1])
        angle = bearing[:, None] * mode
        waves = (lobes[..., 0] * np.cos(angle) + lobes[..., 1] * np.sin(angle)) * 2 / mode
        return np.asarray(self.cells.radius_um[self.t, cell] * (OUTLINE_MEAN + waves.sum(axis=1)).clip(*OUTLINE_RANGE))

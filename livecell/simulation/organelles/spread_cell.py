"""A cell as it is when it lies spread on the glass: the measure in which organelles are laid out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from livecell.config.simulate import CellSettings
from livecell.simulation.organelles.beads import Array


@dataclass(frozen=True)
class SpreadCell:
    """Distances from the centre of the nucleus at which the cytoplasm begins and ends, and its mean height, in um."""

    inner_um: float
    outer_um: float
    height_um: float

    @classmethod
    def of(cls, cell: CellSettings) -> SpreadCell:
        """Return the usual cell of these settings."""
        return cls(cell.nucleus_radius_um + 0.4, 1.1 * cell.radius_um - 0.4, cell.height_um / 2)

    @property
    def width_um(self) -> float:
        """Width of the ring of cytoplasm."""
        return self.outer_um - self.inner_um

    def outward_um(self, share: Array) -> Array:
        """Return the distance from the nucleus's centre at shares of the way from nucleus to edge."""
        return np.asarray(self.inner_um + share * self.width_um)

    def share(self, outward_um: Array) -> Array:
        """Return the share of the way from nucleus to edge at distances from the nucleus's centre."""
        return np.asarray(((outward_um - self.inner_um) / self.width_um).clip(0, 1))

    def scattered(self, count: int, rng: np.random.Generator) -> Array:
        """Return polar coordinates (count, 3), uniform over the area and the height."""
        outward = np.sqrt(rng.uniform(self.inner_um**2, self.outer_um**2, count))
        return np.column_stack([rng.uniform(0, 2 * np.pi, count), self.share(outward), rng.uniform(0, 1, count)])

    def place_um(self, polar: Array) -> Array:
        """Return where polar coordinates (n, 3) lie, in um (z, y, x) from the nucleus's foot."""
        outward = self.outward_um(polar[:, 1])
        y, x = outward * np.sin(polar[:, 0]), outward * np.cos(polar[:, 0])
        return np.column_stack([self.height_um * polar[:, 2], y, x])

    def steps_um(self, before: Array, after: Array) -> Array:
        """Return the distance between polar coordinates (..., 3), one by one."""
        around, outward, upward = np.moveaxis(after - before, -1, 0)
        middle = self.outward_um((before[..., 1] + after[..., 1]) / 2)
        return np.asarray(
            np.sqrt((middle * around) ** 2 + (self.width_um * outward) ** 2 + (self.height_um * upward) ** 2)
        )

    def spaced(self, path: Array, step_um: float) -> Array:
        """Return points (m, 3) on a path of polar coordinates (n, 3), its ends included, about `step_um` apart."""
        along = np.concatenate([[0], np.cumsum(self.steps_um(path[:-1], path[1:]))])
        marks = np.linspace(0, along[-1], max(2, round(along[-1] / step_um) + 1))
        return np.column_stack([np.interp(marks, along, column) for column in path.T])

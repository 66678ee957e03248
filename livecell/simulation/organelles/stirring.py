"""The slow flow of the cytoplasm: it carries what lies in it along and bends it, smoothly in space and time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.simulation.organelles.beads import Array, Index
from livecell.simulation.walk import drift_about

_SPREAD = (0.09, 0.08, 0.12)
"""Standard deviation of each wave in bearing (radians), share of the way to the edge, and share of the height."""
_WAVES = 4


@dataclass(frozen=True)
class Stirring:
    """Amplitudes (frames, cells, waves, 2, 3) of the cosine and sine waves around each nucleus that displace polar
    coordinates."""

    amplitude: NDArray[np.float32]

    def moved(self, t: int, cell: Index, polar: Array) -> Array:
        """Return polar coordinates (n, 3) at timepoint t of what rests at the given ones; borders stay in place."""
        angle = polar[:, :1] * np.arange(_WAVES)
        waves = np.stack([np.cos(angle), np.sin(angle)], axis=2)
        moves = np.einsum("nws,nwsc->nc", waves, self.amplitude[t, cell])
        moves[:, 1:] *= 4 * polar[:, 1:] * (1 - polar[:, 1:])
        return _within(polar + moves)

    def rest(self, t: int, cell: Index, polar: Array) -> Array:
        """Return where rests, to first order, what is at polar coordinates (n, 3) at timepoint t."""
        return _within(2 * polar - self.moved(t, cell, polar))


def stir(frames: int, cells: int, memory: float, rng: np.random.Generator) -> Stirring:
    """Return a flow whose waves are correlated by `memory` from one frame to the next."""
    # Finer waves are weaker.
    spread = np.array(_SPREAD) / np.arange(1, 1 + _WAVES)[:, None, None]
    unit = drift_about(np.zeros((cells, _WAVES, 2, 3)), frames, 1.0, memory, rng)
    return Stirring((spread * unit).astype(np.float32))


def _within(polar: Array) -> Array:
    return np.column_stack([polar[:, 0], polar[:, 1:].clip(0, 1)])

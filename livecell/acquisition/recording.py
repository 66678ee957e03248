"""One field of view of an acquisition: its shape, calibration, and where its volumes are read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from livecell.axes import Sampling


class VolumeSource(Protocol):
    """Where volumes are read from, one at a time; picklable."""

    def read(self, t: int, c: int) -> NDArray[Any]:
        """Return the volume (z, y, x) at timepoint t of channel number c."""
        ...

    def frame_identity(self, t: int) -> str:
        """Return a digest that changes when the data of timepoint t is rewritten; reads no pixels."""
        ...

    def pieces(self, t: int, c: int) -> tuple[str, ...]:
        """Return the names of the pieces (files, or volumes of an OME-Zarr) that a volume is made of."""
        ...


@dataclass(frozen=True, eq=False)
class Recording:
    """One field of view.

    Parameters
    ----------
    shape : (t, c, z, y, x).
    times_s : the acquisition's own times, (t,), from the first frame on; None where it has none.
    present : whether each volume is there in full, (t, c).
    has_z : whether the file has an axis z, be it of size 1.
    """

    position: str
    shape: tuple[int, int, int, int, int]
    dtype: str
    channels: tuple[str, ...]
    sampling: Sampling
    present: NDArray[np.bool_]
    source: VolumeSource
    times_s: tuple[float, ...] | None = None
    has_z: bool = True

    @property
    def t_s(self) -> NDArray[np.float64]:
        """Seconds since the first frame, (t,); frame numbers when neither times nor interval are known."""
        if self.times_s is not None:
            return np.asarray(self.times_s, dtype=np.float64)
        return np.arange(self.shape[0], dtype=np.float64) * (self.sampling.interval_s or 1.0)

    def missing_frames(self, c: int | None = None) -> list[int]:
        """Return the timepoints without complete data of channel number c, or of any channel."""
        there = self.present.all(axis=1) if c is None else self.present[:, c]
        return [int(t) for t in np.flatnonzero(~there)]

"""The times of the frames of one position."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class Clock:
    """Frames that have objects, and their times in seconds."""

    frames: NDArray[np.int64]
    times_s: NDArray[np.float64]

    @classmethod
    def of(cls, rows: pd.DataFrame) -> Clock:
        """Read the clock from the frame and t_s of the objects of one position, of whatever structure."""
        times = rows.groupby("frame")["t_s"].first()
        return cls(times.index.to_numpy(dtype=np.int64), times.to_numpy(dtype=np.float64))

    @property
    def first(self) -> int:
        """First frame with objects."""
        return int(self.frames[0])

    @property
    def last(self) -> int:
        """Last frame with objects."""
        return int(self.frames[-1])

    def t_s(self, frame: int) -> float:
        """Time of a frame in seconds, interpolated where the frame has no objects."""
        return float(np.interp(frame, self.frames, self.times_s))

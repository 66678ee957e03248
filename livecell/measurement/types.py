"""Array types of this room."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Volume = NDArray[Any]
Labels = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
VoxelSizeUm = tuple[float, float, float]

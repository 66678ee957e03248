"""Array types of this room."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Bools = NDArray[np.bool_]
Labels = NDArray[np.int32]
VoxelSizeUm = tuple[float, float, float]

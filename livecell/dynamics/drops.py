"""How far the likelihood of an exponent falls within its 95 % interval, by simulation."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files

import numpy as np
from scipy.interpolate import RegularGridInterpolator

from livecell.dynamics.paths import Floats

TABLE = "alpha_drops.json"


def alpha_drop(values: Floats, alpha: Floats, level: Floats) -> Floats:
    """Return the drop of the log likelihood that 95 % of tracks with this exponent and level of noise stay within.

    With many displacements it would be 1.92 (Wilks 1938). With few, exponents between 0 and 2 and a localisation error
    of at least 0 leave less room, and intervals with that drop would hold the truth more often than they say. The table
    comes from simulated tracks of up to 120 displacements (`python -m benchmarks.alpha_drops`), in two and three
    dimensions together, and has Wilks's from 2000 values on; between its places it is linear, beyond them that of the
    nearest.

    Parameters
    ----------
    values, alpha, level : of one shape; number of displacements times axes, exponent, and level of noise
        (`likelihood.LEVELS`).
    """
    table, axes = _table()
    asked = np.stack(np.broadcast_arrays(np.log(values), alpha, level), axis=-1)
    inside = np.clip(asked, [axis[0] for axis in axes], [axis[-1] for axis in axes])
    return np.asarray(table(inside))


@lru_cache(maxsize=1)
def _table() -> tuple[RegularGridInterpolator, tuple[Floats, ...]]:
    told = json.loads((files("livecell.dynamics") / TABLE).read_text(encoding="utf-8"))
    axes = (np.log(told["values"]), np.array(told["exponents"]), np.array(told["levels"]))
    return RegularGridInterpolator(axes, np.array(told["drops"])), axes

"""How probable it is that an object moves, divides, begins or ends, as the objects of the movie themselves tell.

All chances are natural logarithms. Places have densities per um^d, sizes per unit of their logarithm. Steps, and the
middle between two daughters as seen from their mother, follow Student's t with few degrees of freedom: most are small,
some are far off. The distance of daughters is log-normal, their direction any.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FREEDOM = 3.0
"""Degrees of freedom of steps."""
MEDIAN_T = 0.7649
"""Median of the absolute value of Student's t with so many."""
_FREEDOM_APART = 7.0
_CROWDED, _STRANGE = 0.1, 8.0
"""Of strangers within reach, one in ten shares voxels with an object, and Dice falls off exponentially with this
rate."""
_HALVES = 1.5
"""A half that lies within the whole has a Dice of 2/3."""
_DAUGHTER_SIZES = 0.25
"""Least spread of the logarithm of a daughter's size around half of the mother's."""


@dataclass(frozen=True)
class Chances:
    """What is known of a structure.

    `persistence` is how much of a step is seen again in the next; `spread_um` (d,) the scale of what steps deviate by;
    `divide`, `missed` and `end` are logarithms of probabilities per object and frame, `begin` of a density; `_at_rim`
    holds near the border of all that was seen. `middle` is the scale of the middle of daughters, in `spread_um`;
    `apart` and `apart_spread` are those of the logarithm of their distance; `uncovered` the share of links without
    overlap; `size_spread` the scale of the change of the logarithm of sizes, `sizes` and `sizes_spread` its mean and
    deviation over all objects.
    """

    persistence: float
    spread_um: Floats
    divide: float
    missed: float
    begin: float
    begin_at_rim: float
    end: float
    end_at_rim: float
    middle: float
    apart: float
    apart_spread: float
    uncovered: float
    size_spread: float
    sizes: float
    sizes_spread: float

    def move(self, step_um: Floats, missed: Ints) -> Floats:
        """Log density of steps (n, d) from where objects were expected, after so many frames without them."""
        scale = self.spread_um * np.sqrt(missed + 1.0)[:, None]
        squares = ((step_um / scale) ** 2).sum(axis=1)
        placed = _log_t(squares, step_um.shape[1], FREEDOM) - np.log(scale).sum(axis=1)
        return np.asarray(placed + self.missed * missed)

    def division(self, mother_um: Floats, one_um: Floats, other_um: Floats) -> Floats:
        """Log density of two daughters, each (n, d), given their mother."""
        d = mother_um.shape[1]
        scale = self.spread_um * self.middle
        squares = (((one_um + other_um) / 2 - mother_um) / scale) ** 2
        apart_um = np.maximum(np.linalg.norm(one_um - other_um, axis=1), 1e-3 * scale.max())
        away = (np.log(apart_um) - self.apart) / self.apart_spread
        sphere = np.log(2 * np.pi * apart_um) if d == 2 else np.log(4 * np.pi * apart_um**2)
        # Which of the two is named first does not matter: twice the density of a pair in order.
        apart = np.log(2) + _log_t(away**2, 1, _FREEDOM_APART) - np.log(self.apart_spread * apart_um) - sphere
        middle = _log_t(squares.sum(axis=1), d, FREEDOM) - np.log(scale).sum()
        return np.asarray(self.divide + middle + apart)

    def size(self, before: Floats, now: Floats) -> Floats:
        """Log of how much likelier sizes (logarithms) are of the same object than of any; 0 where one is unknown."""
        return self._size(now - before, self.size_spread, now)

    def daughter_size(self, mother: Floats, daughter: Floats) -> Floats:
        """The same for an object that is half of another."""
        return self._size(daughter - mother + np.log(2), max(self.size_spread, _DAUGHTER_SIZES), daughter)

    def _size(self, change: Floats, spread: float, now: Floats) -> Floats:
        same = _log_t((change / spread) ** 2, 1, FREEDOM) - np.log(spread)
        anyone = -(((now - self.sizes) / self.sizes_spread) ** 2) / 2 - np.log(self.sizes_spread * np.sqrt(2 * np.pi))
        return np.asarray(np.nan_to_num(same - anyone))

    def cover(self, dice: Floats) -> Floats:
        """Log of how much likelier an overlap is of the same object than of a stranger within reach."""
        return _cover(dice, self.uncovered)


def daughter_cover(dice: Floats) -> Floats:
    """Log of how much likelier an overlap with the mother is of a daughter than of a stranger within reach."""
    return _cover(np.minimum(1.0, _HALVES * dice), 0.5)


def _cover(dice: Floats, uncovered: float) -> Floats:
    none = np.log(uncovered / (1 - _CROWDED))
    some = np.log((1 - uncovered) / (_CROWDED * _STRANGE)) + _STRANGE * dice
    return np.asarray(np.where(dice > 0, some, none))


def _log_t(squares: Floats, d: int, freedom: float) -> Floats:
    """Log density of Student's t in d dimensions, unit scale, at the given squared distances from its centre."""
    norm = gammaln((freedom + d) / 2) - gammaln(freedom / 2) - d / 2 * np.log(freedom * np.pi)
    return np.asarray(norm - (freedom + d) / 2 * np.log1p(squares / freedom))

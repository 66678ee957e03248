"""From shifts between many pairs of frames to where the stage was in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve_banded, cholesky_banded

ROUNDS = 6
"""Of reweighting, gently; then as often again, severely. The weights hardly change after five."""
HUBER = 2.0
"""Standard errors from which a shift counts less and less (Huber, Ann. Math. Stat. 35, 73, 1964)."""
LOOSE = 1e-4
"""Weight, relative to a good pair, of staying where the frame before was: decides where nothing else does."""


@dataclass(frozen=True)
class Span:
    """By how much a fixed thing lies farther in one frame than in an earlier one.

    `earlier`, `later` count the frames that are there; `shift` is (z, y, x) and `error` its standard error.
    """

    earlier: int
    later: int
    shift: NDArray[np.float64]
    error: NDArray[np.float64]


def course(pairs: Sequence[Span], frames: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return place (frames, 3) since the first frame, and its standard error, from the shifts of pairs.

    Least squares over all pairs, reweighted so that wrong ones do not count: first with Huber's weights, which find the
    neighbourhood, then with their squares, so that a pair pulls the less the farther off it is. Errors of neighbouring
    frames do not add up where pairs that lie far apart span them.
    """
    place, error = np.zeros((frames, 3)), np.zeros((frames, 3))
    if frames < 2:
        return place, error
    ends = np.array([[pair.earlier, pair.later] for pair in pairs], dtype=int).reshape(-1, 2)
    for axis in range(3):
        shift = np.array([pair.shift[axis] for pair in pairs])
        sigma = np.array([pair.error[axis] for pair in pairs])
        place[1:, axis], error[1:, axis] = _axis(ends, shift, sigma, frames)
    return place, error


def _axis(
    ends: NDArray[np.int_], shift: NDArray[np.float64], sigma: NDArray[np.float64], frames: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    weight = 1 / sigma**2
    loose = LOOSE * float(np.median(weight)) if len(weight) else 1.0
    found = np.zeros(frames)
    robust = np.ones(len(shift))
    factor = _normal(ends, weight, loose, frames)
    for severity in ROUNDS * (1,) + ROUNDS * (2,):
        factor = _normal(ends, weight * robust, loose, frames)
        side = np.zeros(frames)
        np.add.at(side, ends[:, 1], weight * robust * shift)
        np.add.at(side, ends[:, 0], -weight * robust * shift)
        found[1:] = cho_solve_banded((factor, True), side[1:])
        rest = np.abs(shift - found[ends[:, 1]] + found[ends[:, 0]]) / sigma
        robust = np.minimum(1.0, HUBER / np.maximum(rest, 1e-9)) ** severity
    variance = np.diag(cho_solve_banded((factor, True), np.eye(frames - 1)))
    return found[1:], np.sqrt(variance)


def _normal(ends: NDArray[np.int_], weight: NDArray[np.float64], loose: float, frames: int) -> NDArray[np.float64]:
    """Cholesky factor of the normal equations without the first frame, whose place is 0; lower bands."""
    bandwidth = int(max(1, (ends[:, 1] - ends[:, 0]).max(initial=1)))
    bands = np.zeros((bandwidth + 1, frames))
    steps = np.stack([np.arange(frames - 1), np.arange(1, frames)], axis=1)
    for one, heavy in ((ends, weight), (steps, np.full(frames - 1, loose))):
        np.add.at(bands[0], one[:, 0], heavy)
        np.add.at(bands[0], one[:, 1], heavy)
        np.add.at(bands, (one[:, 1] - one[:, 0], one[:, 0]), -heavy)
    return np.asarray(cholesky_banded(bands[:, 1:][: frames - 1], lower=True))

"""How the objects of a structure move: what is expected of their next step, and how far they are looked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

TURN = 2 * np.log(10.0)
"""Cost of a turn, as of one step in ten: twice the negative logarithm of its probability."""
Points = NDArray[np.float64]
"""Coordinates (n, d) in micrometres."""


@dataclass(frozen=True)
class Motion:
    """A random walk, and on top of it a velocity of each object's own that may last.

    x(t + 1) = x(t) + v(t) + s n,  v(t + 1) = f v(t) + sqrt(1 - f^2) w m, with n and m standard normal along each axis.

    Parameters
    ----------
    search_range_um : farthest an object of unknown velocity is looked for in the next frame.
    spread_um : s, standard deviation along each axis of a step once the velocity is known.
    velocity_um : w, standard deviation along each axis of the velocities, per frame; 0: the next step is not predicted.
    persistence : f, correlation of an object's velocities in consecutive frames.
    """

    search_range_um: float
    spread_um: float
    velocity_um: float = 0.0
    persistence: float = 1.0

    @property
    def variance_um2(self) -> float:
        """Variance along each axis of a step of an object of unknown velocity."""
        return self.spread_um**2 + self.velocity_um**2

    @cached_property
    def turned(self) -> NDArray[np.float64]:
        """What is added to `Active.variance` where an object has just taken another velocity of the same kind, (3,)."""
        return 2 * self.velocity_um**2 * np.array([1.0, self.persistence, self.persistence**2])

    @cached_property
    def loss(self) -> float:
        """What it costs to lose an object: as much as a step of the search range."""
        return self.search_range_um**2 / self.variance_um2


@dataclass(frozen=True)
class Active:
    """The objects that may still be linked, with what is expected of them at `frame`.

    The Kalman filter (Kalman 1960) of Motion; places are taken as exact when observed. All axes share their variances.

    Parameters
    ----------
    frame : for which `place` is expected.
    track : (n,) track number. seen : (n,) frame of the last observation.
    place, velocity : (n, d) expected values.
    variance : (n, 3) of the place, of place and velocity together, and of the velocity.
    """

    frame: int
    track: NDArray[np.int64]
    seen: NDArray[np.int64]
    place: Points
    velocity: Points
    variance: Points

    @classmethod
    def observed(cls, frame: int, track: NDArray[np.int64], place: Points, motion: Motion) -> Active:
        """Return objects of unknown velocity."""
        variance = np.zeros((len(place), 3))
        variance[:, 2] = motion.velocity_um**2
        return cls(frame, track, np.full(len(place), frame), place, np.zeros(place.shape), variance)

    def at(self, frame: int, motion: Motion, memory_frames: int) -> Active:
        """Return what is expected at a later frame of the objects that were seen at most `memory_frames` + 1 before."""
        near = frame - self.seen <= memory_frames + 1
        kept = self if near.all() else self.take(near)
        if not len(kept.track):
            return replace(kept, frame=frame)
        for _ in range(frame - kept.frame):
            kept = kept._next(motion)
        return kept

    def _next(self, motion: Motion) -> Active:
        if motion.velocity_um == 0.0:
            variance = self.variance + np.array([motion.spread_um**2, 0.0, 0.0])
            return Active(self.frame + 1, self.track, self.seen, self.place, self.velocity, variance)
        f, (place, both, velocity) = motion.persistence, self.variance.T
        variance = np.column_stack([
            place + 2 * both + velocity + motion.spread_um**2,
            f * (both + velocity),
            f**2 * velocity + (1 - f**2) * motion.velocity_um**2,
        ])  # fmt: skip
        return Active(self.frame + 1, self.track, self.seen, self.place + self.velocity, f * self.velocity, variance)

    def costs(self, which: NDArray[np.int64], square: Points, motion: Motion) -> Points:
        """Return what it costs to find the objects `which` at these squared distances from their places, (1 or 2, m).

        It is twice the negative logarithm of the density of a normal distribution about the expected place, relative to
        the peak for an object of unknown velocity in the next frame: r^2 / S + d ln(S / S_1). Where velocities last,
        the second row is that of an object that has turned.
        """
        n_axes = self.place.shape[1]
        variances = [self.variance[which, 0]]
        if motion.velocity_um > 0:
            variances.append(variances[0] + motion.turned[0])
        surprise = (0.0, TURN)
        return np.array([
            square / variance + n_axes * np.log(variance / motion.variance_um2) + surprise[row]
            for row, variance in enumerate(variances)
        ])  # fmt: skip

    def reach(self, motion: Motion) -> Points:
        """Return how far from its place each object may be found at no more than the cost of its loss, (n,)."""
        every = np.arange(len(self.track))
        left = np.maximum(motion.loss - self.costs(every, np.zeros(len(every)), motion), 0.0)
        variance = self.variance[:, 0] + np.array([[0.0], [motion.turned[0]]])[: len(left)]
        return np.asarray(np.sqrt((left * variance).max(axis=0)))

    def take(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Active:
        """Return some of the objects."""
        track, seen = self.track[which], self.seen[which]
        return Active(self.frame, track, seen, self.place[which], self.velocity[which], self.variance[which])

    def joined(self, other: Active) -> Active:
        """Return these objects and, after them, the others of the same frame."""
        return Active(
            self.frame,
            np.concatenate([self.track, other.track]),
            np.concatenate([self.seen, other.seen]),
            np.concatenate([self.place, other.place]),
            np.concatenate([self.velocity, other.velocity]),
            np.concatenate([self.variance, other.variance]),
        )

    def continued(self, which: NDArray[np.int64], place: Points, motion: Motion) -> tuple[Points, Points]:
        """Return velocity (m, d) and variance (m, 3) of the objects `which` after they were observed at `place`."""
        if motion.velocity_um == 0.0:
            return np.zeros(place.shape), np.zeros((len(which), 3))
        square = ((place - self.place[which]) ** 2).sum(axis=1)
        turned = np.argmin(self.costs(which, square, motion), axis=0)
        before, both, velocity = (self.variance[which] + turned[:, None] * motion.turned).T
        gain = both / before
        found = np.zeros((len(which), 3))
        found[:, 2] = velocity - gain * both
        return self.velocity[which] + gain[:, None] * (place - self.place[which]), found

"""Mean and spread of predictions that come one after the other, none of which is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Moments:
    """Of several tensors of one shape: how many, their mean, and the sum of their squared deviations from it.

    A single one has no deviation: None.
    """

    count: int
    mean: Tensor
    squares: Tensor | None = None

    def merged(self, other: Moments) -> Moments:
        """Return the moments of both together (Chan, Golub and LeVeque, COMPSTAT 1982)."""
        count = self.count + other.count
        apart = other.mean - self.mean
        mean = self.mean + apart * (other.count / count)
        squares = apart.square() * (self.count * other.count / count)
        for part in (self.squares, other.squares):
            squares = squares if part is None else squares + part
        return Moments(count, mean, squares)

    @property
    def variance(self) -> Tensor:
        """Sample variance (the sum over count - 1); 0 of a single one."""
        if self.squares is None or self.count < 2:
            return torch.zeros_like(self.mean)
        return self.squares / (self.count - 1)


def moments_of(tensors: Iterable[Tensor]) -> Moments:
    """Return the moments of one or more tensors, of which two are held at a time."""
    return reduce(Moments.merged, (Moments(1, tensor) for tensor in tensors))

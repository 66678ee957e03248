"""Units of work: what runs, what it waits for, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, order=True)
class Unit:
    """One timepoint of one position of one stage."""

    stage: str
    position: str
    frame: int


@dataclass(frozen=True)
class Task:
    """A unit with the units whose result it `needs`, and those it only has to wait for (`follows`)."""

    unit: Unit
    needs: tuple[Unit, ...] = ()
    follows: tuple[Unit, ...] = ()


Status = Literal["done", "missing", "failed", "skipped"]


@dataclass(frozen=True)
class Outcome:
    """What came of a unit: `missing` where the input has no such timepoint, `skipped` where what it needs failed."""

    status: Status
    seconds: float = 0.0
    error: str = ""

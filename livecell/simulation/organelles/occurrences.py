"""The table of what happened to the objects of one organelle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from livecell.tables import EVENTS, concat


@dataclass(frozen=True)
class Occurrence:
    """At `frame`, the first of the new state, the objects `parents` ended and `children` began."""

    frame: int
    kind: str
    parents: tuple[int, ...] = ()
    children: tuple[int, ...] = ()


def event_table(structure: str, found: Iterable[Occurrence], interval_s: float) -> pd.DataFrame:
    """Return the occurrences in the columns of EVENTS, at position "0"."""
    rows = [
        {
            "position": "0",
            "structure": structure,
            "frame": one.frame,
            "t_s": one.frame * interval_s,
            "kind": one.kind,
            "parents": _joined(one.parents),
            "children": _joined(one.children),
        }
        for one in found
    ]
    return concat([pd.DataFrame(rows)], EVENTS)


def _joined(ids: tuple[int, ...]) -> str:
    return ";".join(str(one) for one in sorted(ids))


def presence(shown: NDArray[np.bool_]) -> Iterator[Occurrence]:
    """Yield the appearances and disappearances of objects from whether each is there (frames, objects).

    Label k + 1 is object k. Who is there in the first or last frame did not appear or disappear.
    """
    last = len(shown) - 1
    for number in np.flatnonzero(shown.any(axis=0)):
        there = np.flatnonzero(shown[:, number])
        if there[0] > 0:
            yield Occurrence(int(there[0]), "appearance", children=(int(number) + 1,))
        if there[-1] < last:
            yield Occurrence(int(there[-1]) + 1, "disappearance", parents=(int(number) + 1,))

"""What has arrived in full of an acquisition that is still being written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livecell.acquisition.recording import Recording, VolumeSource

Arrived = frozenset[str]
"""Names of the pieces that can be used: files of TIFFs, or single volumes of an OME-Zarr."""


@dataclass(frozen=True)
class Piece:
    """A file, or one volume of an OME-Zarr, as it lies on the disk.

    Parameters
    ----------
    state : changes whenever it is written to.
    written_s : when it was written last, in seconds since 1970.
    whole : False where it is known that more is to come.
    """

    state: str
    written_s: float
    whole: bool


class Arrivals:
    """Tells which pieces have arrived: whole, unchanged for a while, and such that their voxels can be read.

    Parameters
    ----------
    settle_s : seconds for which a piece must not change.
    is_readable : whether all voxels of a piece can be read; asked once for each state of a piece that has settled.
    """

    def __init__(self, settle_s: float, is_readable: Callable[[str], bool]) -> None:
        self._settle_s, self._is_readable = settle_s, is_readable
        self._since: dict[str, tuple[Piece, float]] = {}
        self._readable: dict[str, bool] = {}

    def look(self, pieces: Mapping[str, Piece], now_s: float) -> bool:
        """Take note of what there is at a time; says whether anything has changed since the last look."""
        before = {name: piece.state for name, (piece, _) in self._since.items()}
        changed = [name for name, piece in pieces.items() if before.get(name) != piece.state]
        gone = before.keys() - pieces.keys()
        for name in (*changed, *gone):
            self._readable.pop(name, None)
        for name in gone:
            del self._since[name]
        self._since |= {name: (pieces[name], now_s) for name in changed}
        # Whether more is to come may be known of the pieces beside it.
        self._since |= {name: (replace(self._since[name][0], whole=p.whole), s) for name, p, s in self._again(pieces)}
        self._readable |= {name: self._is_readable(name) for name in self._settled(now_s)}
        return bool(changed or gone)

    @property
    def arrived(self) -> Arrived:
        """Pieces that can be used."""
        return frozenset(name for name, readable in self._readable.items() if readable)

    @property
    def held_back(self) -> tuple[str, ...]:
        """Pieces that do not change any more, and cannot be read."""
        return tuple(sorted(name for name, readable in self._readable.items() if not readable))

    def written_s(self, names: Iterable[str]) -> float:
        """Return when the last of these pieces was written, in seconds since 1970; NaN where there are none."""
        return max((self._since[name][0].written_s for name in names if name in self._since), default=float("nan"))

    def _again(self, pieces: Mapping[str, Piece]) -> list[tuple[str, Piece, float]]:
        return [(name, piece, self._since[name][1]) for name, piece in pieces.items()]

    def _settled(self, now_s: float) -> list[str]:
        return [
            name
            for name, (piece, since_s) in self._since.items()
            if name not in self._readable and piece.whole and now_s - since_s >= self._settle_s
        ]


@dataclass(frozen=True, eq=False)
class ArrivedVolumes:
    """A source of volumes of which only those count that have arrived, (t, c)."""

    source: VolumeSource
    present: NDArray[np.bool_]

    def read(self, t: int, c: int) -> NDArray[Any]:
        """Return the volume (z, y, x)."""
        return self.source.read(t, c)

    def pieces(self, t: int, c: int) -> tuple[str, ...]:
        """Return the names of the pieces of a volume."""
        return self.source.pieces(t, c)

    def frame_identity(self, t: int) -> str:
        """Digest of timepoint t: another one as soon as more of it has arrived."""
        if self.present[t].all():
            # What is made of it stays right when nobody watches any more.
            return self.source.frame_identity(t)
        if not self.present[t].any():
            return "not arrived"
        there = "".join(str(int(channel)) for channel in self.present[t])
        return f"{there} {self.source.frame_identity(t)}"


def only_arrived(recordings: Iterable[Recording], arrived: Arrived) -> tuple[Recording, ...]:
    """Return the recordings as far as they have arrived; those without any volume are left out.

    They end with the last timepoint of which something has arrived: what is still to come is not missing.
    """
    cut = [_cut(recording, arrived) for recording in recordings]
    return tuple(recording for recording in cut if recording.present.any())


def _cut(recording: Recording, arrived: Arrived) -> Recording:
    present = recording.present.copy()
    for t, c in np.argwhere(present):
        present[t, c] = arrived.issuperset(recording.source.pieces(int(t), int(c)))
    there = np.flatnonzero(present.any(axis=1))
    times = int(there[-1]) + 1 if there.size else 1
    present = present[:times]
    return replace(
        recording,
        shape=(times, *recording.shape[1:]),
        present=present,
        source=ArrivedVolumes(recording.source, present),
        times_s=None if recording.times_s is None else recording.times_s[:times],
    )

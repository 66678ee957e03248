"""Labels and tracks in the format of the Cell Tracking Challenge.

The format is that of "Naming and file content conventions" of the challenge (Maška et al., Nature Methods 2023): a
folder SEQUENCE_GT with `TRA/man_trackT.tif` (labels of 16 bits, whose values are tracks), `TRA/man_track.txt` (one line
"L B E P" per track: label, first frame, last frame, parent or 0) and `SEG/man_segT.tif` (the same outlines).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import tifffile
from numpy.typing import NDArray

from livecell.errors import TableError
from livecell.exchange.replace import replacing
from livecell.tables import EVENTS, TRACKS, check

MAX_LABEL = 2**16 - 1
_BRANCHING = ("division", "fission")


@dataclass
class _Line:
    label: int
    first: int
    last: int
    parent: int


@dataclass
class _Lines:
    """The lines of man_track.txt as they grow from frame to frame."""

    births: dict[int, tuple[int, int]]
    """The frame of the division or fission that began a track, and the track it came from."""
    next_label: int
    of_track: dict[int, list[_Line]] = field(default_factory=dict)

    def label_of(self, track: int, t: int) -> int:
        """Return the value of a track in frame t; a new one after a gap, or where it is a daughter of itself."""
        own = self.of_track.setdefault(track, [])
        born, mother = self.births.get(track, (-1, 0))
        if own and own[-1].last >= t - 1 and not (born == t and own[-1].first < t):
            own[-1].last = t
        elif own:
            own.append(_Line(self.next_label, t, t, self._last_before(mother if born == t else track, t)))
            self.next_label += 1
        else:
            own.append(_Line(track, t, t, self._last_before(mother, t)))
        return own[-1].label

    def _last_before(self, track: int, t: int) -> int:
        """Return the label a track had before frame t, or 0."""
        return next((line.label for line in reversed(self.of_track.get(track, [])) if line.first < t), 0)

    def text(self) -> str:
        """Return the lines in order of their labels."""
        rows = sorted((line for own in self.of_track.values() for line in own), key=lambda line: line.label)
        return "".join(f"{line.label} {line.first} {line.last} {line.parent}\n" for line in rows)


def write_ctc(
    folder: str | Path,
    labels: Iterable[NDArray[np.integer]],
    tracks: pd.DataFrame,
    events: pd.DataFrame,
    sequence: str = "01",
) -> Path:
    """Write FOLDER/SEQUENCE_GT, in place of what is there, and return its path.

    Values become track numbers. Every line spans consecutive frames: a track that is not seen for a while goes on as a
    new label with the earlier one as its parent. Parents are those of divisions and fissions; the format has no word
    for a fusion, whose result has none. Voxels whose label is in no track become background.

    Parameters
    ----------
    labels : one volume (z, y, x) per frame from 0; read one after the other. A single plane is written as (y, x).
    tracks, events : TRACKS and EVENTS of one structure at one position.

    Raises
    ------
    TableError
        If the tables are of several structures or positions, or need more labels than 16 bits hold.
    StorageError
        If the folder cannot be written.
    """
    tracks, events = check(tracks, TRACKS), check(events, EVENTS)
    _check_single(tracks)
    numbers = dict(iter(tracks.groupby("frame")[["label", "track_id"]]))
    n_frames = int(tracks["frame"].max()) + 1 if len(tracks) else 0
    lines = _Lines(_births(events), int(tracks["track_id"].max()) + 1 if len(tracks) else 1)
    path = Path(folder) / f"{sequence}_GT"
    with replacing(path) as fresh:
        for name in ("TRA", "SEG"):
            (fresh / name).mkdir(parents=True)
        for t, volume in enumerate(labels):
            _write_frame(fresh, t, _relabelled(volume, numbers.get(t), lines, t), max(3, len(str(n_frames - 1))))
        (fresh / "TRA" / "man_track.txt").write_text(lines.text(), encoding="ascii")
    return path


def _check_single(tracks: pd.DataFrame) -> None:
    kinds = tracks[["position", "structure"]].drop_duplicates()
    if len(kinds) > 1:
        found = "; ".join(f"{row.structure} at {row.position}" for row in kinds.itertuples())
        raise TableError("tracks", expected="one structure at one position", found=found, hint="select one of them")


def _births(events: pd.DataFrame) -> dict[int, tuple[int, int]]:
    branching = events[events["kind"].isin(_BRANCHING)]
    columns = (branching[name].tolist() for name in ("frame", "parents", "children"))
    return {
        int(child): (int(frame), int(parents.split(";")[0]))
        for frame, parents, children in zip(*columns, strict=True)
        for child in children.split(";")
    }


def _relabelled(volume: NDArray[np.integer], numbers: pd.DataFrame | None, lines: _Lines, t: int) -> NDArray[np.uint16]:
    """Return the volume with labels of the format; a track whose object has no voxel is not seen in this frame."""
    present = np.unique(volume)
    values = np.zeros(len(present), dtype=np.int64)
    if numbers is not None:
        track_of = dict(zip(numbers["label"].tolist(), numbers["track_id"].tolist(), strict=True))
        known = [(i, track_of[label]) for i, label in enumerate(present.tolist()) if label and label in track_of]
        for index, track in known:
            values[index] = lines.label_of(track, t)
    if values.max(initial=0) > MAX_LABEL:
        raise TableError(
            "tracks",
            expected=f"at most {MAX_LABEL} labels",
            found=str(values.max()),
            hint="write fewer frames or cells",
        )
    found: NDArray[np.uint16] = values.astype(np.uint16)[np.searchsorted(present, volume)]
    return found


def _write_frame(folder: Path, t: int, volume: NDArray[np.uint16], digits: int) -> None:
    flat = volume[0] if len(volume) == 1 else volume
    first = folder / "TRA" / f"man_track{t:0{digits}d}.tif"
    tifffile.imwrite(first, flat, compression="zlib", photometric="minisblack")
    shutil.copyfile(first, folder / "SEG" / f"man_seg{t:0{digits}d}.tif")

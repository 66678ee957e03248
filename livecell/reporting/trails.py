"""Tracks as lines coloured by time, as an SVG that lies over a projection."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import NDArray

COLOURS = tuple(mpl.colors.to_hex(c) for c in mpl.colormaps["plasma"](np.linspace(0.3, 1.0, 12)))
"""From the first to the last timepoint."""
WIDTH = 1000.0
"""Width of the drawing in its own units."""
_MAX_POINTS = 20_000


@dataclass(frozen=True)
class Frame:
    """The picture's extent in micrometres; the centre of the first pixel is at 0, 0."""

    height_um: float
    width_um: float
    pixel_y_um: float
    pixel_x_um: float

    def place(self, y_um: NDArray[np.float64], x_um: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return (n, 2) coordinates x, y of the drawing."""
        x = (x_um + self.pixel_x_um / 2) / self.width_um * WIDTH
        y = (y_um + self.pixel_y_um / 2) / self.width_um * WIDTH
        return np.rint(np.stack([x, y], axis=1)).astype(np.int64)


def longest(tracks: pd.DataFrame, limit: int) -> pd.DataFrame:
    """Return the rows of the tracks with most observations, at most `limit` tracks, of at least two points."""
    lengths = tracks.groupby("track_id").size()
    kept = lengths[lengths > 1].sort_values(ascending=False, kind="stable").head(limit).index
    return tracks[tracks["track_id"].isin(kept)]


def drawing(tracks: pd.DataFrame, frame: Frame) -> Markup:
    """Return an SVG of the tracks of one position and structure, one path per colour of time.

    Coordinates without drift correction are used where the table has them, because the picture is not corrected.
    """
    kept = _thinned(tracks.sort_values(["track_id", "frame"]))
    paths: dict[int, list[str]] = defaultdict(list)
    ends: list[str] = []
    first, last = int(tracks["frame"].min()), int(tracks["frame"].max())
    for _, track in kept.groupby("track_id"):
        points = frame.place(_column(track, "y"), _column(track, "x"))
        colours = (track["frame"].to_numpy() - first) * len(COLOURS) // (last - first + 1)
        _draw(points, colours, paths)
        ends.append(f'<circle cx="{points[-1, 0]}" cy="{points[-1, 1]}" r="3.5"/>')
    lines = "".join(f'<path stroke="{COLOURS[colour]}" d="{"".join(paths[colour])}"/>' for colour in sorted(paths))
    height = WIDTH * frame.height_um / frame.width_um
    return Markup(
        f'<svg class="trails" viewBox="0 0 {WIDTH:.0f} {height:.0f}" preserveAspectRatio="none" aria-hidden="true">'
        f"{lines}<g>{''.join(ends)}</g></svg>"
    )


def _draw(points: NDArray[np.int64], colours: NDArray[np.int64], paths: dict[int, list[str]]) -> None:
    """Append one track to the paths: a step has the colour of the timepoint it leads to."""
    current = -1
    for start, end, colour in zip(points[:-1], points[1:], colours[1:], strict=True):
        if colour != current:
            paths[int(colour)].append(f"M{start[0]} {start[1]}l")
            current = colour
        paths[int(colour)].append(f"{end[0] - start[0]} {end[1] - start[1]} ")


def _thinned(tracks: pd.DataFrame) -> pd.DataFrame:
    """Return every n-th point of each track and its last one, about _MAX_POINTS in all."""
    step = -(-len(tracks) // _MAX_POINTS)
    if step < 2:
        return tracks
    grouped = tracks.groupby("track_id")
    return tracks[(grouped.cumcount() % step == 0) | (grouped.cumcount(ascending=False) == 0)]


def _column(track: pd.DataFrame, axis: str) -> NDArray[np.float64]:
    raw = f"{axis}_raw_um"
    name = raw if raw in track and track[raw].notna().all() else f"{axis}_um"
    return track[name].to_numpy(dtype=np.float64)

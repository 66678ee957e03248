"""One plane of a timepoint as a picture: input, volume, and the outlines of its labels, a row per structure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from livecell.reporting.planes import outlines, window_of

_ROW_INCHES = 4.0
_OUTLINE = (1.0, 0.85, 0.1)


@dataclass(frozen=True)
class PreviewRow:
    """A structure: its volume (y, x) and labels (y, x) in the plane, and how many objects the whole timepoint has."""

    name: str
    plane: NDArray[np.floating]
    labels: NDArray[np.integer]
    objects: int


def write_preview(path: Path, title: str, given: NDArray[np.floating], rows: list[PreviewRow]) -> None:
    """Write the picture (PNG, or what the ending says); `given` is the plane (y, x) of the input."""
    figure = Figure(figsize=(3 * _ROW_INCHES, _ROW_INCHES * len(rows)), layout="constrained")
    axes = figure.subplots(len(rows), 3, squeeze=False)
    figure.suptitle(title)
    for line, row in zip(axes, rows, strict=True):
        shown = window_of([row.plane]).apply(row.plane)
        _show(line[0], window_of([given], (0.5, 99.5)).apply(given), "input")
        _show(line[1], shown, row.name)
        _show(line[2], _outlined(shown, row.labels), f"{row.objects} objects in the stack")
    figure.savefig(path, dpi=110)


def _outlined(shown: NDArray[np.float64], labels: NDArray[np.integer]) -> NDArray[np.float64]:
    edge = outlines(labels)
    times = edge.shape[0] // labels.shape[0]
    colored = np.repeat(np.repeat(shown, times, axis=0), times, axis=1)[..., None].repeat(3, axis=2)
    colored[edge] = _OUTLINE
    return colored


def _show(axes: Any, plane: NDArray[np.float64], title: str) -> None:
    axes.imshow(plane, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    axes.set_title(title, fontsize=10)
    axes.set_axis_off()

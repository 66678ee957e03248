"""What the predicted volumes and labels of one position look like at a few timepoints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from livecell.errors import LivecellError
from livecell.reporting.planes import SHOWN_PIXELS, fullest_plane, shrink, shrink_labels
from livecell.store import ImageLayout, has_volume, list_images, read_layout, read_volume


@dataclass(frozen=True)
class Glimpse:
    """One structure at one timepoint: a (y, x) plane of the prediction, its labels, and the maximum along z."""

    frame: int
    depth: float
    plane: NDArray[np.floating]
    labels: NDArray[np.integer] | None
    projection: NDArray[np.floating]


@dataclass(frozen=True)
class Field:
    """The stored predictions of one position."""

    image: Path
    layout: ImageLayout

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the structures that are stored."""
        return tuple(channel.name for channel in self.layout.channels)

    @property
    def extent_um(self) -> tuple[float, float, float]:
        """(z, y, x) size of the volume; NaN along axes whose sampling is unknown."""
        sampling = self.layout.sampling
        steps = (sampling.z_um, sampling.y_um, sampling.x_um)
        sizes = self.layout.shape[2:]
        z_um, y_um, x_um = (n * step if step else float("nan") for n, step in zip(sizes, steps, strict=True))
        return z_um, y_um, x_um

    @property
    def aspect(self) -> float:
        """Width over height of a plane, in micrometres where these are known."""
        _, y_um, x_um = self.extent_um
        aspect = x_um / y_um
        return aspect if np.isfinite(aspect) else self.layout.shape[4] / self.layout.shape[3]

    @property
    def level(self) -> int:
        """The coarsest level of the pyramid that still has as many pixels as are shown."""
        side = max(self.layout.shape[3:])
        return max([level for level in range(self.layout.levels) if side >> level >= SHOWN_PIXELS], default=0)

    def frames(self, wanted: int) -> tuple[int, ...]:
        """Return about `wanted` frames, evenly spread over the series, all of whose volumes are there."""
        total = self.layout.shape[0]
        targets = np.unique(np.rint(np.linspace(0, total - 1, wanted)).astype(int))
        nearest = (self._nearest(int(target), total) for target in targets)
        return tuple(sorted({frame for frame in nearest if frame is not None}))

    def glimpses(self, structure: str, frames: Iterable[int]) -> tuple[Glimpse, ...]:
        """Return a structure at the frames, all in the plane that has most of its labels."""
        channel = self.channels.index(structure)
        volumes = [(frame, read_volume(self.image, frame, channel, self.level)) for frame in frames]
        labels = [self._labels(structure, frame) for frame, _ in volumes]
        depth = volumes[0][1].shape[0] if volumes else 1
        plane = fullest_plane([volume for volume in labels if volume is not None], depth)
        return tuple(
            Glimpse(
                frame=frame,
                depth=(plane + 0.5) / depth,
                plane=shrink(volume[plane]),
                labels=None if found is None else shrink_labels(found[plane]),
                projection=shrink(np.fmax.reduce(volume, axis=0)),
            )
            for (frame, volume), found in zip(volumes, labels, strict=True)
        )

    def _labels(self, structure: str, frame: int) -> NDArray[np.integer] | None:
        path = self.image / "labels" / structure
        return read_volume(path, frame, 0, self.level) if path.is_dir() and has_volume(path, frame) else None

    def _nearest(self, target: int, total: int) -> int | None:
        by_distance = sorted(range(total), key=lambda frame: abs(frame - target))
        return next((frame for frame in by_distance if self._complete(frame)), None)

    def _complete(self, frame: int) -> bool:
        return all(has_volume(self.image, frame, channel) for channel in range(len(self.channels)))


def open_fields(run: Path) -> dict[str, Field]:
    """Return the stored predictions of a run by position; empty when there are none, or none that can be read."""
    root = run / "predictions.ome.zarr"
    if not root.is_dir():
        return {}
    try:
        return {position: Field(path, read_layout(path)) for position, path in list_images(root).items()}
    except (LivecellError, OSError, ValueError, KeyError):
        return {}

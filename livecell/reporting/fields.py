"""What the stored volumes and labels of one position look like at a few timepoints."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livecell.errors import LivecellError
from livecell.reporting.planes import SHOWN_PIXELS, fullest_plane, shrink, shrink_labels
from livecell.store import ImageLayout, Location, has_volume, list_images, list_labels, read_layout, read_volume

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Glimpse:
    """One structure at one timepoint: the (y, x) plane of that index, its labels, and the maximum along z."""

    frame: int
    index: int
    plane: NDArray[np.floating]
    labels: NDArray[np.integer] | None
    projection: NDArray[np.floating]


@dataclass(frozen=True)
class Field:
    """What is stored of one position: predictions with labels, or labels alone (`predicted` is then False).

    `projections` is the image of the maximum projections, for a field of labels that has them.
    """

    image: Location
    layout: ImageLayout
    predicted: bool = True
    projections: Location | None = None

    @property
    def structures(self) -> tuple[str, ...]:
        """Names of the structures that are stored."""
        if self.predicted:
            return tuple(channel.name for channel in self.layout.channels)
        return tuple(sorted(list_labels(self.image)))

    @property
    def extent_um(self) -> tuple[float, float]:
        """(y, x) size of the field of view; NaN along axes whose sampling is unknown."""
        sampling = self.layout.sampling
        *_, n_y, n_x = self.layout.shape
        return n_y * (sampling.y_um or math.nan), n_x * (sampling.x_um or math.nan)

    @property
    def aspect(self) -> float:
        """Width over height of a plane, in micrometres where these are known."""
        y_um, x_um = self.extent_um
        *_, n_y, n_x = self.layout.shape
        return n_x / n_y if math.isnan(x_um / y_um) else x_um / y_um

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
        labels = {frame: self._labels(structure, frame) for frame in frames}
        found = [volume for volume in labels.values() if volume is not None]
        plane = fullest_plane(found, self.layout.shape[2])
        return tuple(self._glimpse(structure, frame, plane, volume) for frame, volume in labels.items())

    def _glimpse(self, structure: str, frame: int, plane: int, labels: NDArray[np.integer] | None) -> Glimpse:
        volume = self._volume(structure, frame) if self.predicted else np.asarray(labels) > 0
        return Glimpse(
            frame=frame,
            index=plane,
            plane=shrink(volume[plane]),
            labels=None if labels is None else shrink_labels(labels[plane]),
            projection=shrink(np.fmax.reduce(self._projected(structure, frame, volume), axis=0)),
        )

    def _projected(self, structure: str, frame: int, volume: NDArray[Any]) -> NDArray[Any]:
        """The volume, or in its place the one plane of its stored projection."""
        if self.projections is None:
            return volume
        names = [channel.name for channel in self.layout.channels]
        return read_volume(self.projections, frame, names.index(structure), self.level)

    def _volume(self, structure: str, frame: int) -> NDArray[np.floating]:
        return read_volume(self.image, frame, self.structures.index(structure), self.level)

    def _labels(self, structure: str, frame: int) -> NDArray[np.integer] | None:
        path = self.image / "labels" / structure
        return read_volume(path, frame, 0, self.level) if path.is_dir() and has_volume(path, frame) else None

    def _nearest(self, target: int, total: int) -> int | None:
        by_distance = sorted(range(total), key=lambda frame: abs(frame - target))
        return next((frame for frame in by_distance if self._complete(frame)), None)

    def _complete(self, frame: int) -> bool:
        if self.predicted:
            return all(has_volume(self.image, frame, channel) for channel in range(self.layout.shape[1]))
        return all(has_volume(self.image / "labels" / name, frame) for name in self.structures)


def open_fields(run: Path, *, volumes: bool = True) -> dict[str, Field]:
    """Return what is stored of each position; empty when there is nothing, or nothing that can be read.

    Parameters
    ----------
    volumes : whether predicted volumes stay in the run; if not, their labels are shown, and their projections if any.
    """
    for name, predicted in (("predictions.ome.zarr", volumes), ("labels.ome.zarr", False)):
        # A file stands for images that lie elsewhere.
        if (run / name).exists():
            projections = run / "projections.ome.zarr"
            return _open(run / name, predicted, projections if not volumes and projections.exists() else None)
    return {}


def _open(root: Path, predicted: bool, projections: Path | None) -> dict[str, Field]:
    try:
        images = list_images(root)
        beside = {} if projections is None else list_images(projections)
        return {
            position: Field(path, read_layout(path), predicted, beside.get(position))
            for position, path in images.items()
        }
    except (LivecellError, OSError, ValueError, KeyError) as error:
        _LOG.warning("the report shows no pictures: %s", error)
        return {}

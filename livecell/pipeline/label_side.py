"""Images of labels as one side of a comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from livecell.errors import AcquisitionError
from livecell.pipeline.bare_side import BareSide

_ALIKE = 0.7
"""Share of neighbours within objects that have the same value: nearly all in labels, few where there is noise."""


@dataclass(frozen=True)
class LabelSide(BareSide):
    """Images whose values number the objects, 0 where there is none: one structure per channel."""

    path: Path
    movies: Mapping[str, xr.DataArray]

    @property
    def positions(self) -> tuple[str, ...]:
        """Fields of view."""
        return tuple(self.movies)

    @property
    def structures(self) -> tuple[str, ...]:
        """Names of the channels."""
        return tuple(str(name) for name in next(iter(self.movies.values())).coords["c"].values)

    def labels(self, structure: str, position: str) -> xr.DataArray | None:
        """Return the labels (t, z, y, x)."""
        return self.movies[position].sel(c=structure, drop=True)

    def markers(self, structure: str, position: str) -> xr.DataArray | None:
        """Return the labels (t, z, y, x) of the objects."""
        return self.labels(structure, position)


def label_side(path: Path, movies: Mapping[str, xr.DataArray]) -> LabelSide:
    """Return images (t, c, z, y, x) as labels; AcquisitionError where their values are no whole numbers."""
    for movie in movies.values():
        if movie.dtype.kind not in "biu":
            raise AcquisitionError(
                path,
                expected="labels, as whole numbers",
                found=str(movie.dtype),
                hint="leave out --labels, or segment the image first: livecell segment IMAGE -o RUN --structure NAME",
            )
    return LabelSide(path, movies)


def look_like_labels(volume: NDArray[np.float64]) -> bool:
    """Say whether a volume (z, y, x) holds whole numbers that neighbours share, as labels of several objects do."""
    objects = volume[volume != 0]
    if not objects.size or not np.array_equal(objects, np.rint(objects)) or objects.min() < 0:
        return False
    left, right = volume[..., :-1], volume[..., 1:]
    inside = (left != 0) & (right != 0)
    return objects.max() > objects.min() and bool(inside.any() and (left == right)[inside].mean() > _ALIKE)

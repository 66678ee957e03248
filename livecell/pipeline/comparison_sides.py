"""What can be compared: run folders, OME-Zarr, TIFFs, folders of the Cell Tracking Challenge, each by structure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import xarray as xr

from livecell import store
from livecell.acquisition import Acquisition, open_acquisition
from livecell.axes import Sampling
from livecell.config.acquisition import AcquisitionSettings
from livecell.config.evaluate import EvaluateSettings
from livecell.errors import AcquisitionError, MissingPathError
from livecell.pipeline.bare_side import BareSide
from livecell.pipeline.ctc_side import CtcSide, open_ctc_side
from livecell.pipeline.label_side import LabelSide, label_side
from livecell.pipeline.run_side import RunSide, open_run_side


@dataclass(frozen=True)
class ImageSide(BareSide):
    """Images without a run: one structure per channel."""

    path: Path
    movies: Mapping[str, xr.DataArray]
    images: Mapping[str, store.Location]

    @property
    def positions(self) -> tuple[str, ...]:
        """Fields of view."""
        return tuple(self.movies)

    @property
    def structures(self) -> tuple[str, ...]:
        """Names of the channels."""
        return tuple(str(name) for name in next(iter(self.movies.values())).coords["c"].values)

    def volumes(self, position: str) -> xr.DataArray | None:
        """Return the volumes (t, c, z, y, x)."""
        return self.movies[position]

    def labels(self, structure: str, position: str) -> xr.DataArray | None:
        """Return the labels (t, z, y, x) below an OME-Zarr image; None where there are none."""
        path = self.images.get(position)
        if path is None or not (path / "labels" / structure).is_dir():
            return None
        return store.open_labels(path, structure)

    def markers(self, structure: str, position: str) -> xr.DataArray | None:
        """Return the labels (t, z, y, x) of the objects."""
        return self.labels(structure, position)


Side = RunSide | ImageSide | CtcSide | LabelSide


def open_side(path: str | Path, settings: EvaluateSettings | None = None) -> Side:
    """Open a run folder, an OME-Zarr, a folder of the Cell Tracking Challenge or whatever `open_acquisition` reads.

    The settings say the axes and the voxel size of images that do not, and whether images hold labels.

    Raises MissingPathError where there is nothing, AcquisitionError or RunFolderError where it cannot be read.
    """
    settings = settings or EvaluateSettings()
    path = Path(path)
    if not path.exists():
        raise MissingPathError(path, expected="a run folder or images", found="nothing there", hint="check the path")
    if (path / "run.json").is_file():
        return open_run_side(path)
    if path.is_dir() and any((path / name).is_file() for name in ("zarr.json", ".zgroup", ".zattrs")):
        images = store.list_images(path)
        movies = {name: store.open_image(image) for name, image in images.items()}
        holds_labels = settings.labels and not any((image / "labels").is_dir() for image in images.values())
        return _image_side(path, movies, images, settings, holds_labels)
    if (challenge := open_ctc_side(path)) is not None:
        return challenge
    acquisition = _open_images(path, settings.axes)
    movies = {name: acquisition.movie(name) for name in acquisition.positions}
    return _image_side(path, movies, {}, settings, settings.labels)


def _image_side(
    path: Path,
    movies: Mapping[str, xr.DataArray],
    images: Mapping[str, store.Location],
    settings: EvaluateSettings,
    holds_labels: bool,
) -> ImageSide | LabelSide:
    movies = {name: _sized(movie, settings.voxel_size_um) for name, movie in movies.items()}
    return label_side(path, movies) if holds_labels else ImageSide(path, movies, images)


def _open_images(path: Path, axes: str | None) -> Acquisition:
    """Open images; `axes` are for those that do not say them, as one side may and the other may not."""
    try:
        return open_acquisition(path)
    except AcquisitionError:
        if axes is None:
            raise
    return open_acquisition(path, AcquisitionSettings(axes=axes))


def _sized(movie: xr.DataArray, voxel_size_um: tuple[float, float, float] | None) -> xr.DataArray:
    """Return the movie with the voxel size where it does not say its own."""
    if voxel_size_um is None or not (unknown := (said := sampling_of(movie)).missing()):
        return movie
    given = dict(zip(("z_um", "y_um", "x_um"), voxel_size_um, strict=True))
    return movie.assign_attrs(sampling=replace(said, **{axis: given[axis] for axis in unknown}))


def sampling_of(volumes: xr.DataArray) -> Sampling:
    """Return the sampling of volumes; unknown along all axes where they do not say it."""
    found: Any = volumes.attrs.get("sampling")
    return found if isinstance(found, Sampling) else Sampling()


def open_mask(path: str | Path, settings: EvaluateSettings) -> xr.DataArray:
    """Return the first channel of an image as (t, z, y, x); what is not 0 counts.

    Raises AcquisitionError when it has several positions.
    """
    side = open_side(path, settings.model_copy(update={"labels": False}))
    if len(side.positions) != 1 or (volumes := side.volumes(side.positions[0])) is None:
        raise AcquisitionError(
            path, expected="one image", found=f"{len(side.positions)} positions", hint="give the mask of one position"
        )
    return volumes.isel(c=0, drop=True)

"""OME-Zarr 0.4 and 0.5: images, plates and collections."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from livecell import store
from livecell.acquisition.recording import Recording
from livecell.errors import AcquisitionError, LivecellError


@dataclass(frozen=True, eq=False)
class ZarrVolumes:
    """Volumes of one OME-Zarr image."""

    path: store.Location

    def read(self, t: int, c: int) -> NDArray[Any]:
        """Return the volume (z, y, x); AcquisitionError if a chunk cannot be read."""
        try:
            # In this thread: within a worker, dask would hand the volume to the cluster.
            volume: NDArray[Any] = store.open_image(self.path)[t, c].data.compute(scheduler="synchronous")
        except LivecellError:
            raise
        except (OSError, ValueError, RuntimeError) as error:
            raise AcquisitionError(
                f"{self.path} frame {t}", expected="readable chunks", found=str(error), hint="copy the image again"
            ) from error
        return volume

    def frame_identity(self, t: int) -> str:
        """Digest of the chunk files of timepoint t."""
        return self._files.identity(t)

    def pieces(self, t: int, c: int) -> tuple[str, ...]:
        """Return the name of the volume, the only piece it is made of."""
        return (volume_name(self.path, t, c),)

    @cached_property
    def _files(self) -> store.TimepointFiles:
        return store.TimepointFiles.of(self.path)


def volume_name(image: store.Location, t: int, c: int) -> str:
    """Return the name of one volume of an image, among the pieces of an acquisition."""
    return f"{image}@{t},{c}"


def is_ome_zarr(path: store.Location) -> bool:
    """Whether a folder has the metadata file of a Zarr group."""
    return any((path / name).is_file() for name in ("zarr.json", ".zattrs", ".zgroup"))


def read_ome_zarr(path: store.Location) -> tuple[str, tuple[Recording, ...]]:
    """Return the kind of an OME-Zarr and its fields of view.

    Raises AcquisitionError when the folder is no OME-Zarr.
    """
    recordings = tuple(_recording(position, image) for position, image in store.list_images(path).items())
    return f"ome-zarr {'0.5' if (path / 'zarr.json').is_file() else '0.4'}", recordings


def _recording(position: str, path: store.Location) -> Recording:
    movie = store.open_image(path)
    t, c, z, y, x = movie.shape
    present = np.repeat(np.array(store.present_timepoints(path), dtype=bool)[:, None], c, axis=1)
    return Recording(
        position=position,
        shape=(t, c, z, y, x),
        dtype=str(movie.dtype),
        channels=_names(movie),
        sampling=movie.attrs["sampling"],
        present=present,
        source=ZarrVolumes(path),
        has_z="z" in movie.attrs["stored_axes"],
    )


def _names(movie: xr.DataArray) -> tuple[str, ...]:
    return tuple(str(name) for name in movie.coords["c"].values)

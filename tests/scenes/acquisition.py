"""One small movie in every format that microscopes and their programs write."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.sax.saxutils import quoteattr

import numpy as np
import tifffile
from numpy.typing import NDArray

from livecell.axes import Sampling
from livecell.store import Channel
from tests.scenes.store import write_image, write_ome_zarr_04

SAMPLING = Sampling(z_um=0.5, y_um=0.25, x_um=0.125, interval_s=30.0)
CHANNELS = ("Brightfield", "DNA")
_OME = "http://www.openmicroscopy.org/Schemas/OME/2016-06"
_OME_TYPES = {"float32": "float", "float64": "double"}


def random_movie(shape: tuple[int, ...] = (4, 2, 3, 16, 20), dtype: str = "uint16") -> NDArray[Any]:
    """Voxels (t, c, z, y, x) that are all different from one another, none of them zero, in no order."""
    values = np.random.default_rng(7).permutation(int(np.prod(shape))) + 1
    return values.reshape(shape).astype(dtype)


def write_ome_tiff(
    path: Path, movie: NDArray[Any], sampling: Sampling = SAMPLING, channels: Sequence[str] = CHANNELS, **options: Any
) -> Path:
    """One OME-TIFF (tifffile's) of a movie (t, c, z, y, x); options as of tifffile."""
    metadata: dict[str, Any] = {"axes": "TCZYX", "Channel": {"Name": list(channels)}}
    named = {"PhysicalSizeZ": sampling.z_um, "PhysicalSizeY": sampling.y_um, "PhysicalSizeX": sampling.x_um}
    named["TimeIncrement"] = sampling.interval_s
    metadata |= {name: value for name, value in named.items() if value is not None}
    tifffile.imwrite(path, movie, ome=True, metadata=metadata, photometric="minisblack", **options)
    return path


@dataclass(frozen=True)
class OmePixels:
    """A Pixels element; `planes` and `data` are XML of its own (Plane, TiffData)."""

    movie: NDArray[Any]
    order: str = "XYZCT"
    attributes: str = ""
    channels: Sequence[str] = CHANNELS
    data: str = "<TiffData/>"
    planes: str = ""

    def xml(self, number: int = 0) -> str:
        """The Image element around it."""
        sizes = " ".join(f'Size{axis}="{n}"' for axis, n in zip("TCZYX", self.movie.shape, strict=True))
        kind = _OME_TYPES.get(self.movie.dtype.name, self.movie.dtype.name)
        channels = "".join(f"<Channel ID='Channel:{i}' Name={quoteattr(n)}/>" for i, n in enumerate(self.channels))
        return (
            f'<Image ID="Image:{number}"><Pixels ID="Pixels:{number}" DimensionOrder="{self.order}" Type="{kind}" '
            f"{sizes} {self.attributes}>{channels}{self.data}{self.planes}</Pixels></Image>"
        )


def ome_xml(*images: OmePixels, uuid: str = "", more: str = "") -> str:
    """An OME-XML document; `more` is XML before its images."""
    elements = "".join(image.xml(number) for number, image in enumerate(images))
    return f'<?xml version="1.0" encoding="UTF-8"?><OME xmlns="{_OME}" UUID="{uuid}">{more}{elements}</OME>'


def calibration_attributes(sampling: Sampling) -> str:
    """Sampling as attributes of Pixels, in nanometres and milliseconds."""
    steps = {"PhysicalSizeZ": sampling.z_um, "PhysicalSizeY": sampling.y_um, "PhysicalSizeX": sampling.x_um}
    named = [f'{name}="{step * 1000}" {name}Unit="nm"' for name, step in steps.items() if step is not None]
    if sampling.interval_s is not None:
        named.append(f'TimeIncrement="{sampling.interval_s * 1000}" TimeIncrementUnit="ms"')
    return " ".join(named)


def write_pages(path: Path, pages: NDArray[Any], description: str, **options: Any) -> Path:
    """A TIFF of pages (n, y, x) whose first has the description."""
    tifffile.imwrite(path, pages, description=description.encode(), metadata=None, photometric="minisblack", **options)
    return path


def write_ome_tiff_set(
    folder: Path,
    movie: NDArray[Any],
    sampling: Sampling = SAMPLING,
    channels: Sequence[str] = CHANNELS,
    missing: Collection[int] = (),
) -> Path:
    """One OME-TIFF per timepoint, each with the metadata of the whole set; returns the first file there is."""
    folder.mkdir(parents=True, exist_ok=True)
    t, c, z = movie.shape[:3]
    data = "".join(
        f'<TiffData IFD="0" FirstT="{frame}" PlaneCount="{c * z}"><UUID FileName="set_{frame}.ome.tif">{_urn(frame)}'
        "</UUID></TiffData>"
        for frame in range(t)
    )
    image = OmePixels(movie, "XYZCT", calibration_attributes(sampling), channels, data)
    there = [frame for frame in range(t) if frame not in missing]
    for frame in there:
        pages = movie[frame].reshape(-1, *movie.shape[3:])
        write_pages(folder / f"set_{frame}.ome.tif", pages, ome_xml(image, uuid=_urn(frame)))
    return folder / f"set_{there[0]}.ome.tif"


def _urn(number: int) -> str:
    return f"urn:uuid:{UUID(int=number + 1)}"


def write_imagej(
    path: Path, movie: NDArray[Any], sampling: Sampling = SAMPLING, channels: Sequence[str] = CHANNELS, **options: Any
) -> Path:
    """An ImageJ hyperstack of a movie (t, c, z, y, x)."""
    stored = movie.swapaxes(1, 2)
    metadata: dict[str, Any] = {
        "axes": "TZCYX",
        "unit": "\\u00B5m",
        "Labels": [*channels] * (len(movie) * len(stored[0])),
    }
    named = {"spacing": sampling.z_um, "finterval": sampling.interval_s}
    metadata |= {name: value for name, value in named.items() if value is not None}
    if sampling.y_um and sampling.x_um:
        options["resolution"] = (1 / sampling.x_um, 1 / sampling.y_um)
    tifffile.imwrite(path, stored, imagej=True, metadata=metadata, **options)
    return path


def write_tiff_folder(
    folder: Path,
    pattern: str,
    movie: NDArray[Any],
    sampling: Sampling = SAMPLING,
    channels: Sequence[str] = CHANNELS,
    missing: Collection[int] = (),
    first: int = 0,
) -> Path:
    """ImageJ files named by a pattern of {t}, {z}, {c}; what it does not name lies within the files."""
    frames = [t for t in range(len(movie)) if t not in missing] if "{t" in pattern else [0]
    for t in frames:
        for c, z in np.ndindex(movie.shape[1:3]):
            if (c and "{c" not in pattern) or (z and "{z" not in pattern):
                continue
            here = (
                slice(t, t + 1) if "{t" in pattern else slice(None),
                slice(c, c + 1) if "{c" in pattern else slice(None),
                slice(z, z + 1) if "{z" in pattern else slice(None),
            )
            path = folder / pattern.format(t=t + first, z=z, c=channels[c])
            path.parent.mkdir(parents=True, exist_ok=True)
            write_imagej(path, movie[here], sampling, channels[here[1]])
    return folder


def write_ome_zarr(
    path: Path,
    movie: NDArray[Any],
    sampling: Sampling = SAMPLING,
    channels: Sequence[str] = CHANNELS,
    version: str = "0.5",
    missing: Collection[int] = (),
) -> Path:
    """An OME-Zarr of version 0.4 or 0.5."""
    if version == "0.4":
        size, interval_s = sampling.voxel_size_um, sampling.interval_s
        return write_ome_zarr_04(path, movie, size, interval_s, channels, missing=missing)
    named = tuple(Channel(name) for name in channels)
    return write_image(path, movie, missing, sampling=sampling, channels=named, levels=1)


def cut_off(path: Path, kept: float) -> Path:
    """Keep only the first part of a file."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    return path

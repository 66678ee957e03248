"""What a TIFF file says about its own stack of pages, whichever program wrote it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from livecell.acquisition.imagej import imagej_channels, imagej_sampling, imagej_stack
from livecell.acquisition.ome_xml import parse_ome
from livecell.acquisition.tiff_header import TiffHeader
from livecell.acquisition.tiff_index import index_tiff
from livecell.acquisition.units import length_um
from livecell.axes import Sampling


@dataclass(frozen=True)
class StackMetadata:
    """Axes and sizes of the pages, slowest first, and their calibration.

    Parameters
    ----------
    axes : letters t, c, z; '?' for an axis without a name.
    channels : names, as many as there are channels; empty where the file has none.
    names_z : whether the file itself speaks of z, be it of size 1.
    """

    axes: str
    sizes: tuple[int, ...]
    sampling: Sampling
    channels: tuple[str, ...]
    names_z: bool


def describe_stack(path: Path, header: TiffHeader) -> StackMetadata:
    """Return what the file says about its own pages.

    Raises AcquisitionError when its OME-XML is damaged.
    """
    if header.ome_xml is not None:
        return _of_ome(path, header.ome_xml)
    if header.imagej is not None:
        axes, sizes = imagej_stack(header.imagej)
        channels = imagej_channels(header, dict(zip(axes, sizes, strict=True)).get("c", 1))
        return StackMetadata(axes, sizes, imagej_sampling(header), channels, "slices" in header.imagej)
    if header.stated is not None and header.stated[1][-2:] == header.plane:
        axes, sizes = header.stated[0][:-2], header.stated[1][:-2]
        return StackMetadata(axes, sizes, _resolution(header), (), "z" in axes)
    return StackMetadata("?", _pages(path), _resolution(header), (), False)


def channel_names(known: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Return the known names if they are as many as the channels, else numbers."""
    return known if len(known) == count else tuple(str(number) for number in range(count))


def _of_ome(path: Path, xml: str) -> StackMetadata:
    """Describe one file of many, each with metadata of its own; those of a whole set do not tell its axes."""
    images = parse_ome(path, xml).images
    if not images:
        return StackMetadata("?", _pages(path), Sampling(), (), False)
    sizes = tuple(images[0].sizes[axis] for axis in images[0].page_axes)
    own = len(images) == 1 and (math.prod(sizes),) == _pages(path)
    axes, sizes = (images[0].page_axes, sizes) if own else ("?", _pages(path))
    return StackMetadata(axes, sizes, images[0].sampling, images[0].channels, own)


def _pages(path: Path) -> tuple[int]:
    return (len(index_tiff(path).directories),)


def _resolution(header: TiffHeader) -> Sampling:
    # Inches are left out: programs that know nothing of a scale write 72 pixels per inch.
    if header.pixels_per_unit is None or header.resolution_unit != "cm":
        return Sampling()
    y_um, x_um = (length_um(1 / per_cm, "cm") for per_cm in header.pixels_per_unit)
    return Sampling(y_um=y_um, x_um=x_um)

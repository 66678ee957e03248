"""One TIFF file without OME-XML: an ImageJ hyperstack, or a plain stack of pages."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from livecell.acquisition.imagej import imagej_channels, imagej_sampling, imagej_stack
from livecell.acquisition.page_order import arrange, rename_axes
from livecell.acquisition.recording import Recording
from livecell.acquisition.tiff_header import TiffHeader
from livecell.acquisition.tiff_index import index_tiff
from livecell.acquisition.tiff_planes import RawStack, TiffPlanes
from livecell.acquisition.units import length_um
from livecell.axes import Sampling
from livecell.config.acquisition import AcquisitionSettings


def read_single_tiff(path: Path, header: TiffHeader, settings: AcquisitionSettings) -> tuple[Recording, ...]:
    """Open a TIFF file as one field of view.

    Raises AcquisitionError when it is not said, by file or settings, along which axes the pages are stacked.
    """
    axes, sizes = rename_axes(path, *page_axes(path, header), settings.axes)
    page_of = arrange(axes, sizes)
    planes = TiffPlanes(
        root=path.parent,
        files=(path.name,),
        file_of=np.zeros_like(page_of),
        page_of=page_of,
        plane=header.plane,
        dtype=header.dtype,
        raw=_raw_stack(path, header, page_of.size),
    )
    t, c, z = page_of.shape
    recording = Recording(
        position="0",
        shape=(t, c, z, *header.plane),
        dtype=header.dtype,
        channels=imagej_channels(header, c),
        sampling=header_sampling(header),
        present=planes.present,
        source=planes,
        has_z="z" in axes and (z > 1 or settings.axes is not None or _names_z(header)),
    )
    return (recording,)


def page_axes(path: Path, header: TiffHeader) -> tuple[str, tuple[int, ...]]:
    """Return the axes and sizes along which pages are stacked, slowest first; '?' for an axis without a name."""
    if header.imagej is not None:
        return imagej_stack(header.imagej)
    if header.stated is not None and header.stated[1][-2:] == header.plane:
        axes, sizes = header.stated
        return axes[:-2], sizes[:-2]
    return "?", (len(index_tiff(path).directories),)


def header_sampling(header: TiffHeader) -> Sampling:
    """Return what the header says about the voxel size and the interval."""
    if header.imagej is not None:
        return imagej_sampling(header)
    # Inches are left out: programs that know nothing of a scale write 72 pixels per inch.
    if header.pixels_per_unit is None or header.resolution_unit != "cm":
        return Sampling()
    y_um, x_um = (length_um(1 / per_cm, "cm") for per_cm in header.pixels_per_unit)
    return Sampling(y_um=y_um, x_um=x_um)


def _names_z(header: TiffHeader) -> bool:
    return "slices" in (header.imagej or ()) or (header.stated is not None and "z" in header.stated[0])


def _raw_stack(path: Path, header: TiffHeader, planes: int) -> RawStack | None:
    """Return where the pages lie when the file has a directory for the first only."""
    if len(index_tiff(path).directories) > 1 or planes == 1 or header.raw_offset is None:
        return None
    stated = header.imagej is not None or (header.stated is not None and math.prod(header.stated[1][:-2]) > 1)
    return RawStack(header.raw_offset, header.byte_order) if stated else None

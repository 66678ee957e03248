"""One TIFF file without OME-XML: an ImageJ hyperstack, or a plain stack of pages."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from livecell.acquisition.page_order import arrange, rename_axes
from livecell.acquisition.recording import Recording
from livecell.acquisition.stack_metadata import channel_names, describe_stack
from livecell.acquisition.tiff_header import TiffHeader
from livecell.acquisition.tiff_index import index_tiff, require_end
from livecell.acquisition.tiff_planes import RawStack, TiffPlanes
from livecell.config.acquisition import AcquisitionSettings


def read_single_tiff(path: Path, header: TiffHeader, settings: AcquisitionSettings) -> tuple[Recording, ...]:
    """Open a TIFF file as one field of view.

    Raises AcquisitionError when it is not said, by file or settings, along which axes the pages are stacked, or the
    file was cut off.
    """
    said = describe_stack(path, header)
    require_end(path, named="?" not in said.axes or settings.axes is not None)
    axes, sizes = rename_axes(path, said.axes, said.sizes, settings.axes)
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
        channels=channel_names(said.channels, c),
        sampling=said.sampling,
        present=planes.present,
        source=planes,
        has_z="z" in settings.axes if settings.axes is not None else z > 1 or said.names_z,
    )
    return (recording,)


def _raw_stack(path: Path, header: TiffHeader, planes: int) -> RawStack | None:
    """Return where the pages lie when the file has a directory for the first only, and knows of more."""
    if len(index_tiff(path).directories) > 1 or planes == 1 or header.raw_offset is None:
        return None
    return RawStack(header.raw_offset, header.byte_order)

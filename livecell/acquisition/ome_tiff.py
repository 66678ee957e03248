"""OME-TIFF, in one file or many that refer to each other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from livecell.acquisition.acquisition_times import fill_times, median_interval_s
from livecell.acquisition.ome_xml import OmeDocument, OmeImage, PlaneBlock, parse_ome
from livecell.acquisition.page_order import STACK, arrange, rename_axes
from livecell.acquisition.recording import Recording
from livecell.acquisition.stack_metadata import channel_names
from livecell.acquisition.tiff_header import read_header
from livecell.acquisition.tiff_index import require_end
from livecell.acquisition.tiff_planes import TiffPlanes
from livecell.config.acquisition import AcquisitionSettings
from livecell.errors import AcquisitionError, MissingPathError


def read_ome_tiff(path: Path, xml: str, settings: AcquisitionSettings) -> tuple[Recording, ...]:
    """Open every image of the OME-XML found in a TIFF or companion file.

    Raises AcquisitionError when the XML is damaged, MissingPathError when the file that has the metadata is absent.
    """
    path, document = _document(path, xml)
    return tuple(_recording(path, document, image, settings) for image in document.images)


def files_of_set(path: Path, xml: str) -> set[str]:
    """Return the names of the files that a multi-file OME-TIFF is made of, its own included."""
    path, document = _document(path, xml)
    blocks = (block for image in document.images for block in image.blocks)
    return {path.name} | {_file_name(path, document, block) for block in blocks}


def _document(path: Path, xml: str) -> tuple[Path, OmeDocument]:
    document = parse_ome(path, xml)
    if document.metadata_file is None:
        return path, document
    target = path.parent / PurePosixPath(document.metadata_file).name
    if not target.is_file():
        raise MissingPathError(
            target, expected="the metadata of this OME-TIFF set", found="no such file", hint="copy it beside the others"
        )
    companion = target.suffix == ".ome"
    text = target.read_text(encoding="utf-8") if companion else read_header(target).ome_xml
    document = parse_ome(target, text or "")
    if document.metadata_file is not None:
        raise AcquisitionError(target, expected="metadata", found="another reference", hint="export the set again")
    return target, document


def _file_name(path: Path, document: OmeDocument, block: PlaneBlock) -> str:
    """Return the file that a block of planes lies in; a file that was renamed knows itself by its UUID."""
    if block.file_name is None or (block.file_uuid and block.file_uuid == document.uuid):
        return path.name
    return PurePosixPath(block.file_name).name


def _recording(path: Path, document: OmeDocument, image: OmeImage, settings: AcquisitionSettings) -> Recording:
    planes = _planes(path, document, image)
    planes = _renamed(path, planes, image, settings.axes)
    times_s = fill_times(image.times_s, planes.file_of.shape[0], image.sampling.interval_s)
    interval_s = image.sampling.interval_s or median_interval_s(times_s)
    t, c, z = planes.file_of.shape
    return Recording(
        position=image.name,
        shape=(t, c, z, *planes.plane),
        dtype=image.dtype,
        channels=channel_names(image.channels, c),
        sampling=replace(image.sampling, interval_s=interval_s),
        present=planes.present,
        source=planes,
        times_s=times_s,
    )


def _planes(path: Path, document: OmeDocument, image: OmeImage) -> TiffPlanes:
    sizes = [image.sizes[axis] for axis in image.page_axes]
    order = arrange(image.page_axes, sizes)
    file_of = np.full(order.shape, -1, dtype=np.int64)
    page_of = np.full(order.shape, -1, dtype=np.int64)
    files: dict[str, int] = {}
    for block in image.blocks or (PlaneBlock(None, None, 0, (0, 0, 0), None),):
        number = files.setdefault(_file_name(path, document, block), len(files))
        steps = _steps(path, order, block)
        file_of[steps >= 0] = number
        page_of[steps >= 0] = block.page + steps[steps >= 0]
    if tuple(files) == (path.name,):
        require_end(path, named=True)
    plane = (image.sizes["y"], image.sizes["x"])
    return TiffPlanes(path.parent, tuple(files), file_of, page_of, plane, image.dtype)


def _steps(path: Path, order: NDArray[np.int64], block: PlaneBlock) -> NDArray[np.int64]:
    """Return how many pages after the block's first each plane lies, (t, c, z); negative outside the block."""
    if any(first >= size for first, size in zip(block.first, order.shape, strict=True)):
        raise AcquisitionError(
            path, expected=f"planes within {order.shape}", found=f"plane {block.first}", hint="export the file again"
        )
    steps: NDArray[np.int64] = order - order[block.first]
    if block.count is not None:
        steps[steps >= block.count] = -1
    return steps


def _renamed(path: Path, planes: TiffPlanes, image: OmeImage, wanted: str | None) -> TiffPlanes:
    """Return the planes with their axes named as the user says, who knows better than the microscope."""
    if wanted is None:
        return planes
    sizes = [image.sizes[axis] for axis in image.page_axes]
    axes, long = rename_axes(path, image.page_axes, sizes, wanted)
    order = [STACK.index(axis) for axis in image.page_axes]
    places = arrange(axes, long)
    file_of, page_of = (table.transpose(order).ravel()[places] for table in (planes.file_of, planes.page_of))
    return replace(planes, file_of=file_of, page_of=page_of)

"""What the first page of a TIFF file says about the whole."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tifffile

from livecell.acquisition.tiff_index import index_tiff
from livecell.errors import AcquisitionError


@dataclass(frozen=True)
class TiffHeader:
    """First page of a TIFF file.

    Parameters
    ----------
    plane : shape of a page, (y, x).
    dtype : type its values are read as.
    raw_offset : byte at which uncompressed, contiguous image data begins, else None.
    byte_order : '<' or '>'.
    stated : axes and shape that tifffile wrote into the description, else None.
    pixels_per_unit : (y, x) of the resolution tags, else None.
    """

    plane: tuple[int, int]
    dtype: str
    byte_order: str
    raw_offset: int | None
    ome_xml: str | None
    imagej: Mapping[str, Any] | None
    stated: tuple[str, tuple[int, ...]] | None
    pixels_per_unit: tuple[float, float] | None
    resolution_unit: str


def read_header(path: Path) -> TiffHeader:
    """Read the first page of a TIFF file.

    Raises AcquisitionError when the file is damaged or its pages are not greyscale.
    """
    index_tiff(path)
    with open_tiff(path) as tif:
        page = tif.pages[0]
        if page.samplesperpixel != 1:
            found = f"{page.samplesperpixel} samples per pixel"
            raise AcquisitionError(path, expected="greyscale pages", found=found, hint="split the colours first")
        return TiffHeader(
            plane=(int(page.imagelength), int(page.imagewidth)),
            dtype=stored_type(page),
            byte_order=tif.byteorder,
            raw_offset=int(page.dataoffsets[0]) if page.is_contiguous else None,
            ome_xml=tif.ome_metadata if tif.is_ome else None,
            imagej=tif.imagej_metadata if tif.is_imagej else None,
            stated=_stated(tif),
            pixels_per_unit=_pixels_per_unit(page),
            resolution_unit=_resolution_unit(page),
        )


def stored_type(page: Any) -> str:
    """Return the type that the values of a page are read as: masks of one bit as numbers 0 and 1."""
    return "uint8" if page.dtype == bool else str(page.dtype)


@contextmanager
def open_tiff(path: Path) -> Iterator[Any]:
    """Open a file with tifffile, which stays silent; whatever its parser or decoders raise becomes AcquisitionError."""
    silent = _silent.set(True)
    try:
        with tifffile.TiffFile(path) as tif:
            yield tif
    except AcquisitionError:
        raise
    except Exception as error:  # tifffile and the codecs raise errors of many kinds on damaged data
        hint = "install imagecodecs" if "imagecodecs" in str(error) else "copy or export the file again"
        raise AcquisitionError(path, expected="readable image data", found=str(error), hint=hint) from error
    finally:
        _silent.reset(silent)


_silent: ContextVar[bool] = ContextVar("silent", default=False)


def _may_log(_record: logging.LogRecord) -> bool:
    return not _silent.get()


# A filter, not a level: what other code does with tifffile in the same process is still logged.
logging.getLogger("tifffile").addFilter(_may_log)


def _stated(tif: Any) -> tuple[str, tuple[int, ...]] | None:
    """Return lower-case axes and shape of the first series that tifffile described, '?' for an unnamed axis."""
    metadata = tif.shaped_metadata if tif.is_shaped else None
    if not metadata or "shape" not in metadata[0]:
        return None
    shape = tuple(int(n) for n in metadata[0]["shape"])
    axes = str(metadata[0].get("axes", "")).lower() or "?" * (len(shape) - 2) + "yx"
    return (axes, shape) if len(axes) == len(shape) else None


def _pixels_per_unit(page: Any) -> tuple[float, float] | None:
    values = []
    for name in ("YResolution", "XResolution"):
        tag = page.tags.get(name)
        numerator, denominator = tag.value if tag is not None else (0, 0)
        if not numerator or not denominator:
            return None
        values.append(numerator / denominator)
    return (values[0], values[1])


def _resolution_unit(page: Any) -> str:
    tag = page.tags.get("ResolutionUnit")
    return {2: "inch", 3: "cm"}.get(int(tag.value) if tag is not None else 1, "")

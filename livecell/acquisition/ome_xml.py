"""The OME-XML of an OME-TIFF: images, where their planes lie, and their calibration."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from livecell.acquisition.units import duration_s, length_um, seconds_per
from livecell.axes import Sampling
from livecell.errors import AcquisitionError

_DTYPES = {
    "int8": "int8", "int16": "int16", "int32": "int32", "uint8": "uint8", "uint16": "uint16", "uint32": "uint32",
    "float": "float32", "double": "float64", "bit": "uint8",
}  # fmt: skip


@dataclass(frozen=True)
class PlaneBlock:
    """Consecutive pages of one file (TiffData): planes from `first` (t, c, z) on; count None means all."""

    file_name: str | None
    file_uuid: str | None
    page: int
    first: tuple[int, int, int]
    count: int | None


@dataclass(frozen=True)
class OmeImage:
    """One Image element. page_axes are t, c, z, slowest first; times_s maps a timepoint to its DeltaT."""

    name: str
    sizes: dict[str, int]
    page_axes: str
    dtype: str
    channels: tuple[str, ...]
    sampling: Sampling
    times_s: dict[int, float]
    blocks: tuple[PlaneBlock, ...]


@dataclass(frozen=True)
class OmeDocument:
    """An OME-XML document; metadata_file is set when it only refers to the one that has the metadata."""

    uuid: str
    images: tuple[OmeImage, ...]
    metadata_file: str | None


def parse_ome(path: Path, xml: str) -> OmeDocument:
    """Parse the OME-XML found in a file; raises AcquisitionError when it is damaged or says too little."""
    try:
        root = ElementTree.fromstring(xml)
        binary_only = next(_children(root, "BinaryOnly"), None)
        images = () if binary_only is not None else tuple(_named_images(root))
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise AcquisitionError(
            path, expected="complete OME-XML", found=f"{type(error).__name__}: {error}", hint="export the file again"
        ) from error
    metadata_file = None if binary_only is None else binary_only.get("MetadataFile")
    return OmeDocument(root.get("UUID", ""), images, metadata_file)


def _children(element: Element, name: str) -> Iterator[Element]:
    """Yield children by local name: the namespace of OME-XML carries the year of its schema."""
    return (child for child in element if child.tag.rpartition("}")[2] == name)


def _named_images(root: Element) -> Iterator[OmeImage]:
    wells = _well_names(root)
    for number, image in enumerate(_children(root, "Image")):
        yield _image(image, wells.get(image.get("ID", ""), str(number)))


def _well_names(root: Element) -> dict[str, str]:
    """Return names such as A/1/0 by image id, for images that are fields of a plate."""
    names = {}
    for well in (well for plate in _children(root, "Plate") for well in _children(plate, "Well")):
        row, column = int(well.get("Row", 0)), int(well.get("Column", 0))
        for field, sample in enumerate(_children(well, "WellSample")):
            for reference in _children(sample, "ImageRef"):
                names[reference.get("ID", "")] = f"{_row_letters(row)}/{column + 1}/{field}"
    return names


def _row_letters(row: int) -> str:
    before, letter = divmod(row, 26)
    return (_row_letters(before - 1) if before else "") + chr(ord("A") + letter)


def _image(image: Element, name: str) -> OmeImage:
    pixels = next(_children(image, "Pixels"), None)
    if pixels is None:
        raise ValueError(f"no Pixels in {image.get('ID', 'an Image')}")
    return OmeImage(
        name=name,
        sizes=_sizes(pixels),
        page_axes=_page_axes(pixels),
        dtype=_DTYPES[pixels.attrib["Type"]],
        channels=_channel_names(pixels),
        sampling=_sampling(pixels),
        times_s=_times_s(list(_children(pixels, "Plane"))),
        blocks=tuple(_block(data) for data in _children(pixels, "TiffData")),
    )


def _sizes(pixels: Element) -> dict[str, int]:
    sizes = {axis: int(pixels.attrib[f"Size{axis.upper()}"]) for axis in "tczyx"}
    if min(sizes.values()) < 1:
        raise ValueError(f"sizes {sizes}")
    return sizes


def _page_axes(pixels: Element) -> str:
    """Return t, c, z from the slowest to the fastest; DimensionOrder begins with the fastest."""
    order = pixels.attrib["DimensionOrder"].lower()
    if order[:2] != "xy" or sorted(order[2:]) != ["c", "t", "z"]:
        raise ValueError(f"DimensionOrder {order}")
    return order[:1:-1]


def _channel_names(pixels: Element) -> tuple[str, ...]:
    channels = list(_children(pixels, "Channel"))
    if any(int(channel.get("SamplesPerPixel", 1)) > 1 for channel in channels):
        raise ValueError("colour images are not supported")
    names = [channel.get("Name") or channel.get("Fluor") or "" for channel in channels]
    names += [""] * (int(pixels.attrib["SizeC"]) - len(names))
    return tuple(name or str(number) for number, name in enumerate(names))


def _sampling(pixels: Element) -> Sampling:
    z_um, y_um, x_um = (
        length_um(_number(pixels.get(f"PhysicalSize{axis}")), pixels.get(f"PhysicalSize{axis}Unit", "µm"))
        for axis in "ZYX"
    )
    interval_s = duration_s(_number(pixels.get("TimeIncrement")), pixels.get("TimeIncrementUnit", "s"))
    return Sampling(z_um, y_um, x_um, interval_s)


def _times_s(planes: list[Element]) -> dict[int, float]:
    """Return the earliest DeltaT of each timepoint, in seconds."""
    times: dict[int, float] = {}
    for plane in planes:
        delta, factor = _number(plane.get("DeltaT")), seconds_per(plane.get("DeltaTUnit", "s"))
        if delta is not None and factor is not None:
            t = int(plane.attrib["TheT"])
            times[t] = min(times.get(t, delta * factor), delta * factor)
    return times


def _block(data: Element) -> PlaneBlock:
    reference = next(_children(data, "UUID"), None)
    count = data.get("PlaneCount")
    if count is None and "IFD" in data.attrib:
        count = "1"
    return PlaneBlock(
        file_name=reference.get("FileName") if reference is not None else None,
        file_uuid=(reference.text or "").strip() if reference is not None else None,
        page=int(data.get("IFD", 0)),
        first=(int(data.get("FirstT", 0)), int(data.get("FirstC", 0)), int(data.get("FirstZ", 0))),
        count=None if count is None else int(count),
    )


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "nan")
    except ValueError:
        return None
    return number if math.isfinite(number) else None

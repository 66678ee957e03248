"""Damaged OME-XML is an error that says where, never a fault of ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from livecell.acquisition.ome_xml import parse_ome
from livecell.errors import AcquisitionError
from tests.scenes.acquisition import OmePixels, ome_xml, random_movie

SOUND = ome_xml(OmePixels(random_movie()))

DAMAGES = {
    "order with a foreign letter": ('DimensionOrder="XYZCT"', 'DimensionOrder="XYZkT"'),
    "order with an axis twice": ('DimensionOrder="XYZCT"', 'DimensionOrder="XYZCZ"'),
    "order that begins with z": ('DimensionOrder="XYZCT"', 'DimensionOrder="ZXYCT"'),
    "size zero": ('SizeT="4"', 'SizeT="0"'),
    "negative size": ('SizeT="4"', 'SizeT="-4"'),
    "size in words": ('SizeT="4"', 'SizeT="four"'),
    "size not given": ('SizeT="4"', ""),
    "unknown type": ('Type="uint16"', 'Type="complex"'),
    "page in words": ("<TiffData/>", '<TiffData IFD="x"/>'),
    "cut off": ("</Image></OME>", "</Image>"),
    "image without pixels": ("Pixels", "Voxels"),
}


def test_the_sound_one_is_read() -> None:
    (image,) = parse_ome(Path("a.ome.tif"), SOUND).images
    assert image.sizes == {"t": 4, "c": 2, "z": 3, "y": 16, "x": 20}
    assert (image.page_axes, image.dtype, image.times_s) == ("tcz", "uint16", {})


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_metadata_is_one_clear_line(name: str) -> None:
    before, after = DAMAGES[name]
    assert before in SOUND
    with pytest.raises(AcquisitionError, match="complete OME-XML") as caught:
        parse_ome(Path("a.ome.tif"), SOUND.replace(before, after))
    assert "\n" not in str(caught.value)


def test_a_wrong_declaration_of_the_encoding_does_no_harm() -> None:
    xml = SOUND.replace("UTF-8", "UTF-3").replace('"DNA"', '"DNA µ"')
    assert parse_ome(Path("a.ome.tif"), xml).images[0].channels[1] == "DNA µ"


@pytest.mark.parametrize("time", ["nan", "inf", "soon"])
def test_times_that_are_no_numbers_are_unknown(time: str) -> None:
    planes = f'<Plane TheT="0" TheC="0" TheZ="0" DeltaT="1"/><Plane TheT="1" TheC="0" TheZ="0" DeltaT="{time}"/>'
    (image,) = parse_ome(Path("a.ome.tif"), ome_xml(OmePixels(random_movie(), planes=planes))).images
    assert image.times_s == {0: 1.0}

"""The chain of pages, against tifffile's own parser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from livecell.acquisition.tiff_index import index_tiff
from tests.scenes.acquisition import cut_off, random_movie

PAGES = random_movie((1, 1, 7, 16, 32))[0, 0]


@pytest.mark.parametrize(
    "options",
    [{}, {"bigtiff": True}, {"byteorder": ">"}, {"compression": "zlib"}, {"tile": (16, 16)}, {"rowsperstrip": 4}],
    ids=str,
)
def test_pages_lie_where_tifffile_finds_them(options: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, PAGES, **options)
    with tifffile.TiffFile(path) as tif:
        offsets = [page.offset for page in tif.pages]
    index = index_tiff(path)
    assert list(index.directories) == offsets
    assert index.complete.all()
    assert index.ended


def test_a_file_cut_off_keeps_its_complete_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, PAGES, compression="zlib")
    index_tiff(path)
    cut_off(path, 0.6)
    index = index_tiff(path)
    assert 0 < index.complete.sum() < 7
    assert not index.ended
    with tifffile.TiffFile(path) as tif:
        for number in np.flatnonzero(index.complete):
            np.testing.assert_array_equal(tif.pages[int(number)].asarray(), PAGES[number])


def test_a_chain_that_runs_in_a_circle_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, PAGES[0], metadata=None)
    data = bytearray(path.read_bytes())
    first = int.from_bytes(data[4:8], "little")
    count = int.from_bytes(data[first : first + 2], "little")
    data[first + 2 + 12 * count : first + 6 + 12 * count] = data[4:8]
    path.write_bytes(data)
    index = index_tiff(path)
    assert list(index.directories) == [first]
    assert not index.ended

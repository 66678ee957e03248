"""Names of structures that are given for sides with one channel."""

from __future__ import annotations

from pathlib import Path

import pytest

from livecell.pipeline.comparison_matches import match_structures
from livecell.pipeline.comparison_sides import Side, open_side
from tests.scenes.evaluation import truth, write_tiff, write_zarr


@pytest.fixture(scope="module")
def unnamed(tmp_path_factory: pytest.TempPathFactory) -> Side:
    return open_side(write_tiff(tmp_path_factory.mktemp("side") / "a.tif", truth()))


def test_a_slip_of_the_pen_is_noticed(unnamed: Side, caplog: pytest.LogCaptureFixture) -> None:
    [match] = match_structures(unnamed, unnamed, ("mitochondira",))
    assert match.name == "mitochondira"
    assert "mitochondira: livecell knows no such structure; did you mean mitochondria?" in caplog.text


@pytest.mark.parametrize("name", ["mitochondria", "Tom20", "lipid_droplets", "objects"])
def test_names_of_structures_and_own_names_are_no_slips(
    unnamed: Side, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert [match.name for match in match_structures(unnamed, unnamed, (name,))] == [name]
    assert not caplog.messages


def test_a_channel_may_be_called_anything(tmp_path: Path, unnamed: Side, caplog: pytest.LogCaptureFixture) -> None:
    odd = open_side(write_zarr(tmp_path / "a.zarr", {"mitochondira": truth()}))
    assert match_structures(odd, unnamed, ("mitochondira",))[0].name == "mitochondira"
    assert not caplog.messages

"""A piece has arrived once it is whole, has settled and can be read; and what has not arrived is not there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from livecell.acquisition import Arrivals, Piece, look_at_folder, open_acquisition
from livecell.acquisition.ome_zarr import volume_name
from livecell.config.acquisition import AcquisitionSettings
from livecell.errors import AcquisitionError
from tests.scenes.acquisition import random_movie, write_ome_tiff_set, write_ome_zarr, write_tiff_folder


def piece(state: str, whole: bool = True, written_s: float = 0.0) -> Piece:
    return Piece(state, written_s, whole)


def test_a_piece_arrives_when_it_has_not_changed_for_a_while() -> None:
    arrivals = Arrivals(3.0, lambda name: True)
    assert arrivals.look({"a": piece("10 bytes")}, 0.0)
    assert arrivals.look({"a": piece("20 bytes")}, 2.0)
    assert not arrivals.look({"a": piece("20 bytes")}, 4.0)
    assert arrivals.arrived == frozenset()
    arrivals.look({"a": piece("20 bytes")}, 5.0)
    assert arrivals.arrived == {"a"}


def test_a_piece_that_is_written_again_has_to_settle_again() -> None:
    arrivals = Arrivals(1.0, lambda name: True)
    for now_s in (0.0, 1.0):
        arrivals.look({"a": piece("x"), "b": piece("x")}, now_s)
    assert arrivals.arrived == {"a", "b"}
    assert arrivals.look({"a": piece("y")}, 2.0)
    assert arrivals.arrived == frozenset()
    arrivals.look({"a": piece("y")}, 3.0)
    assert arrivals.arrived == {"a"}


def test_what_cannot_be_read_is_held_back_and_asked_once_per_state() -> None:
    asked: list[str] = []

    def is_readable(name: str) -> bool:
        asked.append(name)
        return len(asked) > 1

    arrivals = Arrivals(0.0, is_readable)
    for now_s in range(4):
        arrivals.look({"a": piece("torn")}, float(now_s))
    assert asked == ["a"]
    assert arrivals.held_back == ("a",)
    arrivals.look({"a": piece("mended")}, 5.0)
    assert (arrivals.arrived, arrivals.held_back) == ({"a"}, ())


def test_more_is_waited_for_where_more_is_to_come() -> None:
    arrivals = Arrivals(0.0, lambda name: True)
    assert arrivals.look({"a": piece("x", whole=False, written_s=7.0)}, 0.0)
    assert arrivals.arrived == frozenset()
    assert not arrivals.look({"a": piece("x", whole=True, written_s=9.0)}, 1.0)
    assert arrivals.arrived == {"a"}
    assert arrivals.written_s(["a", "unknown"]) == 7.0, "it was seen in that state before"


MOVIE = random_movie((4, 2, 3, 16, 20))


def test_a_folder_counts_as_far_as_it_has_arrived(tmp_path: Path) -> None:
    folder = write_tiff_folder(tmp_path, "img_t{t}_{c}.tif", MOVIE)
    settings = AcquisitionSettings(pattern="img_t{t}_{c}.tif")
    arrived = frozenset({f"img_t{t}_{c}.tif" for t in (0, 2) for c in ("Brightfield", "DNA")})
    (folder / "img_t3_DNA.tif").write_bytes(b"II")
    found = open_acquisition(folder, settings, arrived)
    assert found.movie().shape == (3, 2, 3, 16, 20)
    assert found.movie()["missing"].values.tolist() == [False, True, False]
    assert found.warnings == ()
    more = open_acquisition(folder, settings, arrived | {"img_t1_Brightfield.tif"})
    assert more.movie()["missing_channel"].values[1].tolist() == [False, True]
    identities = [(one.frame_identity("0", 1), one.frame_identity("0", 2)) for one in (found, more)]
    assert identities[0][0] != identities[1][0]
    assert identities[0][1] == identities[1][1], "what arrives before it does not change a timepoint"


@pytest.mark.parametrize("kind", ["set", "0.4", "0.5"])
def test_formats_that_say_their_length_end_with_what_has_arrived(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.zarr"
    if kind == "set":
        write_ome_tiff_set(path, MOVIE, missing=(3,))
    else:
        write_ome_zarr(path, MOVIE, version=kind, missing=(3,))
    pieces = look_at_folder(path)
    second = {"set_1.ome.tif"} if kind == "set" else {volume_name(path, 1, c) for c in (0, 1)}
    assert second < set(pieces)
    found = open_acquisition(path, arrived=frozenset(second))
    assert found.movie().shape[0] == 2
    assert found.movie()["missing"].values.tolist() == [True, False]
    np.testing.assert_array_equal(found.movie()[1], MOVIE[1])
    whole = open_acquisition(path, arrived=frozenset(pieces))
    assert whole.movie().shape[0] == 3
    assert whole.frame_identity("0", 0) != found.frame_identity("0", 0)
    assert whole.frame_identity("0", 1) == found.frame_identity("0", 1)
    assert whole.identity() == found.identity()


def test_nothing_that_has_arrived_is_no_acquisition(tmp_path: Path) -> None:
    with pytest.raises(AcquisitionError):
        open_acquisition(write_ome_zarr(tmp_path / "a.zarr", MOVIE), arrived=frozenset())

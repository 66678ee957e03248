"""Markers are whole or not there."""

from __future__ import annotations

from pathlib import Path

from livecell.engine import Markers, Unit

UNIT = Unit("segment", "A/1/0", 12)


def test_round_trip(tmp_path: Path) -> None:
    markers = Markers(tmp_path)
    assert markers.read(UNIT) is None
    markers.write(UNIT, {"fingerprint": "f"})
    assert markers.read(UNIT) == {"fingerprint": "f"}
    assert markers.read(Unit("segment", "A/1/0", 13)) is None
    markers.remove(UNIT)
    markers.remove(UNIT)
    assert markers.read(UNIT) is None


def test_a_torn_marker_is_none(tmp_path: Path) -> None:
    markers = Markers(tmp_path)
    markers.write(UNIT, {"fingerprint": "f"})
    path = markers.path(UNIT)
    path.write_text(path.read_text()[:5])
    assert markers.read(UNIT) is None


def test_writing_leaves_nothing_else_behind(tmp_path: Path) -> None:
    markers = Markers(tmp_path)
    markers.write(UNIT, {})
    markers.write(UNIT, {})
    assert list(markers.path(UNIT).parent.iterdir()) == [markers.path(UNIT)]

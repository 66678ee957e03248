"""The history as a table and as events, also after a kill."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
from tensorboardX.proto.event_pb2 import Event
from tensorboardX.record_writer import masked_crc32c

from livecell.training import HISTORY_NAME, Logs, Progress


def _reached(step: int, loss: float = 0.5, r: float = 0.8) -> Progress:
    return Progress(step, 1.5 * step, loss, 2 * loss, (r, math.nan))


def _events(folder: Path) -> list[tuple[str, int, float]]:
    """Scalars of all event files, read by their format: length, its checksum, the event, its checksum."""
    found = []
    for path in sorted(folder.glob("events.out.tfevents.*")):
        content, at = path.read_bytes(), 0
        while at < len(content):
            size = int.from_bytes(content[at : at + 8], "little")
            data = content[at + 12 : at + 12 + size]
            assert int.from_bytes(content[at + 12 + size : at + 16 + size], "little") == masked_crc32c(data)
            event = Event.FromString(data)
            found += [(value.tag, event.step, value.simple_value) for value in event.summary.value]
            at += 16 + size
    return found


def test_a_table_has_a_row_for_each_record(tmp_path: Path) -> None:
    with Logs(tmp_path / "training", ("dna", "golgi")) as logs:
        for step in (10, 20):
            logs.add(_reached(step))
    table = pd.read_csv(tmp_path / "training" / HISTORY_NAME)
    assert list(table) == ["step", "seconds", "loss", "validation_loss", "pearson_r_dna", "pearson_r_golgi"]
    assert table["step"].tolist() == [10, 20]
    assert table["pearson_r_dna"].tolist() == [0.8, 0.8]
    assert table["pearson_r_golgi"].isna().all()


def test_what_a_kill_made_void_is_replaced(tmp_path: Path) -> None:
    with Logs(tmp_path, ("dna", "golgi")) as logs:
        for step in (10, 20, 30):
            logs.add(_reached(step))
    with Logs(tmp_path, ("dna", "golgi")) as logs:
        logs.add(_reached(20, loss=0.25))
    table = pd.read_csv(tmp_path / HISTORY_NAME)
    assert table["step"].tolist() == [10, 20]
    assert table["loss"].tolist() == [0.5, 0.25]


def test_events_hold_the_same_figures(tmp_path: Path) -> None:
    with Logs(tmp_path, ("dna", "golgi")) as logs:
        logs.add(_reached(10))
    expected = [("loss/train", 10, 0.5), ("loss/validation", 10, 1.0), ("pearson_r/dna", 10, 0.8)]
    assert [(tag, step, round(value, 6)) for tag, step, value in _events(tmp_path)] == expected

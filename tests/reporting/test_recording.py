"""What the page says of the recording: frames in doubt and the drift of the stage."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from livecell.reporting import write_report
from livecell.reporting.contents import read_contents
from livecell.reporting.recording import recording
from tests.scenes.reporting import RunScene, record_of, write_tables

FRAMES = pd.DataFrame(
    {
        "position": "0",
        "frame": range(6),
        "t_s": [600.0 * t for t in range(6)],
        "state": ["predicted", "predicted", "missing", "torn", "predicted", "predicted"],
        "doubt": ["none", "unsharp;flicker", "none", "none", "duplicated;late", "unsharp"],
    }
)
DRIFT = pd.DataFrame(
    {
        "position": "0",
        "frame": range(4),
        "t_s": [3600.0 * t for t in range(4)],
        "z_um": 0.0,
        "y_um": [0.0, 0.1, 0.2, -1.25],
        "x_um": [0.0, 0.2, 0.4, 0.6],
        "found_z_um": [0.0, 0.01, 0.02, 0.01],
        "agreement": [None, 0.8, 0.9, 1.0],
    }
)


def run_with(
    folder: Path, frames: pd.DataFrame | None = None, drift: pd.DataFrame | None = None, **told: object
) -> Path:
    scene = RunScene()
    write_tables(folder, scene)
    (folder / "run.json").write_text(json.dumps(record_of(scene) | told))
    for name, table in (("frames", frames), ("drift", drift)):
        if table is not None:
            table.to_csv(folder / f"{name}.csv", index=False)
    return folder


def test_frames_in_doubt_are_listed_with_reasons_and_times(tmp_path: Path) -> None:
    doubtful = [{"position": "0", "frame": 4, "reason": "duplicated", "left_out": True}, {"reason": "late"}]
    found = recording(read_contents(run_with(tmp_path, FRAMES, doubtful=doubtful))).doubts
    said = {each.reason: (each.frames, each.times, each.outcome) for each in found}
    assert said == {
        "missing": ("2", "20 min", "not there for tracking"),
        "torn": ("3", "30 min", "not there for tracking"),
        "duplicated": ("4", "40 min", "left out of tracking"),
        "unsharp": ("1, 5", "10 min, 50 min", "kept"),
        "flicker": ("1", "10 min", "kept"),
        "late": ("4", "40 min", "kept"),
    }


def test_many_times_are_counted(tmp_path: Path) -> None:
    many = pd.DataFrame({"position": "0", "frame": range(40), "t_s": 60.0, "state": "blank", "doubt": "none"})
    (doubt,) = recording(read_contents(run_with(tmp_path, many))).doubts
    assert (doubt.frames, doubt.times[-12:]) == ("0\u201339", " and 28 more")


def test_drift_is_drawn_with_its_units(tmp_path: Path) -> None:
    found = recording(read_contents(run_with(tmp_path, drift=DRIFT)))
    (course,) = found.courses
    assert course.largest == "x 0.60 \u00b5m, y 1.2 \u00b5m, z 0 \u00b5m"
    assert "drift (\u00b5m)" in course.drawing
    assert "time (h)" in course.drawing


@pytest.mark.parametrize(
    ("drift", "said"),
    [
        (None, "no table"),
        (DRIFT[["position", "frame", "t_s"]].assign(z_um=0.0, y_um=0.0, x_um=0.0), "was not estimated"),
        (DRIFT.assign(y_um=0.0, x_um=0.0, found_z_um=0.0), "nothing was found to move"),
    ],
)
def test_where_there_is_no_drift_the_page_says_why(tmp_path: Path, drift: pd.DataFrame | None, said: str) -> None:
    found = recording(read_contents(run_with(tmp_path, drift=drift)))
    assert found.courses == ()
    assert said in found.drift


def test_the_page_has_the_chapter(tmp_path: Path) -> None:
    html = write_report(run_with(tmp_path, FRAMES, DRIFT)).read_text(encoding="utf-8")
    chapter = html[html.index('<section id="recording">') : html.index('<section id="processing">')]
    assert "less than 0.6 of the sharpness around it" in chapter
    assert "<svg" in chapter
    assert "<section id=" not in chapter[1:]

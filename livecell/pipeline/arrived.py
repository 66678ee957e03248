"""What a run folder knows of an acquisition that is still being written, and what of it holds for a while only.

While `arrivals.json` is there, the run sees what has arrived and nothing else. What is the same for the whole series
(normalisation, thresholds, ranges of storage) is then taken from the first timepoints; it is provisional, unless the
folder had a calibration before it was watched.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from livecell.acquisition import Arrived
from livecell.engine import write_json
from livecell.pipeline.choose_frames import WITNESSES
from livecell.pipeline.run_folder import RunFolder, clear_folder
from livecell.store import locate


def read_arrived(folder: RunFolder) -> Arrived | None:
    """Return what has arrived; None in a run that is not being watched."""
    content = _read(folder)
    return None if content is None else frozenset(content["pieces"])


def _read(folder: RunFolder) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] = json.loads(folder.arrivals.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError, UnicodeDecodeError):
        return None
    return content


def write_arrived(folder: RunFolder, arrived: Arrived) -> None:
    """Note what has arrived; a run without a calibration has a provisional one from now on."""
    provisional = is_provisional(folder) or not folder.calibration.exists()
    write_json(folder.arrivals, {"provisional": provisional, "pieces": sorted(arrived)})


def is_provisional(folder: RunFolder) -> bool:
    """Say whether the calibration of a run is that of the beginning of an acquisition, to be taken anew at its end."""
    content = _read(folder)
    return content is not None and bool(content["provisional"])


def forget_arrivals(folder: RunFolder) -> None:
    """Let a run see the whole acquisition, and calibrate anew what was provisional."""
    if is_provisional(folder):
        # In this order: an interruption between the two leaves what is done again.
        forget_calibration(folder)
    folder.arrivals.unlink(missing_ok=True)


def forget_calibration(folder: RunFolder) -> None:
    """Remove the calibration of a run."""
    folder.calibration.unlink(missing_ok=True)
    for name in ("calibration", "inspection"):
        shutil.rmtree(folder.control / name, ignore_errors=True)


def is_superseded(path: Path, source: str | Path, identity: str) -> bool:
    """Say whether a run folder holds the beginning of this acquisition, when it looked like another one.

    With the second file, a file becomes a series; with another position, a movie becomes several.
    """
    folder = RunFolder(path)
    if not (is_provisional(folder) and folder.record.exists()):
        return False
    found = folder.read_record()["input"]
    return bool(found["path"] == str(locate(source).resolve()) and found["identity"] != identity)


def renew(folder: RunFolder, source: Path, identity: str) -> None:
    """Let go of what was taken from too little of an acquisition: all of it, or the calibration of few timepoints."""
    if is_superseded(folder.path, source, identity):
        clear_folder(folder)
    elif is_provisional(folder) and _fewest_timepoints(folder) < WITNESSES:
        forget_calibration(folder)


def _fewest_timepoints(folder: RunFolder) -> int:
    """Timepoints of the position that had the fewest, when the run last looked."""
    given = folder.read_record()["input"]
    there: list[int] = [shape[0] - len(given["missing"][position]) for position, shape in given["shape"].items()]
    return min(there)

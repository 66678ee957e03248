"""`livecell watch` fed by a writer: torn reads, delays, and whether it ends with what `process` finds.

    python -m benchmarks.watch [FOLDER] [FRAMES] [EVERY_S]

A process writes a timepoint every second, as ImageJ files in two halves with a pause between them, every tenth pair in
the wrong order. `livecell watch` follows it in a process of its own, and a third party reads what it says of every
timepoint as soon as it is there: a timepoint whose mean is not that of the whole file was read in part. Afterwards
`livecell process` runs on the complete folder, and tables and volumes are compared, to the letter and to the bit.

The network is small and has random weights: what is measured is the watching. Writes benchmarks/results/watch.json.
Delays depend on the machine and on what else it does.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
import tifffile

from livecell.pipeline.open_run import Run, open_run
from tests.scenes.models import card_of, package_of

RESULTS = Path(__file__).parent / "results" / "watch.json"
SHAPE = (4, 40, 48)
STRUCTURE = "dna"
VOXEL_SIZE_UM = (0.5, 0.29, 0.29)
ENDING = ("--settle", 0.5, "--quiet-minutes", 0.5)
LOOK_EVERY_S = 0.2


def main(folder: Path, frames: int, every_s: float) -> None:
    """Measure, compare, and write the figures."""
    shutil.rmtree(folder, ignore_errors=True)
    scope = folder / "scope"
    scope.mkdir(parents=True)
    package = package_of(folder / "model", card_of(STRUCTURE, voxel_size_um=VOXEL_SIZE_UM), seed=3).path
    writer = spawn("write", scope, frames, every_s)
    watcher = spawn("livecell", "watch", scope, "-o", folder / "watched", *options(package), *ENDING)
    means, start_s = {}, time.monotonic()
    while watcher.poll() is None:
        means |= first_means(folder / "watched", known=means)
        time.sleep(LOOK_EVERY_S)
    found: dict[str, Any] = {
        "cores": os.cpu_count(),
        "load": round(psutil.getloadavg()[1], 1),
        "frames": frames,
        "every_s": every_s,
        "shape": SHAPE,
        "exit_codes": [writer.wait(), watcher.returncode],
        "watched_s": round(time.monotonic() - start_s, 1),
        "timepoints_seen": len(means),
        "torn_reads": torn(means, frames) + failed_units(folder / "watched"),
    }
    spawn("livecell", "process", scope, "-o", folder / "whole", *options(package)).wait()
    watched, whole = open_run(folder / "watched"), open_run(folder / "whole")
    found |= {"same_tables": same_tables(watched, whole), "same_volumes": same_volumes(watched, whole)}
    found["watch"] = {k: v for k, v in watched.record["watch"].items() if k not in ("began", "ended")}
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2))


def options(package: Path) -> list[object]:
    """Options of both commands."""
    predict = ["--models", package, "--precision", "float32", "--memory-budget", 0.5, "--scheduler", "none", "-q"]
    return [*predict, "--interval", 60, "--voxel-size", ",".join(map(str, VOXEL_SIZE_UM))]


def spawn(what: str, *arguments: object) -> subprocess.Popen[bytes]:
    """Start the writer or a command of livecell."""
    code = (
        "from livecell_cli.main import main; main()"
        if what == "livecell"
        else "from benchmarks.watch import write; write()"
    )
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.DEVNULL)


def volume(frame: int) -> np.ndarray:
    """Two dark bodies on a bright ground, which walk; the same at every call."""
    rng = np.random.default_rng(frame)
    z, y, x = np.ogrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]]
    image = rng.normal(1000.0, 10.0, SHAPE)
    for start in ((12, 12), (28, 34)):
        cy, cx = start[0] + 3 * np.sin(frame / 17), start[1] + 3 * np.cos(frame / 23)
        image -= 300 * np.exp(-(((z - 2) / 1.5) ** 2 + ((y - cy) / 4) ** 2 + ((x - cx) / 4) ** 2) / 2)
    return image.astype(np.uint16)


def write() -> None:
    """Write the files, each in halves."""
    scope, frames, every_s = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    order = list(range(frames))
    for first in range(10, frames - 1, 10):
        order[first], order[first + 1] = order[first + 1], order[first]
    start_s = time.monotonic()
    for count, frame in enumerate(order):
        time.sleep(max(0.0, start_s + count * every_s - time.monotonic()))
        content = io.BytesIO()
        tifffile.imwrite(content, volume(frame), imagej=True, metadata={"axes": "ZYX"})
        content, path = content.getvalue(), scope / f"img_t{frame:04d}.tif"
        path.write_bytes(content[: len(content) // 2])
        time.sleep(0.7 * every_s)
        with path.open("ab") as file:
            file.write(content[len(content) // 2 :])


def first_means(run: Path, known: dict[int, float]) -> dict[int, float]:
    """Means of the input of timepoints that were predicted since, as the run says."""
    found = {}
    for part in run.glob(".livecell/parts/frames/0/*.parquet"):
        # Files are replaced as a whole, and may be replaced just now.
        if int(part.stem) not in known:
            with contextlib.suppress(OSError, ValueError):
                [row] = pd.read_parquet(part).to_dict("records")
                found[int(row["frame"])] = float(row["input_mean"])
    return found


def torn(means: dict[int, float], frames: int) -> int:
    """How many timepoints were seen with another mean than that of the whole file."""
    return sum(not np.isclose(means.get(frame, np.nan), volume(frame).mean()) for frame in range(frames))


def failed_units(run: Path) -> int:
    """How many units failed, ever."""
    return sum(
        " failed after " in line for line in (run / ".livecell" / "log").read_text(encoding="utf-8").splitlines()
    )


def same_tables(a: Run, b: Run) -> bool:
    """Whether all CSV tables of a run are those of another, to the letter."""
    names = {path.name for path in b.path.glob("*.csv")}
    return bool(names) and all((a.path / n).read_bytes() == (b.path / n).read_bytes() for n in names)


def same_volumes(a: Run, b: Run) -> bool:
    """Whether predictions and labels of a run are those of another, to the bit."""
    pairs = [(a.predictions(), b.predictions()), (a.labels(STRUCTURE), b.labels(STRUCTURE))]
    return all(np.array_equal(one.to_numpy(), other.to_numpy(), equal_nan=True) for one, other in pairs)


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "work" / "watch"
    main(place, int(sys.argv[2]) if len(sys.argv) > 2 else 200, float(sys.argv[3]) if len(sys.argv) > 3 else 1.0)

"""What simulating costs: seconds per timepoint, peak memory, and the size of what is kept of a movie.

    python -m benchmarks.simulation [FOLDER] [SHORT LONG] [MANY]      (6 36 60)

Timepoints of 32 x 256 x 256 voxels, written by `livecell simulate` with as many local workers as there are cores, in

brightfield       with all thirteen structures
brightfield_four  with the four of a night: dna, mitochondria, vesicles, golgi
phase_contrast    with these four
dic               with these four

Each is simulated for SHORT and for LONG timepoints: what more of them take, by their difference, is the time of a
timepoint, and what is left of SHORT is the time of starting. Every command is a process of its own; the system itself
keeps the peak of each process (VmHWM of Linux). `memory` has the peaks of the command and of its largest worker for
SHORT and for MANY timepoints of brightfield_four: they must not grow with the movie. `scene` is all that a process has
to know of a movie of 600 timepoints to draw any of them, pickled, and how long it takes to plan it.

Writes benchmarks/results/simulation.json.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import time
from pathlib import Path
from typing import Any

import yaml

from benchmarks.watched_process import run_watched
from livecell.config import SimulateSettings, parse_settings
from livecell.simulation import simulate

RESULTS = Path(__file__).parent / "results" / "simulation.json"
SHAPE = [32, 256, 256]
FOUR = ["dna", "mitochondria", "vesicles", "golgi"]
SCENE_TIMEPOINTS = 600
LIGHT: dict[str, dict[str, Any]] = {
    "brightfield": {},
    "brightfield_four": {"structures": FOUR},
    "phase_contrast": {
        "structures": FOUR,
        "optics": {"illumination": {"ring_inner_na": 0.5, "ring_outer_na": 0.6}, "contrast": 0.25},
    },
    "dic": {"structures": FOUR, "optics": {"illumination": {"shear_um": 0.2}}},
}


def main(folder: Path, short: int, long: int, many: int) -> None:
    """Measure all, and write the figures."""
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any] = {"cores": os.cpu_count(), "shape": SHAPE, "timepoints": [short, long]}
    for name in LIGHT:
        few, more = (measured(folder, name, timepoints) for timepoints in (short, long))
        each_s = (more["seconds"] - few["seconds"]) / (long - short)
        found[name] = {
            "seconds_per_timepoint": round(each_s, 2),
            "starting_s": round(few["seconds"] - short * each_s, 1),
            "workers": more["workers"],
        }
    few, more = (measured(folder, "brightfield_four", timepoints) for timepoints in (short, many))
    growth = {part: round(more[part] / few[part], 3) for part in ("driver_gb", "worker_gb")}
    found["memory"] = {f"T={short}": few, f"T={many}": more, "growth": growth}
    found["scene"] = scene()
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2))


def settings_of(name: str, timepoints: int) -> dict[str, Any]:
    """Settings of one kind of light, as its configuration file has them."""
    return {"seed": 7, "timepoints": timepoints, "shape": SHAPE, "noisy_every": 0, **LIGHT[name]}


def measured(folder: Path, name: str, timepoints: int) -> dict[str, Any]:
    """Simulate in a process of its own; returns its time, and peaks in 10^9 bytes."""
    config = folder / f"{name}_{timepoints}.yaml"
    config.write_text(yaml.safe_dump(settings_of(name, timepoints)), encoding="utf-8")
    line = ["simulate", str(folder / f"{name}.ome.zarr"), "-c", str(config), "--overwrite", "-q"]
    return run_watched(line)


def scene() -> dict[str, Any]:
    """Plan a movie of all structures; returns what has to be kept of it, and how long planning takes."""
    settings = parse_settings(settings_of("brightfield", SCENE_TIMEPOINTS), SimulateSettings)
    start_s = time.perf_counter()
    movie = simulate(settings)
    planning_s = time.perf_counter() - start_s
    size = len(pickle.dumps(movie, protocol=pickle.HIGHEST_PROTOCOL))
    return {"timepoints": SCENE_TIMEPOINTS, "megabytes": round(size / 1e6, 1), "planning_s": round(planning_s, 1)}


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "work" / "simulation"
    short, long, many = (int(count) for count in [*sys.argv[2:5], *("6", "36", "60")[len(sys.argv[2:5]) :]])
    main(place, short, long, many)

"""The main job, measured on simulated movies that no model has seen.

    python -m benchmarks.main_job [FOLDER]

1. A movie of the default kind is processed and compared with its truth.
2. The same with nuclei that move 0.3 of their radius from frame to frame.
3. The first movie, written as OME-TIFF, OME-Zarr 0.4 and 0.5, gives the same tracks from all three.

Writes benchmarks/results/main_job.json. Seconds and memory are of the machine it runs on.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from livecell.config import SimulateSettings, parse_settings
from livecell.pipeline.evaluate import evaluate
from livecell.pipeline.process import process
from livecell.pipeline.simulate import simulate_acquisition
from livecell.store import open_image
from tests.scenes.acquisition import write_ome_tiff, write_ome_zarr

RESULTS = Path(__file__).parent / "results" / "main_job.json"
SEED, FAST_SEED = 2026, 2027
SCHEDULER = "local"


def main(folder: Path) -> None:
    """Run all parts and write their figures."""
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any] = {"cores": os.cpu_count()}
    found["default"] = scored(folder / "default", SimulateSettings(seed=SEED))
    fast = {"seed": FAST_SEED, "cells": {"nucleus_walk": {"radii_per_frame": 0.3}}}
    found["nuclei_0.3_radius_per_frame"] = scored(folder / "fast", parse_settings(fast, SimulateSettings))
    found["same_tracks_from"] = formats(folder / "default")
    found["peak_memory_gb"] = {
        "this_process": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
        "largest_worker": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6, 2),
    }
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2))


def scored(folder: Path, settings: SimulateSettings) -> dict[str, Any]:
    """Simulate, process and evaluate one movie."""
    source = folder / "acquisition.ome.zarr"
    folder.mkdir(exist_ok=True)
    start_s = time.perf_counter()
    truth = simulate_acquisition(source, settings, scheduler=SCHEDULER, overwrite=True)
    simulated_s = time.perf_counter()
    process(source, folder / "run", scheduler=SCHEDULER, overwrite=True)
    processed_s = time.perf_counter()
    table = evaluate(folder / "run", truth).set_index("structure").round(4)
    print(table.to_string())
    return {
        "simulate_s": round(simulated_s - start_s, 1),
        "process_s": round(processed_s - simulated_s, 1),
        "structures": table.to_dict(orient="index"),
    }


def formats(folder: Path) -> dict[str, bool]:
    """Process the movie of a folder again from other files, and compare the tracks."""
    source = folder / "acquisition.ome.zarr"
    movie = open_image(source)
    voxels, sampling, names = movie.to_numpy(), movie.attrs["sampling"], [str(name) for name in movie["c"].to_numpy()]
    others = {
        "ome_tiff": write_ome_tiff(folder / "movie.ome.tif", voxels, sampling, names),
        "ome_zarr_0.4": write_ome_zarr(folder / "movie.zarr", voxels, sampling, names, version="0.4"),
    }
    first = pd.read_csv(folder / "run" / "tracks.csv")
    same = {"ome_zarr_0.5": True}
    for name, path in others.items():
        process(path, folder / f"run_{name}", scheduler=SCHEDULER, overwrite=True)
        again = pd.read_csv(folder / f"run_{name}" / "tracks.csv")
        same[name] = first.equals(again)
        assert np.array_equal(first["track_id"], again["track_id"]), name
    return same


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "work" / "main_job")

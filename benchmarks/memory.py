"""Peak memory of the driver and of each worker.

    python -m benchmarks.memory [FOLDER] [SHORT LONG]

1. The same scene for 20 and for 200 timepoints: peaks must not grow with the recording.
2. Volumes of 32 x 512 x 512 with the bundled model, on a worker that is restarted beyond 2 GB; the budget of the
   prediction follows from that limit, as it does for everyone.

Each run is a process of its own; the system itself keeps the peak of every process (VmHWM of Linux). Writes
benchmarks/results/memory.json.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from benchmarks.watched_process import run_watched
from livecell.axes import Sampling
from livecell.store import Channel, ImageLayout, create_image, write_volume

RESULTS = Path(__file__).parent / "results" / "memory.json"
SMALL, LARGE = (8, 64, 64), (32, 512, 512)
SAMPLING = Sampling(0.5, 0.29, 0.29, 300.0)
LIMIT_GB = 2.0


def main(folder: Path, short: int, long: int) -> None:
    """Measure all, and write the figures."""
    folder.mkdir(parents=True, exist_ok=True)
    predict = {"structures": ["dna", "mitochondria"], "precision": "float32"}
    small = {"predict": {**predict, "memory_budget_gb": 0.5}, "cluster": {"workers": 1}}
    few, many = (measured(folder, frames, SMALL, small) for frames in (short, long))
    large = {"predict": predict, "cluster": {"workers": 1, "memory_limit_gb": LIMIT_GB}}
    found = {
        "shape": SMALL,
        f"T={short}": few,
        f"T={long}": many,
        "growth": {part: round(many[part] / few[part], 3) for part in ("driver_gb", "worker_gb")},
        "large": {"shape": LARGE, "limit_gb": LIMIT_GB, **measured(folder, 2, LARGE, large)},
    }
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2))


def measured(folder: Path, frames: int, shape: tuple[int, ...], settings: dict[str, Any]) -> dict[str, Any]:
    """Process a movie in a process of its own; returns peaks in 10^9 bytes."""
    name = f"{frames}_{shape[-1]}"
    source, config = movie(folder / f"{name}.ome.zarr", frames, shape), folder / f"{name}.yaml"
    config.write_text(yaml.safe_dump(settings), encoding="utf-8")
    line = ["process", source, "-o", folder / f"{name}_run", "-c", config, "--overwrite", "-q"]
    return run_watched(line)


def movie(path: Path, frames: int, shape: tuple[int, ...]) -> Path:
    """A bright spot that walks over a noisy ground, kept for the next time."""
    if path.exists():
        return path
    rng = np.random.default_rng(1)
    create_image(path, ImageLayout((frames, 1, *shape), "uint16", SAMPLING, (Channel("brightfield"),), levels=1))
    z, y, x = np.ogrid[: shape[0], : shape[1], : shape[2]]
    for t in range(frames):
        centre = (shape[0] / 2, shape[1] / 2 + 0.1 * t, shape[2] / 2)
        distance = sum(((axis - c) / s) ** 2 for axis, c, s in zip((z, y, x), centre, (3, 8, 8), strict=True))
        volume = rng.normal(1000, 10, shape) + 300 * np.exp(-distance / 2)
        write_volume(path, t, volume.astype(np.uint16))
    return path


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "work" / "memory"
    main(place, *(int(count) for count in sys.argv[2:4] or ("20", "200")))

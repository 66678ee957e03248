"""Linking of points, against trackpy and laptrack in the same run.

    python -m benchmarks.linking

Needs the extra `bench`. Contestants take turns; seconds are the least of several repeats, in processor time of one
thread. Links are scored against the truth of the scenes, not with the metrics of the package.
Writes benchmarks/results/linking.json.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

from benchmarks import linking_peers as peers
from benchmarks.linking_scenes import brownian, dense, directed, missed, recall_and_precision, wandering
from livecell.tracking import track
from livecell.tracking.estimation import estimate_motion
from livecell.tracking.stream import link_frames

RESULTS = Path(__file__).parent / "results" / "linking.json"
ALL = (peers.livecell, peers.trackpy, peers.laptrack)
OURS = (peers.livecell,)
Linker = Callable[[list[np.ndarray], float], np.ndarray]


def main() -> None:
    """Run all scenes and write their figures."""
    found: dict[str, object] = {"versions": {name: version(name) for name in ("numpy", "scipy", "trackpy", "laptrack")}}
    for n, repeats in ((200, 5), (1000, 2), (3000, 1)):
        found[f"brownian_{n}"] = contest([brownian(n)], ALL, repeats)
        save(found)
    found["missed_5_percent"] = contest([missed(brownian(1000))], ALL)
    found["dense"] = contest([dense(seed) for seed in range(5)], OURS)
    found["dense_one_seed"] = contest([dense(0)], (*ALL, peers.trackpy_adaptive))
    for step_um in (0.0, 0.5):
        found[f"directed_step_{step_um}"] = contest([directed(1000, step_um=step_um)], ALL, speed_um=2.0)
        save(found)
    for part in (million_rows, ten_thousand_frames):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
            found[part.__name__] = apart.submit(part).result()
        save(found)
    print(json.dumps(found, indent=2))


def save(found: dict[str, object]) -> None:
    """Write what has been measured so far."""
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def contest(
    scenes: Sequence[pd.DataFrame], linkers: Sequence[Linker], repeats: int = 1, speed_um: float = 0.0
) -> dict[str, object]:
    """Let all link the scenes in turn; recall and precision are means over the scenes, seconds the sum."""
    seconds = {linker.__name__: [] for linker in linkers}
    scores: dict[str, list[tuple[float, float]]] = {linker.__name__: [] for linker in linkers}
    failed: dict[str, str] = {}
    for scene in scenes:
        frames = [rows[["z_um", "y_um", "x_um"]].to_numpy() for _, rows in scene.groupby("frame")]
        for linker in linkers:
            took = []
            for _ in range(repeats):
                start_s = time.process_time()
                try:
                    links = linker(frames, speed_um)
                except Exception as error:
                    failed[linker.__name__] = type(error).__name__
                    break
                took.append(time.process_time() - start_s)
            if linker.__name__ not in failed:
                seconds[linker.__name__].append(min(took))
                scores[linker.__name__].append(recall_and_precision(links, scene))
    return {name: {"raises": failed[name]} if name in failed else _row(seconds[name], scores[name]) for name in seconds}


def _row(seconds: list[float], scores: list[tuple[float, float]]) -> dict[str, float]:
    recall, precision = np.mean(scores, axis=0)
    return {
        "seconds": round(sum(seconds), 3),
        "recall": round(float(recall), 5),
        "precision": round(float(precision), 5),
    }


def million_rows() -> dict[str, float]:
    """A table of 500 particles in 2000 frames, as a user gives it to `livecell.track`."""
    objects = brownian(500, 2000).drop(columns="true_id")
    track(objects[objects["frame"] < 5])
    with measured() as found:
        tracks, _ = track(objects)
    return found | {"rows": len(tracks)}


def ten_thousand_frames() -> dict[str, float]:
    """500 particles in 10,000 frames, made and linked one frame after the other."""
    motion = estimate_motion(list(wandering(500, 30)))
    list(link_frames(wandering(500, 5), motion))
    with measured() as found:
        tracks = sum(int(np.count_nonzero(ids >= 0)) for ids in link_frames(wandering(500, 10_000), motion))
    return found | {"rows": tracks}


@contextmanager
def measured() -> Iterator[dict[str, float]]:
    """Seconds, and by how much the memory of this process grew at most."""
    process, found = psutil.Process(), dict[str, float]()
    base = peak = process.memory_info().rss
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.01):
            peak = max(peak, process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    yield found
    found |= {"wall_s": round(time.perf_counter() - wall_s, 2), "processor_s": round(time.process_time() - cpu_s, 2)}
    done.set()
    watcher.join()
    found["memory_mb"] = round((peak - base) / 1e6, 1)


if __name__ == "__main__":
    main()

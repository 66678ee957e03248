"""A way of predicting one volume, in a process of its own, so that its peak memory is its own.

    python -m benchmarks.measured_process WAY PACKAGE STACK.npy OUT.npy [REPEATS]

WAY is `eager` (the network as trained, float32, the whole volume at once) or a precision, in which `livecell.predict`
computes with its default settings. Prints the seconds of each repetition, and the peak memory of the process above what
it held before, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from livecell.models import Model, open_model
from livecell.models.weights import WEIGHTS_NAME, read_network
from livecell.prediction import predict
from livecell.volumes import normalisation_of

THREADS = 2


def main(way: str, package: str, stack_path: str, out: str, repeats: str = "3") -> None:
    """Predict, time and print."""
    torch.set_num_threads(THREADS)
    stack, model = np.load(stack_path), open_model(package)
    run = eager(model, stack) if way == "eager" else with_livecell(model, stack, way)
    held_gb = resident_gb("VmRSS")
    seconds = []
    for _ in range(int(repeats)):
        start_s = time.perf_counter()
        predicted = run()
        seconds.append(round(time.perf_counter() - start_s, 3))
    peak_gb = resident_gb("VmHWM")
    np.save(out, predicted)
    print(json.dumps({"seconds": seconds, "peak_gb": peak_gb, "held_before_gb": held_gb}))


def eager(model: Model, stack: np.ndarray) -> Callable[[], np.ndarray]:
    """The network as anyone would run it: as trained, in evaluation mode."""
    network = read_network(model.path / WEIGHTS_NAME, model.shapes).eval()
    image = torch.from_numpy(normalisation_of([stack]).apply(stack))[None, None]

    def run() -> np.ndarray:
        with torch.inference_mode():
            return network(image)[0].numpy()

    return run


def with_livecell(model: Model, stack: np.ndarray, precision: str) -> Callable[[], np.ndarray]:
    """What users call; the network is loaded before, as it is for all timepoints but the first."""
    normalisation = normalisation_of([stack])
    model.network("cpu", precision)
    return lambda: predict(stack, model, normalisation, precision=precision, memory_budget_gb=2.0).to_numpy()


def resident_gb(key: str) -> float:
    """VmHWM (the peak) or VmRSS (now) of this process, in 10^9 bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(key):
            return round(int(line.split()[1]) * 1024 / 1e9, 3)
    raise ValueError(key)


if __name__ == "__main__":
    main(*sys.argv[1:])

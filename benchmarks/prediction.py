"""Prediction, measured: exactness, tiling, speed and memory, many structures, shapes, hostile checkpoints.

    python -m benchmarks.prediction [FOLDER]

Ratios are of one run on one machine. Writes benchmarks/results/prediction.json and docs/prediction_figures.md. Needs
about ten minutes on two cores; imported checkpoints are compared where LIVECELL_REAL_DATA is set.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.prediction_checks import foreign_files, imported, shapes, tiles_against_whole
from benchmarks.prediction_table import write_table
from livecell.models import Model, ModelCard, NetworkSettings, write_package
from livecell.models.loading import load_network
from livecell.nets import UNetShape, build_network
from livecell.prediction import predict
from livecell.volumes import Normalisation

RESULTS = Path(__file__).parent / "results" / "prediction.json"
STACK = (64, 224, 336)
SMALL_STACK = (32, 128, 128)
DOZEN = 12
REPEATS = 3


def main(folder: Path) -> None:
    """Run all parts and write their figures."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(2)
    found: dict[str, Any] = {"machine": machine()}
    for part in (imported, tiles_against_whole, published_network, many_structures, on_a_gpu, shapes, foreign_files):
        start_s = time.perf_counter()
        found[part.__name__] = part(folder)
        print(part.__name__, f"({time.perf_counter() - start_s:.0f} s)", json.dumps(found[part.__name__], indent=1))
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    write_table(found)


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    units = torch.cpu.get_capabilities()
    return {
        "cores": os.cpu_count(),
        "avx512_bf16": bool(units.get("avx512_bf16")),
        "torch": torch.__version__.split("+")[0],
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
    }


def random_package(folder: Path, name: str, outputs: int = 1, networks: int = 1) -> Model:
    """A package of networks as large as that of the paper, with the random weights they start from."""
    torch.manual_seed(0)
    shape = UNetShape(outputs=outputs)
    settings = NetworkSettings(ndim=3, depth=shape.depth, width=shape.width, outputs=outputs)
    card = ModelCard(
        name=name,
        structures=tuple(f"structure_{index}" for index in range(outputs * networks)),
        network=settings if networks == 1 else (settings,) * networks,
        simulated=True,
        licence="CC0-1.0",
    )
    return write_package(folder / name, card, build_network([shape] * networks))


def published_network(folder: Path) -> dict[str, Any]:
    """The network of the paper on one stack: eager and whole, and as livecell runs it."""
    model = random_package(folder, "published")
    stack = np.random.default_rng(1).normal(1000, 50, STACK).astype(np.uint16)
    np.save(folder / "stack.npy", stack)
    found = {way: _measured(folder, model, way) for way in ("eager", "float32", "bfloat16")}
    expected = np.load(folder / "eager.npy").ravel()
    for way, figures in found.items():
        figures["megavoxels_per_s"] = round(stack.size / min(figures["seconds"]) / 1e6, 3)
        figures["times_as_fast"] = round(min(found["eager"]["seconds"]) / min(figures["seconds"]), 2)
        figures["pearson_r"] = round(float(np.corrcoef(expected, np.load(folder / f"{way}.npy").ravel())[0, 1]), 6)
    return {"stack": list(STACK), **found}


def _measured(folder: Path, model: Model, way: str) -> dict[str, Any]:
    arguments = [way, str(model.path), str(folder / "stack.npy"), str(folder / f"{way}.npy"), str(REPEATS)]
    command = [sys.executable, "-m", "benchmarks.measured_process", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def many_structures(folder: Path) -> dict[str, Any]:
    """Twelve structures from one trunk, and from twelve networks, against one structure."""
    one = random_package(folder, "one")
    trunk = random_package(folder, "trunk", outputs=DOZEN)
    separate = random_package(folder, "separate", networks=DOZEN)
    packages = [_renamed(random_package(folder, f"package_{index}"), index) for index in range(DOZEN)]
    stack = np.random.default_rng(2).normal(1000, 50, SMALL_STACK).astype(np.uint16)
    ways = {"one": one, "shared_trunk": trunk, "separate_networks": separate, "separate_packages": packages}
    seconds = {name: _seconds(stack, models) for name, models in ways.items()}
    loads = load_network.cache_info().misses
    again = {name: _seconds(stack, models, 1) for name, models in ways.items()}
    return {
        "stack": list(SMALL_STACK),
        "seconds": seconds,
        "times_the_cost_of_one": {name: round(each / seconds["one"], 2) for name, each in seconds.items()},
        "loads_after_the_first_volume": load_network.cache_info().misses - loads,
        "seconds_of_a_later_volume": again,
    }


def _renamed(model: Model, index: int) -> Model:
    card = model.card.model_copy(update={"structures": (f"structure_{index}",)})
    return Model(card, model.path)


def _seconds(stack: np.ndarray, models: Any, repeats: int = REPEATS) -> float:
    taken = []
    for _ in range(repeats + (repeats > 1)):
        start_s = time.perf_counter()
        predict(stack, models, Normalisation(1000.0, 50.0), precision="auto", memory_budget_gb=4.0)
        taken.append(time.perf_counter() - start_s)
    return round(min(taken), 3)


def on_a_gpu(folder: Path) -> dict[str, Any] | str:
    """Throughput on a GPU, and its share of what plain matrix products reach there."""
    if not torch.cuda.is_available():
        return "not measured"
    model = random_package(folder, "published")
    stack = np.random.default_rng(1).normal(1000, 50, (64, 1024, 1024)).astype(np.uint16)
    taken = []
    for _ in range(REPEATS + 1):
        start_s = time.perf_counter()
        predict(stack, model, Normalisation(1000.0, 50.0), device="cuda", precision="auto")
        taken.append(time.perf_counter() - start_s)
    megavoxels_per_s = stack.size / min(taken) / 1e6
    flop_per_voxel = 0.459e6
    return {
        "megavoxels_per_s": round(megavoxels_per_s, 2),
        "share_of_matrix_peak": round(megavoxels_per_s * 1e6 * flop_per_voxel / _matrix_flop_per_s(), 3),
    }


def _matrix_flop_per_s(size: int = 8192, repeats: int = 20) -> float:
    a = torch.randn(size, size, device="cuda", dtype=torch.bfloat16)
    a @ a
    torch.cuda.synchronize()
    start_s = time.perf_counter()
    for _ in range(repeats):
        a @ a
    torch.cuda.synchronize()
    return 2 * size**3 * repeats / (time.perf_counter() - start_s)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "work" / "prediction")

"""Trains the model that comes with livecell, on simulated movies: `make models`.

With `--statistics`, only what the card says of the training images is computed again, in a minute; weights stay.

Writes livecell/models/bundled/simulated/ and benchmarks/results/bundled_model.json. Fixed seeds and steps; about ten
minutes on two cores. The figures are of movies whose seeds were neither trained on nor used to choose the weights.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from livecell.config.pairs import SimulatedImages
from livecell.config.simulate import SimulateSettings
from livecell.config.train import FitSettings, NetworkShape, TrainSettings
from livecell.metrics import pearson_r
from livecell.models import Model, open_model, write_package
from livecell.models.card import InputNormalisation, write_card
from livecell.models.weights import WEIGHTS_NAME, read_network
from livecell.pipeline.train import train
from livecell.pipeline.training_card import training_statistics
from livecell.pipeline.training_pairs import simulated_pairs, training_data
from livecell.prediction import predict
from livecell.training import Pair, Progress

HERE = Path(__file__).parent
PACKAGE = HERE.parent / "livecell" / "models" / "bundled" / "simulated"
RESULTS = HERE / "results" / "bundled_model.json"

TEST_SEEDS = (201, 202)
"""Never trained on, never validated on. Seed 0, the default of `livecell simulate`, is left to demonstrations."""
LEAST_R = {"dna": 0.8}
LEAST_R_OF_OTHERS = 0.6

DATA = SimulatedImages(
    simulate=SimulateSettings(), train_seeds=tuple(range(1, 31)), validation_seeds=(101, 102), frames_per_seed=2
)
SETTINGS = TrainSettings(
    name="simulated",
    seed=0,
    data=DATA,
    network=NetworkShape(ndim=3, depth=3, width=16),
    fit=FitSettings(patch=(16, 64, 64), batch=4, steps=500, learning_rate=3e-3, validate_every=50),
    licence="BSD-3-Clause",
)


def main() -> None:
    """Train, score on the test seeds, and write package and figures; exit code 1 if a figure is too low."""
    if sys.argv[1:] == ["--statistics"]:
        describe_training_images(PACKAGE)
        return
    torch.set_num_threads(int(os.environ.get("LIVECELL_THREADS", "2")))
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else PACKAGE
    model = in_half_precision(train(SETTINGS, out, on_progress=_report))
    figures, seconds = score(model, list(simulated_pairs(DATA, TEST_SEEDS)))
    model = _with_figures(model, figures)
    if out == PACKAGE:
        _save(model, figures, seconds)
    print(json.dumps(figures, indent=2), f"{seconds:.2f} s per volume", flush=True)
    low = [name for name, r in figures.items() if r < LEAST_R.get(name, LEAST_R_OF_OTHERS)]
    if low:
        raise SystemExit(f"too low on the test seeds: {', '.join(low)}")


def describe_training_images(package: Path) -> None:
    """Write into the card of a package what its training images were like, as training does."""
    data = training_data(SETTINGS, InputNormalisation().clip_percentiles)
    card = open_model(package).card
    write_card(package, card.model_copy(update={"input_statistics": training_statistics(data)}))


def in_half_precision(model: Model) -> Model:
    """Halve the file of the weights; the Pearson r of every structure stays the same to four digits."""
    return write_package(model.path, model.card, read_network(model.path / WEIGHTS_NAME, model.shapes), "float16")


def score(model: Model, pairs: list[Pair]) -> tuple[dict[str, float], float]:
    """Return the Pearson r of each structure, mean over the volumes, and the seconds one volume takes."""
    rows, seconds = [], []
    for pair in pairs:
        started = time.monotonic()
        predicted = predict(pair.source, model)
        seconds.append(time.monotonic() - started)
        rows.append([pearson_r(predicted.sel(structure=name).values, target) for name, target in pair.targets.items()])
    return dict(zip(pairs[0].targets, np.mean(rows, axis=0).round(4).tolist(), strict=True)), float(np.min(seconds))


def _with_figures(model: Model, figures: dict[str, float]) -> Model:
    metrics = {name: {**model.card.metrics.get(name, {}), "pearson_r": r} for name, r in figures.items()}
    training = {**model.card.training, "test_seeds": list(TEST_SEEDS)}
    card = model.card.model_copy(update={"metrics": metrics, "training": training})
    write_card(model.path, card)
    return open_model(model.path)


def _save(model: Model, figures: dict[str, float], seconds: float) -> None:
    result: dict[str, Any] = {
        "machine": "two cores, CPU",
        "test_seeds": list(TEST_SEEDS),
        "frames_per_seed": DATA.frames_per_seed,
        "volume": list(DATA.simulate.shape),
        "seconds_per_volume": round(seconds, 2),
        "weights_mb": round((model.path / WEIGHTS_NAME).stat().st_size / 1e6, 2),
        "pearson_r": figures,
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")


def _report(progress: Progress) -> None:
    figures = " ".join(f"{r:.3f}" for r in progress.pearson_r)
    print(f"step {progress.step} {progress.seconds:.0f} s: loss {progress.loss:.3f}, validation {figures}", flush=True)


if __name__ == "__main__":
    main()

"""Trains models on real images, each with one `livecell train`, and scores them on what they never saw.

    LIVECELL_REAL_DATA=FOLDER python -m benchmarks.real_models [isl_neurons] [allen_hipsc] [a549_green]

Configurations go to benchmarks/work/real/<name>.yaml, packages beside them, figures to
benchmarks/results/real_models.json. Every choice (recipe, when to stop, thresholds) is made within the training part.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import xarray as xr

from benchmarks import real_data
from benchmarks.cores import side_by_side
from benchmarks.real_recipes import (
    ALLEN_FOLDS,
    ALLEN_TEST,
    ALLEN_TRAIN,
    ISL_TEST,
    a549_settings,
    allen_members,
    isl_members,
)
from livecell.config import TrainSettings, dump_settings, load_settings
from livecell.metrics import dice, pearson_r
from livecell.models import Model, open_model
from livecell.pipeline.train import train
from livecell.prediction import predict
from livecell.training import Progress

HERE = Path(__file__).parent
WORK = HERE / "work" / "real"
RESULTS = HERE / "results" / "real_models.json"
THRESHOLDS = np.linspace(0.1, 0.9, 33)
MASK = 0.5
"""Level of a mask of 0 and 1 between outside and inside."""


def card_figures(model: Model) -> dict[str, Any]:
    """What training itself writes down: r on the test part, whole images predicted, and the ceilings."""
    return {name: dict(figures) for name, figures in model.card.metrics.items()}


def isl_figures(*models: Model) -> dict[str, Any]:
    """Pearson r on the test columns: of all networks over mirror images, and of each alone on the image as it is."""
    images = real_data.isl_images()
    source = images.pop("source")
    together, singles = predict(source, models, uncertainty=("flips",)), [predict(source, model) for model in models]
    columns = (..., ISL_TEST)
    figures = {}
    for name, stain in images.items():
        averaged, *alone = (
            pearson_r(each.sel(structure=name).to_numpy()[columns], stain[columns]) for each in (together, *singles)
        )
        figures[name] = {
            **models[0].card.metrics.get(name, {}),
            "test_pearson_r": averaged,
            "test_pearson_r_of_each": alone,
        }
    return figures


def allen_figures(*models: Model) -> dict[str, Any]:
    """Pearson r and Dice near labelled cells of the test rows, of the mean of the networks.

    The threshold is the best one for what each network says of the cells that it has not learnt from.
    """
    stack, masks, near = real_data.read_allen(real_data.real_data() / "allen_hipsc_tubulin")
    together, *singles = (_fractions(predict(stack, each), models[0]) for each in (models, *models))
    figures = {}
    for name, mask in masks.items():
        told = (together[name], mask, near)
        unseen = [
            [volume[:, ALLEN_TRAIN, columns].ravel() for volume in (single[name], mask, near)]
            for single, (_, columns) in zip(singles, ALLEN_FOLDS, strict=True)
        ]
        threshold = _best_threshold(*map(np.concatenate, zip(*unseen, strict=True)))
        volume, truth, scored = (each[:, ALLEN_TEST] for each in told)
        figures[name] = {
            "validation_pearson_r": [model.card.metrics[name]["validation_pearson_r"] for model in models],
            "test_pearson_r": pearson_r(volume, truth, scored),
            "test_dice": dice(volume > threshold, truth, scored),
            "test_dice_at_half": dice(volume > MASK, truth, scored),
            "test_dice_of_everything": dice(scored, truth, scored),
            "threshold": threshold,
        }
    return figures


def _fractions(predicted: xr.DataArray, model: Model) -> dict[str, np.ndarray]:
    """Predictions as the masks are given: 0 outside, 1 inside."""
    return {
        str(name): model.card.output_scale[str(name)].to_counts(predicted.sel(structure=name).to_numpy())
        for name in predicted["structure"].to_numpy()
    }


def _best_threshold(values: np.ndarray, mask: np.ndarray, scored: np.ndarray) -> float:
    return float(max(THRESHOLDS, key=lambda t: dice(values > t, mask, scored)))


RUNS: dict[str, tuple[Callable[[], list[TrainSettings]], Callable[..., dict[str, Any]], str]] = {
    "isl_neurons": (isl_members, isl_figures, "columns 0-639 train, columns 704-1023 test"),
    "allen_hipsc": (
        allen_members,
        allen_figures,
        "rows 0-93 train (two halves of their cells, each stopping the other), 110-203 test",
    ),
    "a549_green": (lambda: [a549_settings()], card_figures, "images 1-3 train, 4 stops, 5 and 6 test"),
}


def run(name: str, members: list[TrainSettings], figures: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """Train what the settings say into benchmarks/work/real/<name>, and return minutes of all members and figures."""
    WORK.mkdir(parents=True, exist_ok=True)
    owns = names_of(name, len(members))
    for own, settings in zip(owns, members, strict=True):
        (WORK / f"{own}.yaml").write_text(dump_settings(settings), encoding="utf-8")
    started = time.monotonic()
    if len(members) == 1:
        train_member(name)
    else:
        with side_by_side() as pool:
            list(pool.map(train_member, owns))
    minutes, models = (time.monotonic() - started) / 60, [open_model(WORK / own) for own in owns]
    return {
        "command": "\n    ".join(
            f"livecell train benchmarks/work/real/{own}.yaml -o benchmarks/work/real/{own}" for own in owns
        ),
        "minutes": minutes,
        "steps_kept": [model.card.training["steps_kept"] for model in models],
        "structures": figures(*models),
    }


def names_of(name: str, members: int) -> list[str]:
    """Return what configurations and packages of the members are called."""
    return [f"{name}_{member}" if member > 1 else name for member in range(1, members + 1)]


def train_member(own: str) -> None:
    """Train what a configuration in benchmarks/work/real says, with the threads of this process."""
    train(load_settings(WORK / f"{own}.yaml", TrainSettings), WORK / own, on_progress=report, overwrite=True)


def report(progress: Progress) -> None:
    """Print how far a training is."""
    figures = " ".join(f"{r:.3f}" for r in progress.pearson_r)
    print(f"step {progress.step} {progress.seconds:.0f} s: loss {progress.loss:.3f}, validation {figures}", flush=True)


def rounded(value: Any) -> Any:
    """Figures to four digits."""
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    return round(value, 4) if isinstance(value, float) else value


def save(path: Path, name: str, result: dict[str, Any]) -> None:
    """Put a result beside those of other runs."""
    results = json.loads(path.read_text()) if path.exists() else {}
    results[name] = {"machine": f"{torch.get_num_threads()} cores, CPU", **result}
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(rounded(results), indent=2) + "\n")


def main() -> None:
    """Train and score the models named on the command line, or all."""
    for name in sys.argv[1:] or RUNS:
        members, figures, split = RUNS[name]
        result = {"split": split, **run(name, members(), figures)}
        save(RESULTS, name, result)
        print(name, json.dumps(rounded(result), indent=2), flush=True)


if __name__ == "__main__":
    main()

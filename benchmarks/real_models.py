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

from benchmarks import real_data
from benchmarks.cores import side_by_side
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

ISL_TEST = slice(704, 1024)  # columns
ALLEN_TRAIN, ALLEN_TEST = slice(0, 94), slice(110, 204)  # rows

STRONG = {
    "turned": 1.0,
    "zoom": 0.3,
    "contrast": 0.2,
    "gamma": 0.15,
    "noise": 0.4,
    "illumination": 0.4,
}
"""One field is all there is: what changes from day to day has to come from the augmentation."""

SAME_DAY = {
    **STRONG,
    **{"noise": 0.2, "illumination": 0.2, "illumination_gain": 0.0, "brightness": 0.1, "blur_px": 0.0},
}
"""Where the test is the same field on the same day, blur and uneven gain cost more than they bring: chosen within the
training columns of the neurons."""


def isl_settings() -> TrainSettings:
    """13 phase-contrast planes to DAPI, MAP2 and NFH in one plane, by a 2D network from scratch.

    Recipe and number of steps were chosen within the training columns: trained on columns 0-495, columns 512-639 were
    predicted best after 700 to 1000 steps, and a little better in float32 than in bfloat16.
    """
    return _isl_settings(
        network={"ndim": 2, "depth": 4, "width": 24, "planes_as_channels": True},
        fit={
            **{"patch": [1, 128, 128], "batch": 8, "steps": 800, "learning_rate": 1e-3, "weight_decay": 2e-2},
            "precision": "float32",
            "augment": {**SAME_DAY, "defocus_planes": 2.0},
        },
    )


def isl_fine_tuned_settings() -> TrainSettings:
    """The same by the bundled 3D network, which learns to project along z.

    Chosen within the training columns, too: after 1000 steps axons are predicted better than by a network from
    scratch, nuclei worse, and the mean of both predicts columns 512-639 better than either.
    """
    bundled = open_model("bundled").shapes[0]
    return _isl_settings(
        start="bundled",
        network={"ndim": 3, "depth": bundled.depth, "width": bundled.width, "project_z": True},
        fit={
            **{"patch": [16, 64, 64], "batch": 4, "steps": 1000, "learning_rate": 2e-3, "weight_decay": 1e-2},
            "augment": {**SAME_DAY, "defocus_planes": 1.0},
        },
    )


def isl_members() -> list[TrainSettings]:
    """Two bundled networks and three from scratch, whose mean is the prediction; in the order that keeps cores busy."""
    tuned, scratch = isl_fine_tuned_settings(), isl_settings()
    members = ((tuned, 0), (scratch, 0), (scratch, 1), (tuned, 1), (scratch, 2))
    return [settings.model_copy(update={"seed": seed}) for settings, seed in members]


def _isl_settings(**recipe: Any) -> TrainSettings:
    files = real_data.isl_neurons()
    return TrainSettings.model_validate(
        {
            "name": "isl_neurons",
            "data": {
                "pairs": [pair_of("isl_neurons", files)],
                "acquisition": {"axes": "zyx", "voxel_size_um": real_data.ISL_VOXEL_UM},
            },
            "validation": {"axis": "x", "train": [0, 640], "test": [704, 1024]},
            "modality": "phase contrast",
            "licence": "BSD-3-Clause",
            "structures": {
                "dendrites": {"form": "filaments", "protein": "MAP2", "color": "06A77D"},
                "axons": {"form": "filaments", "protein": "NFH", "color": "E8A33D"},
            },
            **recipe,
        }
    )


def allen_settings() -> TrainSettings:
    """Brightfield to nuclei and filled cell bodies, known for eight cells only; the test rows are not in the files."""
    files = real_data.allen_hipsc(ALLEN_TRAIN)
    return TrainSettings.model_validate(
        {
            "name": "allen_hipsc",
            "data": {
                "pairs": [pair_of("allen_hipsc", files)],
                "acquisition": {"axes": "zyx", "voxel_size_um": real_data.ALLEN_VOXEL_UM},
            },
            "validation": {"axis": "x", "fraction": 0.2, "gap": 12},
            "network": {"ndim": 3, "depth": 3, "width": 16},
            "fit": {
                **{"patch": [56, 64, 64], "batch": 2, "steps": 800, "learning_rate": 2e-3, "weight_decay": 1e-2},
                "augment": {**STRONG, "defocus_planes": 2.0},
            },
            "licence": "BSD-3-Clause",
            "structures": {"cell_bodies": {"form": "blob", "color": "8D99AE"}},
        }
    )


def a549_settings() -> TrainSettings:
    """Phase contrast to a whole-cell dye, in 2D; images 5 and 6 are held out, image 4 decides when to stop."""
    splits = {1: "train", 2: "train", 3: "train", 4: "validation", 5: "test", 6: "test"}
    pairs = [{**pair_of(f"pair{i}", real_data.a549_green(i)), "split": split} for i, split in splits.items()]
    return TrainSettings.model_validate(
        {
            "name": "a549_green",
            "data": {"pairs": pairs, "alignment": "correct", "acquisition": {"axes": "yx"}},
            "network": {"ndim": 2, "depth": 4, "width": 24},
            "fit": {
                **{"patch": [1, 192, 192], "batch": 4, "steps": 500, "learning_rate": 1e-3, "weight_decay": 1e-2},
                "augment": {**STRONG, "defocus_planes": 0.0},
            },
            "modality": "phase contrast",
            "licence": "MIT",
            "structures": {"cell_bodies": {"form": "blob", "color": "8D99AE"}},
        }
    )


def pair_of(name: str, files: dict[str, Path]) -> dict[str, Any]:
    """Settings of a pair whose files are named by role."""
    targets = {role: {"path": str(path)} for role, path in files.items() if role not in ("source", "mask")}
    pair: dict[str, Any] = {"name": name, "source": {"path": str(files["source"])}, "targets": targets}
    return {**pair, "scored": {"path": str(files["mask"])}} if "mask" in files else pair


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


def allen_figures(model: Model) -> dict[str, Any]:
    """Pearson r and Dice near labelled cells of the test rows, at the thresholds that are best in the training rows."""
    stack, masks, near = real_data.read_allen(real_data.real_data() / "allen_hipsc_tubulin")
    predicted = predict(stack, model)
    figures = {}
    for name, mask in masks.items():
        values = model.card.output_scale[name].to_counts(predicted.sel(structure=name).to_numpy())
        inner, test = ((part[:, rows] for part in (values, mask, near)) for rows in (ALLEN_TRAIN, ALLEN_TEST))
        threshold = _best_threshold(*_validated(*inner))
        volume, truth, scored = test
        figures[name] = {
            **model.card.metrics.get(name, {}),
            "test_pearson_r": pearson_r(volume, truth, scored),
            "test_dice": dice(volume > threshold, truth, scored),
            "test_dice_at_half": dice(volume > MASK, truth, scored),
            "test_dice_of_everything": dice(scored, truth, scored),
            "threshold": threshold,
        }
    return figures


def _validated(*volumes: np.ndarray) -> tuple[np.ndarray, ...]:
    """The columns of the training rows that validated: the last fifth."""
    return tuple(volume[..., round(volume.shape[-1] * 0.8) :] for volume in volumes)


def _best_threshold(values: np.ndarray, mask: np.ndarray, scored: np.ndarray) -> float:
    return float(max(THRESHOLDS, key=lambda t: dice(values > t, mask, scored)))


RUNS: dict[str, tuple[Callable[[], list[TrainSettings]], Callable[..., dict[str, Any]], str]] = {
    "isl_neurons": (isl_members, isl_figures, "columns 0-639 train, columns 704-1023 test"),
    "allen_hipsc": (
        lambda: [allen_settings()],
        allen_figures,
        "rows 0-93 train (the last fifth of their columns stops), 110-203 test",
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

"""What the simulator is worth: a real model fine-tuned from the bundled package against one trained from scratch.

    LIVECELL_REAL_DATA=FOLDER python -m benchmarks.simulator_worth [isl_neurons] [allen_hipsc]

Both sides have the same images, recipe, seed and number of steps, and take less than ten minutes on one core; once on
the whole training area, once on a tenth of it. Nothing validates: all see all of their area, and the average at the end
is kept. Each run leaves its figures in benchmarks/results/simulator_worth/<run>.json.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import real_data
from benchmarks.bundled_model import SETTINGS as BUNDLED
from benchmarks.cores import side_by_side
from benchmarks.real_models import rounded, run
from benchmarks.real_recipes import ALLEN_TEST, ALLEN_TRAIN, SAME_DAY, STRONG, pair_of
from livecell.config import TrainSettings
from livecell.metrics import pearson_r
from livecell.models import Model
from livecell.prediction import predict

RESULTS = Path(__file__).parent / "results" / "simulator_worth"
SEED = 0
STEPS = {"isl_neurons": 200, "allen_hipsc": 200}
ISL_TRAIN, ISL_TEST = slice(0, 640), slice(704, 1024)  # columns
ISL_TENTH = slice(0, 102)  # rows of the training columns
ALLEN_SIDE = 56
"""A window of 56 x 56 pixels is a tenth of the training rows."""


def isl_settings(tenth: bool, start: str | None) -> TrainSettings:
    """Phase-contrast stacks to projected stains by a 3D network, which a 3D package can start."""
    rows = ISL_TENTH if tenth else slice(0, 1024)
    files = real_data.isl_neurons(rows, ISL_TRAIN)
    settings = {
        "data": {"pairs": [pair_of("isl_neurons", files)], "acquisition": _reading(real_data.ISL_VOXEL_UM)},
        "network": {"project_z": True},
        "fit": {"patch": [16, 64, 64], "learning_rate": 2e-3, "weight_decay": 1e-2},
        "modality": "phase contrast",
        "structures": {"dendrites": {"form": "filaments"}, "axons": {"form": "filaments"}},
    }
    return _settings("isl_neurons", settings, start, rows)


def allen_settings(tenth: bool, start: str | None) -> TrainSettings:
    """Brightfield to nuclei and filled cell bodies; the tenth is the window that shows most of labelled cells."""
    rows, columns = _fullest_window() if tenth else (ALLEN_TRAIN, slice(0, 341))
    files = real_data.allen_hipsc(rows, columns)
    settings = {
        "data": {"pairs": [pair_of("allen_hipsc", files)], "acquisition": _reading(real_data.ALLEN_VOXEL_UM)},
        "fit": {"patch": [56, 48, 48], "batch": 2, "learning_rate": 2e-3, "weight_decay": 1e-2},
        "structures": {"cell_bodies": {"form": "blob"}},
    }
    return _settings("allen_hipsc", settings, start, rows)


def _fullest_window() -> tuple[slice, slice]:
    """Rows and columns of the square within the training rows that has most labelled voxels."""
    _, masks, _ = real_data.read_allen(real_data.real_data() / "allen_hipsc_tubulin")
    filled = masks["cell_bodies"][:, ALLEN_TRAIN].sum(axis=0)
    total = np.pad(filled, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    side = ALLEN_SIDE
    sums = total[side:, side:] - total[:-side, side:] - total[side:, :-side] + total[:-side, :-side]
    y, x = np.unravel_index(sums.argmax(), sums.shape)
    return slice(int(y), int(y) + side), slice(int(x), int(x) + side)


def _settings(name: str, changes: dict[str, Any], start: str | None, rows: slice) -> TrainSettings:
    shape, augment = BUNDLED.network, SAME_DAY if name == "isl_neurons" else STRONG
    fit = {"steps": STEPS[name], "validate_every": 100, "augment": {**augment, "defocus_planes": 1.0}}
    return TrainSettings.model_validate(
        {
            **{"name": name, "seed": SEED, "start": start, "licence": "BSD-3-Clause"},
            **changes,
            # All rows train, none validates.
            "validation": {"axis": "y", "train": [0, rows.stop - rows.start]},
            "network": {"ndim": 3, "depth": shape.depth, "width": shape.width, **changes.get("network", {})},
            "fit": {**fit, **changes["fit"]},
        }
    )


def _reading(voxel_size_um: tuple[float, float, float]) -> dict[str, Any]:
    return {"axes": "zyx", "voxel_size_um": voxel_size_um}


def isl_figures(model: Model) -> dict[str, Any]:
    """Pearson r on the test columns, the whole field predicted."""
    images = real_data.isl_images()
    predicted = predict(images.pop("source"), model)
    columns = (..., ISL_TEST)
    return {
        name: {"test_pearson_r": pearson_r(predicted.sel(structure=name).to_numpy()[columns], stain[columns])}
        for name, stain in images.items()
    }


def allen_figures(model: Model) -> dict[str, Any]:
    """Pearson r on the test rows, within 2 um of labelled cells."""
    stack, masks, near = real_data.read_allen(real_data.real_data() / "allen_hipsc_tubulin")
    predicted = predict(stack, model)
    rows = (slice(None), ALLEN_TEST)
    return {
        name: {"test_pearson_r": pearson_r(predicted.sel(structure=name).to_numpy()[rows], mask[rows], near[rows])}
        for name, mask in masks.items()
    }


DATA: dict[str, tuple[Callable[[bool, str | None], TrainSettings], Callable[[Model], dict[str, Any]]]] = {
    "isl_neurons": (isl_settings, isl_figures),
    "allen_hipsc": (allen_settings, allen_figures),
}


def main() -> None:
    """Make all four runs of the data named on the command line, or of both."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    runs = {
        f"{data}_{'tenth' if tenth else 'full'}_{'fine_tuned' if start else 'scratch'}": DATA[data][0](tenth, start)
        for data in sys.argv[1:] or DATA
        for tenth in (False, True)
        for start in (None, "bundled")
    }
    with side_by_side() as pool:
        for made in [pool.submit(make_run, *each) for each in runs.items()]:
            made.result()


def make_run(name: str, settings: TrainSettings) -> None:
    """Train and score one, and write its figures."""
    result = rounded(run(name, [settings], DATA[settings.name][1]))
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n")
    print(name, json.dumps(result, indent=2), flush=True)


if __name__ == "__main__":
    main()

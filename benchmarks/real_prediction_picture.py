"""The picture of the README: phase contrast, predicted and measured fluorescence on columns the model never saw.

    LIVECELL_REAL_DATA=FOLDER python -m benchmarks.real_prediction_picture

Needs the packages that benchmarks.real_models writes; their mean is shown.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from skimage.io import imread

from benchmarks.real_models import RESULTS, WORK, names_of
from livecell.models import open_model
from livecell.prediction import predict

OUT = Path(__file__).parent.parent / "docs" / "pictures" / "real_prediction.png"
TEST = slice(704, 1024)
"""Columns that were held back; all of them are shown, turned by a right angle."""
STAINS = {"dna": ("dapi_max", "DAPI"), "dendrites": ("map2_max", "MAP2"), "axons": ("nfh_max", "NFH")}
PHASE_PLANE = 6


def main() -> None:
    """Predict the field and draw its test columns."""
    folder = Path(os.environ["LIVECELL_REAL_DATA"]) / "isl_neurons"
    phase = np.stack([imread(folder / f"phase_z{z:02}.png") for z in range(13)])
    members = len(json.loads(RESULTS.read_text())["isl_neurons"]["steps_kept"])
    models = [open_model(WORK / own) for own in names_of("isl_neurons", members)]
    predicted = predict(phase, models)
    figure = Figure(figsize=(13, 8.6), dpi=90, layout="constrained", facecolor="white")
    axes = figure.subplots(4, 2)
    _show(axes[0, 0], phase[PHASE_PLANE], "phase contrast, plane 7 of 13", "gray")
    axes[0, 1].axis("off")
    for row, (name, (file, stain)) in enumerate(STAINS.items(), start=1):
        _show(axes[row, 0], predicted.sel(structure=name).to_numpy()[0], f"{stain}, predicted", "magma")
        _show(axes[row, 1], imread(folder / f"{file}.png"), f"{stain}, measured", "magma")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(OUT)


def _show(axes: object, image: NDArray[np.generic], title: str, colors: str) -> None:
    turned = image[:, TEST].T
    low, high = np.percentile(turned, (1.0, 99.7))
    axes.imshow(turned, cmap=colors, vmin=low, vmax=high, interpolation="nearest")
    axes.set_title(title, fontsize=10)
    axes.set_xticks([])
    axes.set_yticks([])


if __name__ == "__main__":
    main()

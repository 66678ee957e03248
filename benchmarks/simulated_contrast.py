"""Compares the simulated brightfield with a real stack: contrast and noise inside cells, and a picture of both.

    LIVECELL_REAL_DATA=/path/to/data python benchmarks/simulated_contrast.py

The real stack is the Allen Institute for Cell Science's (vole-core example data, BSD-3-Clause): 100x/1.25 W, 8 bit,
resampled to 0.29 x 0.331 x 0.294 um for display. Such a display scaling may have moved the zero of intensity: with an
unknown offset subtracted the relative contrast and noise of the camera's own image would be lower than measured here.
That is why the ratio of noise to contrast, which no offset and no gain can change, is given too.

Writes benchmarks/results/simulated_contrast.json and docs/pictures/simulated_and_real.png.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import tifffile
from matplotlib import pyplot as plt
from numpy.typing import NDArray
from scipy import ndimage

from livecell.config.simulate import SimulateSettings
from livecell.simulation import simulate

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "simulated_contrast.json"
PICTURE = HERE.parent / "docs" / "pictures" / "simulated_and_real.png"
REAL = "allen_hipsc_tubulin/AICS-12_881_"
ATTRIBUTION = "Allen Institute for Cell Science, vole-core example data, BSD-3-Clause"

Image = NDArray[np.float64]
Mask = NDArray[np.bool_]

STRUCTURE_SIGMA = (1.0, 4.0)
"""Gaussian sigmas, in pixels of 0.3 um, between which organelles lie: from 0.3 to 1.2 um."""
LAPLACIAN = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]]) / 6
"""Annihilates images that are smooth at the scale of a pixel; white noise keeps its standard deviation."""
NEAR_FOCUS = (0.25, 0.75)
"""Planes compared, as fractions of the range of planes with cells in them."""


def measure_plane(plane: Image, mask: Mask) -> dict[str, float]:
    """Contrast and noise relative to the mean inside the mask (y, x)."""
    fine, coarse = (ndimage.gaussian_filter(plane, sigma) for sigma in STRUCTURE_SIGMA)
    mean = plane[mask].mean()
    residual = ndimage.convolve(plane, LAPLACIAN)[mask]
    noise = np.median(np.abs(residual - np.median(residual))) / 0.6745
    return {
        "contrast": fine[mask].std() / mean,
        "structure_contrast": (fine - coarse)[mask].std() / mean,
        "noise": noise / mean,
    }


def measure(stack: Image, cells: Mask) -> dict[str, float]:
    """Medians over the planes near focus of a stack (z, y, x) within cells (z, y, x)."""
    planes = np.flatnonzero(cells.any(axis=(1, 2)))
    low, high = (planes[0] + part * (planes[-1] - planes[0]) for part in NEAR_FOCUS)
    rows = [measure_plane(stack[z], cells[z]) for z in planes if low <= z <= high]
    result = {key: float(np.median([row[key] for row in rows])) for key in rows[0]}
    return result | {"noise_over_contrast": result["noise"] / result["structure_contrast"]}


def read_real(folder: Path) -> tuple[Image, Mask]:
    """The real stack and its labelled cells, (z, y, x)."""
    stack = tifffile.imread(folder / f"{REAL}Bright_100.tif").astype(float)
    return stack, tifffile.imread(folder / f"{REAL}SEG_Memb_labels.tif") > 0


def draw(real: Image, simulated: Image, sizes_um: tuple[float, float]) -> None:
    """Draw three planes of each, from the glass upwards, in the same grey scale relative to the mean."""
    figure, axes = plt.subplots(2, 3, figsize=(12, 8.4), constrained_layout=True)
    planes = ((16, 24, 32), (2, 5, 8))
    for row, stack, chosen, pixel_um, name in zip(
        axes, (real, simulated), planes, sizes_um, ("real", "simulated"), strict=True
    ):
        for axis, z in zip(row, chosen, strict=True):
            side = round(58 / pixel_um)
            plane = stack[z, :side, :side] / stack[z].mean()
            axis.imshow(
                plane,
                cmap="gray",
                vmin=0.75,
                vmax=1.25,
                extent=(0, plane.shape[1] * pixel_um, 0, plane.shape[0] * pixel_um),
            )
            axis.set(xticks=[], yticks=[], title=f"{name}, plane {z}")
    axes[1, 0].plot((2, 12), (2, 2), color="white", linewidth=3)
    axes[1, 0].text(7, 3, "10 um", color="white", ha="center", va="bottom")
    figure.supxlabel(f"Real: {ATTRIBUTION}. Grey scale: 0.75 to 1.25 of the mean.", fontsize=9)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(PICTURE, dpi=90)


def main() -> None:
    """Measure both, draw them, write the figures."""
    if "LIVECELL_REAL_DATA" not in os.environ:
        sys.exit("LIVECELL_REAL_DATA: expected the folder of real images, found nothing; set it")
    mpl.use("Agg")
    real, real_cells = read_real(Path(os.environ["LIVECELL_REAL_DATA"]))
    settings = SimulateSettings(seed=3, timepoints=1, structures=("cell_membrane",))
    frame = simulate(settings).frame(0)
    simulated = frame.brightfield - settings.camera.offset_counts
    figures = {
        "real": measure(real, real_cells),
        "simulated": measure(simulated, frame.labels["cell_membrane"] > 0),
    }
    figures["ratio"] = {key: figures["simulated"][key] / figures["real"][key] for key in figures["real"]}
    report = figures | {"real_data": ATTRIBUTION, "simulated_seed": settings.seed}
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(report, indent=2) + "\n")
    draw(real, simulated, (0.3125, settings.voxel_size_um[2]))
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()

"""The picture of docs/simulation.md: a simulated field in three kinds of light, and its thirteen structures.

python -m benchmarks.simulated_pictures
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from livecell.config.microscope import Brightfield, Dic, Illumination, PhaseContrast
from livecell.config.simulate import SimulateSettings
from livecell.simulation import Frame, simulate
from livecell.structures import STRUCTURES

OUT = Path(__file__).parent.parent / "docs" / "pictures" / "simulated_structures.png"
SEED, FRAME, PLANE = 7, 20, 7
LIGHT: dict[str, tuple[Illumination, float]] = {
    "brightfield": (Brightfield(condenser_na=0.5), 1.0),
    "phase contrast": (PhaseContrast(ring_inner_na=0.5, ring_outer_na=0.6), 0.25),
    "DIC": (Dic(shear_um=0.2), 1.0),
}
"""Kinds of light, and the contrast of the specimen: in phase contrast whole cells are too thick for first order."""
COLUMNS = 4


def frame_in(illumination: Illumination, contrast: float) -> Frame:
    """Return the same timepoint of the same cells in one kind of light."""
    plain = SimulateSettings(seed=SEED)
    optics = plain.optics.model_copy(update={"illumination": illumination, "contrast": contrast})
    return simulate(plain.model_copy(update={"optics": optics})).frame(FRAME)


def main() -> None:
    """Draw all panels."""
    frames = {name: frame_in(*light) for name, light in LIGHT.items()}
    panels: list[tuple[str, NDArray[np.generic], tuple[float, float]]] = [
        (f"{name}, plane {PLANE}", frame.brightfield[PLANE], (0.3, 99.7)) for name, frame in frames.items()
    ]
    targets = frames["brightfield"].targets
    panels += [(name.replace("_", " "), targets[name].max(axis=0), (0.0, 99.8)) for name in STRUCTURES]
    rows = -(-len(panels) // COLUMNS)
    figure = Figure(figsize=(2.6 * COLUMNS, 2.75 * rows), dpi=100, layout="constrained", facecolor="white")
    axes = figure.subplots(rows, COLUMNS).ravel()
    for axis, (title, image, percentiles) in zip(axes, panels, strict=True):
        low, high = np.percentile(image, percentiles)
        axis.imshow(image, cmap="gray", vmin=low, vmax=max(high, low + 1), interpolation="nearest")
        axis.set_title(title, fontsize=9)
        axis.axis("off")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(OUT)


if __name__ == "__main__":
    main()

"""The specimen at one timepoint: how it refracts and absorbs, what fluoresces, and which object is where.

Refractive indices of cytoplasm, nucleoli and mitochondria are from the lower half of the ranges in P. Y. Liu et al.,
"Cell refractive index for cell biology and disease diagnosis: past, present and future", Lab Chip 16, 634 (2016). The
nucleus is less dense than the cytoplasm: M. Schürmann et al., "Cell nuclei have lower refractive index and mass density
than cytoplasm", J. Biophotonics 9, 1068 (2016). The others are assumptions: vesicles as lipid mixed with water, the
nuclear envelope, 50 nm of two membranes, as diluted over the thickness it is drawn with, golgi and granules as a little
denser than cytoplasm. So is absorption, which is weak in the red and given to structures that hold haem or pigment or
are dense enough to scatter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.config.simulate import SimulateSettings
from livecell.simulation.draw_beads import draw_beads
from livecell.simulation.drawing import Drawing, draw_cells, draw_nuclei, membrane_density
from livecell.simulation.scene import Scene

Float = NDArray[np.float32]

INDEX = {
    "cell_membrane": 1.360,  # cytoplasm
    "granules": 1.375,
    "golgi": 1.385,
    "mitochondria": 1.405,
    "dna": 1.354,
    "nuclear_envelope": 1.375,
    "nucleoli": 1.375,
    "vesicles": 1.425,
}
"""Refractive index of the inside of each structure, in the order in which they are drawn over each other."""

LOSS_PER_UM = {"mitochondria": 0.004, "vesicles": 0.003, "nucleoli": 0.002}
"""Loss of amplitude per micrometre, for structures that absorb or scatter light out of the aperture."""

_BRIGHTNESS = 1000.0
"""Counts of a structure that fills the whole point spread."""
_MEMBRANE_UM = 0.5
"""Depth of membrane that has that brightness."""
_EXCLUSION = 0.6
"""Part of the DNA that nucleoli keep out."""


@dataclass(frozen=True)
class Specimen:
    """All structures drawn at one timepoint."""

    drawings: dict[str, Drawing]
    voxel_size_um: tuple[float, float, float]

    def index_change(self, medium_index: float) -> Float:
        """Refractive index minus the medium's, (z, y, x)."""
        change = np.zeros_like(self.drawings["dna"].filled)
        for name, index in INDEX.items():
            change += self.drawings[name].filled * (np.float32(index - medium_index) - change)
        return change

    def loss_per_um(self) -> Float:
        """Loss of amplitude per micrometre, (z, y, x)."""
        loss = np.zeros_like(self.drawings["dna"].filled)
        for name, per_um in LOSS_PER_UM.items():
            loss += self.drawings[name].filled * np.float32(per_um)
        return loss

    def density(self, structure: str) -> Float:
        """Fluorescent label of a structure before any blur, (z, y, x), in counts."""
        filled = self.drawings[structure].filled
        if structure == "cell_membrane":
            filled = membrane_density(filled, self.voxel_size_um) * _MEMBRANE_UM
        if structure == "dna":
            filled = filled * (1 - _EXCLUSION * self.drawings["nucleoli"].filled)
        return np.asarray(filled * _BRIGHTNESS, dtype=np.float32)


def draw_specimen(scene: Scene, settings: SimulateSettings, t: int) -> Specimen:
    """Draw every structure of the scene at timepoint t."""
    shape, voxel = settings.shape, settings.voxel_size_um
    nuclei, envelopes = draw_nuclei(scene.cells, t, shape, voxel)
    drawings = {
        "cell_membrane": draw_cells(scene.cells, t, shape, voxel),
        "dna": nuclei,
        "nuclear_envelope": envelopes,
    }
    drawings |= {name: draw_beads(one.beads(t), shape, voxel) for name, one in scene.organelles.items()}
    return Specimen(drawings, voxel)

"""The specimen at one timepoint: how it refracts and absorbs, what fluoresces, and which object is where.

Refractive indices of cytoplasm, nucleoli and mitochondria are from the lower half of the ranges in P. Y. Liu et al.,
"Cell refractive index for cell biology and disease diagnosis: past, present and future", Lab Chip 16, 634 (2016). The
nucleus is less dense than the cytoplasm: M. Schürmann et al., "Cell nuclei have lower refractive index and mass density
than cytoplasm", J. Biophotonics 9, 1068 (2016); what chromosomes add when they condense is an assumption. So are the
others: vesicles as lipid mixed with water, granules as a little denser than cytoplasm, the golgi's stacked membranes
nearly as mitochondria, desmosomes and bundles with myosin as dense protein. What is thinner than it can be drawn is
diluted over the thickness it is drawn with, by area: a microtubule, 25 nm of protein (index about 1.5) in a tube of
0.3 um, is 0.001 above the cytoplasm; so are membranes of the endoplasmic reticulum and of the nuclear envelope, and
tight junctions. Drawn as actin are fibres and cortex: bundles of filaments that fill a tenth of the tube. Absorption is
weak in the red, and given to structures that hold haem or pigment or are dense enough to scatter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.config.simulate import SimulateSettings
from livecell.simulation.bodies import draw_cells, draw_nuclei, membrane_density
from livecell.simulation.draw_beads import draw_beads
from livecell.simulation.drawing import Drawing, Voxel
from livecell.simulation.junctions import desmosomes, tight_junctions
from livecell.simulation.scene import Scene

Float = NDArray[np.float32]

INDEX = {
    "cell_membrane": 1.360,  # cytoplasm
    "granules": 1.375,
    "endoplasmic_reticulum": 1.366,
    "microtubules": 1.361,
    "actin_filaments": 1.374,
    "actomyosin_bundles": 1.378,
    "golgi": 1.398,
    "mitochondria": 1.405,
    "dna": 1.354,
    "nuclear_envelope": 1.375,
    "nucleoli": 1.375,
    "tight_junctions": 1.364,
    "desmosomes": 1.385,
    "vesicles": 1.425,
}
"""Refractive index of the inside of each structure, in the order in which they are drawn over each other."""

LOSS_PER_UM = {
    "mitochondria": 0.004,
    "vesicles": 0.003,
    "nucleoli": 0.002,
    "granules": 0.001,
    "desmosomes": 0.001,
}
"""Loss of amplitude per micrometre, for structures that absorb or scatter light out of the aperture."""

_CHROMATIN = 0.008
"""Refractive index that each further average concentration of DNA adds."""
_BRIGHTNESS = 1000.0
"""Counts of a structure that fills the whole point spread."""
_MEMBRANE_UM = 0.5
"""Depth of membrane that has that brightness."""
_EXCLUSION = 0.6
"""Part of the DNA that nucleoli keep out."""


@dataclass(frozen=True)
class Specimen:
    """All structures drawn at one timepoint, and the concentration (z, y, x) of DNA, 1 in an average nucleus."""

    drawings: dict[str, Drawing]
    concentration: Float
    voxel_size_um: Voxel

    def index_change(self, medium_index: float, contrast: float = 1.0) -> Float:
        """Refractive index minus the medium's, (z, y, x), times a contrast."""
        change = np.zeros_like(self.concentration)
        for name, index in INDEX.items():
            change += self.drawings[name].filled * (np.float32(index - medium_index) - change)
        change += np.float32(_CHROMATIN) * (self.concentration - self.drawings["dna"].filled).clip(0)
        return change * np.float32(contrast)

    def loss_per_um(self, contrast: float = 1.0) -> Float:
        """Loss of amplitude per micrometre, (z, y, x), times a contrast."""
        loss = np.zeros_like(self.concentration)
        for name, per_um in LOSS_PER_UM.items():
            loss += self.drawings[name].filled * np.float32(per_um * contrast)
        return loss

    def density(self, structure: str) -> Float:
        """Fluorescent label of a structure before any blur, (z, y, x), in counts."""
        filled = self.drawings[structure].filled
        if structure == "cell_membrane":
            filled = membrane_density(filled, self.voxel_size_um) * np.float32(_MEMBRANE_UM)
        if structure == "dna":
            filled = self.concentration * (1 - np.float32(_EXCLUSION) * self.drawings["nucleoli"].filled)
        return filled * np.float32(_BRIGHTNESS)


def draw_specimen(scene: Scene, settings: SimulateSettings, t: int, origin_um: Voxel = (0.0, 0.0, 0.0)) -> Specimen:
    """Draw every structure of the scene at timepoint t, in a volume whose first voxel lies at `origin_um`."""
    shape, voxel, cells = settings.shape, settings.voxel_size_um, scene.cells
    nuclei = draw_nuclei(cells, t, shape, voxel, origin_um)
    drawings = {
        "cell_membrane": draw_cells(cells, t, shape, voxel, origin_um),
        "dna": nuclei.solid,
        "nuclear_envelope": nuclei.envelope,
    }
    beads = {name: organelle.beads(t) for name, organelle in scene.organelles.items()}
    beads |= {"tight_junctions": tight_junctions(cells, t), "desmosomes": desmosomes(cells, t, settings.seed)}
    drawings |= {name: draw_beads(one, shape, voxel, origin_um) for name, one in beads.items()}
    return Specimen(drawings, nuclei.concentration, voxel)

"""What is simulated."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field, model_validator

from livecell.config.base import Count, Fraction, NonNegative, Positive, Settings, VoxelSize, WholeNumber
from livecell.config.microscope import CameraSettings, FluorescenceCameraSettings, OpticsSettings, StageSettings
from livecell.config.organelles import OrganelleSettings

SimulatedStructure = Literal[
    "microtubules",
    "actin_filaments",
    "desmosomes",
    "dna",
    "nucleoli",
    "nuclear_envelope",
    "cell_membrane",
    "actomyosin_bundles",
    "endoplasmic_reticulum",
    "golgi",
    "mitochondria",
    "tight_junctions",
    "vesicles",
]


class WalkSpeed(Settings):
    """Nuclei walk with a speed."""

    speed_um_h: NonNegative = Field(15.0, description="length of a nucleus's path per hour")


class WalkRadii(Settings):
    """Nuclei walk a fraction of their radius from frame to frame."""

    radii_per_frame: NonNegative = Field(description="step from frame to frame, in mean lateral radii of a nucleus")


class CellSettings(Settings):
    """Number, size and movement of cells."""

    count: Count = Field(7, description="cells in the field at the start")
    radius_um: Positive = Field(9.5, description="radius around a nucleus that no other cell enters")
    height_um: Positive = Field(6.0, description="height over the nucleus")
    nucleus_radius_um: Positive = Field(4.5, description="mean lateral radius of a nucleus")
    nucleus_walk: WalkSpeed | WalkRadii = Field(WalkSpeed(), description="speed_um_h, or radii_per_frame")
    persistence: Fraction = Field(0.8, description="0: a new direction every frame; 1: straight on")
    touching: Fraction = Field(0.6, description="share of the cells that start beside another one")
    adhesion: Fraction = Field(0.3, description="0: cells walk as if alone; 1: they keep close to their neighbour")
    cycle_h: Positive | None = Field(18.0, description="hours from one division to the next; null: none divides")
    division_minutes: Positive = Field(60.0, description="from rounding up to two spread daughters")
    death_rate_per_h: NonNegative = Field(0.004, description="part of the cells that die per hour")
    death_minutes: Positive = Field(40.0, description="from the first rounding of a dying cell until it is gone")

    @model_validator(mode="after")
    def _nucleus_fits_into_cell(self) -> CellSettings:
        if self.nucleus_radius_um > 0.6 * self.radius_um:
            raise ValueError("nucleus_radius_um must not exceed 0.6 of radius_um")
        return self


class SimulateSettings(Settings):
    """A simulated acquisition."""

    seed: WholeNumber = 0
    timepoints: Count = 60
    shape: tuple[Count, Count, Count] = Field((16, 256, 256), description="z, y, x voxels")
    voxel_size_um: VoxelSize = Field((0.5, 0.29, 0.29), description="z, y, x in micrometres")
    interval_s: Positive = Field(60.0, description="seconds between timepoints")
    missing: tuple[WholeNumber, ...] = Field((), description="timepoints the microscope skipped")
    noisy_every: WholeNumber = Field(
        10, description="every how many timepoints the truth is also given with the camera's noise; 0: never"
    )
    structures: tuple[SimulatedStructure, ...] = Field(
        get_args(SimulatedStructure),
        min_length=1,
        description="structures whose truth is given; cells always contain all of them",
    )
    cells: CellSettings = CellSettings()
    organelles: OrganelleSettings = OrganelleSettings()
    optics: OpticsSettings = OpticsSettings()
    camera: CameraSettings = CameraSettings()
    fluorescence_camera: FluorescenceCameraSettings = FluorescenceCameraSettings()
    stage: StageSettings = StageSettings()

    @property
    def nucleus_step_um(self) -> float:
        """Length of a nucleus's step from frame to frame, micrometres."""
        walk = self.cells.nucleus_walk
        if isinstance(walk, WalkRadii):
            return walk.radii_per_frame * self.cells.nucleus_radius_um
        return walk.speed_um_h * self.interval_s / 3600

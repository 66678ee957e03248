"""The simulated microscope: its light paths, its cameras and its stage."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, model_validator

from livecell.config.base import Fraction, NonNegative, Positive, Settings, WholeNumber


class Brightfield(Settings):
    """The condenser's whole aperture lights the specimen."""

    condenser_na: Positive = Field(0.5, description="numerical aperture of the condenser")


class PhaseContrast(Settings):
    """A ring in the condenser lights the specimen; a ring in the objective shifts and dims the direct light."""

    ring_inner_na: Positive = Field(description="numerical aperture at the inner edge of the rings")
    ring_outer_na: Positive = Field(description="numerical aperture at their outer edge")
    ring_absorption: float = Field(0.75, ge=0, lt=1, description="part of the direct light that the ring takes away")
    ring_advance_rad: float = Field(
        1.5708, description="how far the ring advances the direct light; above 0, dense objects are dark"
    )


class Dic(Settings):
    """Two images of opposite sign, shifted against each other by a prism, interfere."""

    shear_um: Positive = Field(description="distance of the two images in the specimen")
    bias_rad: float = Field(1.0, gt=0, le=3.1416, description="phase between the two images where nothing is")
    angle_deg: float = Field(45.0, description="direction of the shear: 0 along x, 90 along y")
    condenser_na: Positive = Field(0.5, description="numerical aperture of the condenser")


def _kind_of_illumination(values: Any) -> str:
    # Without it, an error would speak of whichever member of the union was tried first.
    keys = tuple(values) if isinstance(values, dict) else tuple(type(values).model_fields)
    if any(key.startswith("ring") for key in keys):
        return "phase_contrast"
    return "dic" if any(key.startswith("shear") for key in keys) else "brightfield"


Illumination = Annotated[
    Annotated[Brightfield, Tag("brightfield")]
    | Annotated[PhaseContrast, Tag("phase_contrast")]
    | Annotated[Dic, Tag("dic")],
    Discriminator(_kind_of_illumination),
]


class Widefield(Settings):
    """The whole field is lit, and all light is seen."""


class Confocal(Settings):
    """The field is scanned by points or a disc, and seen through pinholes."""

    pinhole_airy: Positive = Field(description="diameter of the pinhole in Airy discs of the emission")
    excitation_um: Positive = Field(0.49, description="wavelength of the excitation")


class FluorescenceSettings(Settings):
    """The fluorescence path; it shares the objective with the transmitted light."""

    emission_um: Positive = Field(0.52, description="wavelength of the fluorescence")
    detection: Confocal | Widefield = Field(
        Confocal(pinhole_airy=1.0), description="pinhole_airy and excitation_um, or {} for widefield"
    )
    blur_um: NonNegative = Field(0.0, description="standard deviation of further blur: lenses, pixels")


class OpticsSettings(Settings):
    """The microscope: its transmitted light and its fluorescence path."""

    wavelength_um: Positive = Field(0.74, description="wavelength of the transmitted light, in vacuum")
    objective_na: Positive = Field(1.2, description="numerical aperture of the objective")
    medium_index: Positive = Field(1.337, description="refractive index of the medium")
    illumination: Illumination = Field(
        Brightfield(), description="condenser_na (brightfield); ring_inner_na, ring_outer_na; or shear_um (DIC)"
    )
    defocus_um: float = Field(
        0.3, description="how far transmitted light focuses above fluorescence at the same stage height"
    )
    contrast: Positive = Field(1.0, description="factor on how much the specimen refracts and absorbs")
    blur_um: NonNegative = Field(0.0, description="standard deviation of further blur of the transmitted light")
    shading: Fraction = Field(0.04, description="loss of light from the centre of the field to its corners")
    fluorescence: FluorescenceSettings = FluorescenceSettings()

    @property
    def source_na(self) -> tuple[float, float]:
        """Numerical apertures between which the condenser lights the specimen."""
        if isinstance(self.illumination, PhaseContrast):
            return self.illumination.ring_inner_na, self.illumination.ring_outer_na
        return 0.0, self.illumination.condenser_na

    @property
    def modality(self) -> str:
        """What the transmitted light is: brightfield, phase_contrast or dic."""
        return _kind_of_illumination(self.illumination)

    @model_validator(mode="after")
    def _apertures_fit(self) -> OpticsSettings:
        inner, outer = self.source_na
        if max(self.objective_na, outer) >= self.medium_index:
            raise ValueError("objective_na and condenser_na must be below medium_index")
        if not inner < outer:
            raise ValueError("ring_inner_na must be below ring_outer_na")
        if inner > 0 and outer > self.objective_na:
            raise ValueError("ring_outer_na must not exceed objective_na")
        return self


class CameraSettings(Settings):
    """The camera of the transmitted light."""

    photons: Positive = Field(8000.0, description="photoelectrons per pixel of the empty background")
    read_noise_e: NonNegative = Field(1.6, description="standard deviation of the read noise, electrons")
    offset_counts: NonNegative = Field(100.0, description="counts without light")
    counts_per_electron: Positive = Field(1.0, description="gain")
    gain_spread: NonNegative = Field(0.005, description="relative standard deviation of the gain between pixels")
    offset_spread_counts: NonNegative = Field(1.0, description="standard deviation of the offset between pixels")
    dust: WholeNumber = Field(2, description="specks of dust in the light path")
    dust_depth: Fraction = Field(0.03, description="part of the light that a speck takes away at most")


class FluorescenceCameraSettings(Settings):
    """The camera of the fluorescence path."""

    electrons_per_count: Positive = Field(0.3, description="photoelectrons per count of the image without noise")
    background_counts: NonNegative = Field(20.0, description="light of the medium and of the cells themselves")
    read_noise_e: NonNegative = Field(1.6, description="standard deviation of the read noise, electrons")
    offset_counts: NonNegative = Field(100.0, description="counts without light")


class StageSettings(Settings):
    """How the stage, the focus and the lamp wander over a movie."""

    drift_um_h: tuple[float, float] = Field((0.0, 0.0), description="steady drift along y and x")
    wander_um_sqrt_h: NonNegative = Field(0.0, description="random drift along y and x after an hour, one axis")
    focus_um: float = Field(0.0, description="how far the first stack is taken above its nominal height")
    focus_drift_um_h: float = Field(0.0, description="steady drift of the focus")
    focus_jitter_um: NonNegative = Field(0.0, description="standard deviation of the focus from frame to frame")
    lamp_flicker: NonNegative = Field(0.003, description="relative standard deviation of the lamp between frames")

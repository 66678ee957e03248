"""The simulated microscope: optics and camera."""

from __future__ import annotations

from pydantic import Field, model_validator

from livecell.config.base import Fraction, NonNegative, Positive, Settings


class OpticsSettings(Settings):
    """The microscope: its brightfield path and its fluorescence path."""

    wavelength_um: Positive = Field(0.74, description="wavelength of the transmitted light, in vacuum")
    objective_na: Positive = Field(1.2, description="numerical aperture of the objective")
    condenser_na: Positive = Field(0.5, description="numerical aperture of the condenser")
    defocus_um: float = Field(
        0.3, description="how far brightfield focuses above fluorescence at the same stage height"
    )
    medium_index: Positive = Field(1.337, description="refractive index of the medium")
    emission_um: Positive = Field(0.52, description="wavelength of the fluorescence")
    shading: Fraction = Field(0.04, description="loss of light from the centre of the field to its corners")

    @model_validator(mode="after")
    def _apertures_fit(self) -> OpticsSettings:
        if max(self.objective_na, self.condenser_na) >= self.medium_index:
            raise ValueError("objective_na and condenser_na must be below medium_index")
        return self


class CameraSettings(Settings):
    """The camera of the brightfield path."""

    photons: Positive = Field(8000.0, description="photoelectrons per pixel of the empty background")
    read_noise_e: NonNegative = Field(1.6, description="standard deviation of the read noise, electrons")
    offset_counts: NonNegative = Field(100.0, description="counts without light")
    counts_per_electron: Positive = Field(1.0, description="gain")

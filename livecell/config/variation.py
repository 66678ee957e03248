"""Ranges over which simulated movies differ, so that a real microscope may lie among them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from livecell.config.base import Fraction, NonNegative, Positive, Settings, WholeNumber


def _ordered(bounds: tuple[float, float]) -> tuple[float, float]:
    if bounds[0] > bounds[1]:
        raise ValueError("the lower end of a range comes first")
    return bounds


Range = Annotated[tuple[float, float], AfterValidator(_ordered)]
"""Every value between the two is as likely."""
Share = Annotated[tuple[Fraction, Fraction], AfterValidator(_ordered)]
"""The same, of fractions."""
Amounts = Annotated[tuple[NonNegative, NonNegative], AfterValidator(_ordered)]
"""The same, of what cannot be negative."""
Scales = Annotated[tuple[Positive, Positive], AfterValidator(_ordered)]
"""Every ratio between the two is as likely: a doubling at the lower end as one at the upper."""


class IlluminationRanges(Settings):
    """Kinds of transmitted light, and what is particular to each."""

    brightfield: NonNegative = Field(0.6, description="how often brightfield, relative to the others")
    phase_contrast: NonNegative = Field(0.2, description="how often phase contrast")
    dic: NonNegative = Field(0.2, description="how often DIC")
    condenser: Share = Field((0.3, 0.8), description="aperture of the condenser, in apertures of the objective")
    ring: Share = Field((0.35, 0.6), description="middle of the phase rings, in apertures of the objective")
    ring_width: Share = Field((0.06, 0.15), description="width of the phase rings, in apertures of the objective")
    ring_absorption: Share = Field((0.5, 0.85), description="part of the direct light that a phase ring takes away")
    ring_contrast: Scales = Field(
        (0.1, 0.4), description="further factor on the contrast: cells are too thick for first order in phase contrast"
    )
    shear_um: Scales = Field((0.1, 0.4), description="shear of DIC")
    bias_rad: Scales = Field((0.5, 2.0), description="bias of DIC")

    @model_validator(mode="after")
    def _can_be_drawn(self) -> IlluminationRanges:
        if self.brightfield + self.phase_contrast + self.dic == 0:
            raise ValueError("one of brightfield, phase_contrast and dic must be above 0")
        half = self.ring_width[1] / 2
        if self.ring[0] <= half or self.ring[1] + half > 1:
            raise ValueError("phase rings must lie inside the objective's aperture, and be open in the middle")
        return self


class CellRanges(Settings):
    """Size and number of cells."""

    size: Scales = Field((0.75, 1.4), description="factor on the sizes of cells and nuclei")
    flatness: Scales = Field((0.7, 1.3), description="factor on the height of cells beyond that on their size")
    cover: Share = Field((0.08, 0.35), description="part of the field that the cells take")
    focus_um: Range = Field((-1.5, 1.5), description="height of the stack over its nominal one")


class SimulationRanges(Settings):
    """What is drawn anew for every simulated movie."""

    illumination: IlluminationRanges = IlluminationRanges()
    cells: CellRanges = CellRanges()
    objective_na: Scales = Field((0.7, 1.28), description="numerical aperture of the objective")
    wavelength_um: Scales = Field((0.5, 0.76), description="wavelength of the transmitted light")
    defocus_um: Range = Field((-1.0, 1.0), description="how far transmitted light focuses above fluorescence")
    contrast: Scales = Field((0.5, 2.0), description="factor on how much the specimen refracts and absorbs")
    blur_um: Amounts = Field((0.0, 0.25), description="standard deviation of further blur of the transmitted light")
    shading: Share = Field((0.0, 0.25), description="loss of light from the centre of the field to its corners")
    photons: Scales = Field((800.0, 30000.0), description="photoelectrons per pixel of the empty background")
    read_noise_e: Amounts = Field((1.0, 6.0), description="standard deviation of the read noise, electrons")
    dust: Annotated[tuple[WholeNumber, WholeNumber], AfterValidator(_ordered)] = Field(
        (0, 6), description="specks of dust in the light path"
    )
    dust_depth: Share = Field((0.01, 0.1), description="part of the light that a speck takes away at most")

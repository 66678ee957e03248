"""How training images are varied, so that a model also holds for another day, another lamp, another focus."""

from __future__ import annotations

from pydantic import Field

from livecell.config.base import Fraction, NonNegative, Settings


class AugmentSettings(Settings):
    """Strengths of the random changes of each patch; 0 or false turns one off.

    Geometry changes image and targets alike, all else the image alone. An `sd` of the image is its standard deviation.
    """

    flip: bool = Field(True, description="mirror along x (and by turns along y)")
    flip_z: bool = Field(False, description="mirror along z; defocus looks different above and below")
    quarter_turns: bool = Field(True, description="turn by multiples of 90 degrees in the plane")
    turned: Fraction = Field(0.5, description="share of patches that are rotated and scaled by any amount")
    rotation_deg: NonNegative = Field(180.0, description="largest rotation of these, degrees either way")
    zoom: float = Field(0.15, ge=0, lt=1, description="largest change of their lateral scale, as a fraction of it")
    contrast: NonNegative = Field(0.2, description="standard deviation of the logarithm of the contrast")
    gamma: NonNegative = Field(0.15, description="standard deviation of the logarithm of gamma")
    brightness: NonNegative = Field(0.15, description="standard deviation of the brightness, in sd of the image")
    noise: NonNegative = Field(0.15, description="largest standard deviation of added noise, in sd of the image")
    illumination: NonNegative = Field(0.2, description="largest uneven brightness across a patch, in sd of the image")
    illumination_gain: Fraction = Field(0.15, description="largest uneven contrast across a patch, as a fraction of it")
    blur_px: NonNegative = Field(0.8, description="largest standard deviation of a blur along y and x, pixels")
    defocus_planes: NonNegative = Field(0.5, description="largest shift of the image against its targets, z planes")
    lost_planes: Fraction = Field(0.0, description="share of planes of the image that are blanked")


AS_RECORDED = AugmentSettings(
    flip=False,
    quarter_turns=False,
    turned=0,
    contrast=0,
    gamma=0,
    brightness=0,
    noise=0,
    illumination=0,
    illumination_gain=0,
    blur_px=0,
    defocus_planes=0,
)
"""Nothing is varied."""

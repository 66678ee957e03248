"""What is computed of each track, and of structures and cells over time."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from livecell.config.base import NonNegative, Settings

Fraction = Annotated[float, Field(gt=0, le=1)]


class DynamicsSettings(Settings):
    """Motion of tracks, and mean squared displacements."""

    max_lag_fraction: Fraction = Field(
        0.25, description="longest lag of the mean squared displacement, as a fraction of the track"
    )
    max_lags: int = Field(50, ge=2, description="most lags of the mean squared displacement")
    min_points: int = Field(8, ge=4, description="shorter tracks get no diffusion coefficient")
    exposure_s: NonNegative = Field(0.0, description="exposure of each image: what moves meanwhile is blurred")

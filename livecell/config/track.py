"""How objects are linked into tracks, and what is computed of each track."""

from __future__ import annotations

from pydantic import Field

from livecell.config.base import Settings


class TrackSettings(Settings):
    """Linking in micrometres."""


class DynamicsSettings(Settings):
    """Mean squared displacement and its fit."""

    max_lag_fraction: float = Field(0.25, gt=0, le=1, description="longest lag of the fit, as a fraction of the track")
    min_points: int = Field(8, ge=4, description="shorter tracks get no diffusion coefficient")

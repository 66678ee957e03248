"""Settings of the drift of the stage."""

from __future__ import annotations

from pydantic import Field

from livecell.config.base import Settings


class DriftSettings(Settings):
    """Drift of the stage along x, y and z, estimated from the input and taken out of the tracks."""

    estimate: bool = Field(False, description="estimate the drift, and correct the tracks for what is certain of it")

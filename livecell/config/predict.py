"""How volumes are predicted."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from livecell.config.base import Count, Positive, Settings


class PredictSettings(Settings):
    """Which models and structures, in which tiles, stored as what."""

    models: tuple[str, ...] = Field(("bundled",), min_length=1, description="model packages: folders, or `bundled`")
    structures: tuple[str, ...] | None = Field(None, description="structures to predict; default: all of the models")
    device: str = Field("auto", pattern=r"^(auto|cpu|cuda(:\d+)?)$", description="auto, cpu, cuda or cuda:N")
    tile: tuple[Count, Count, Count] | None = Field(
        None, description="z, y, x voxels predicted at once; default: as large as memory_budget_gb allows"
    )
    memory_budget_gb: Positive = Field(2.0, description="memory one prediction may take")
    dtype: Literal["uint16", "float32"] = Field("uint16", description="how predictions are stored; uint16 is scaled")
    calibration_frames: Count = Field(3, description="frames, spread over the series, that normalisation comes from")

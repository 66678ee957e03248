"""How volumes are predicted."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from livecell.config.base import Count, Positive, Settings

Precision = Literal["auto", "float32", "bfloat16", "float16"]
StoredAs = Literal["uint16", "uint8", "float16", "float32", "none"]
NormalisedBy = Literal["series", "frame", "file"]
CalibratedFrom = Literal["series", "start"]
UncertaintySource = Literal["flips", "ensemble", "head"]


class PredictSettings(Settings):
    """Which models and structures, in which tiles, stored as what."""

    models: tuple[str, ...] = Field(("bundled",), min_length=1, description="model packages: folders, or `bundled`")
    structures: tuple[str, ...] | None = Field(
        None,
        description="structures to predict; default: all whose r is at least 0.3 by the cards of the models",
    )
    device: str = Field("auto", pattern=r"^(auto|cpu|cuda(:\d+)?)$", description="auto, cpu, cuda or cuda:N")
    precision: Precision = Field(
        "auto", description="of the network: auto (the fastest that the device is made for), float32, bfloat16, float16"
    )
    tile: tuple[Count, Count, Count] | None = Field(
        None, description="z, y, x voxels predicted at once; default: as large as memory_budget_gb allows"
    )
    memory_budget_gb: Positive | None = Field(
        None, description="memory one prediction may take; default: from what is free on the device"
    )
    normalisation: NormalisedBy = Field(
        "series", description="over what input is normalised: each series (no flicker), each frame, or the whole file"
    )
    calibration_frames: Count = Field(3, description="frames that normalisation and thresholds come from")
    calibrated_from: CalibratedFrom = Field(
        "series",
        description="where these frames are: spread over the series, or its start (a recording that is watched is then "
        "computed once)",
    )
    dtype: StoredAs = Field(
        "uint16",
        description="how predictions are stored; integers are scaled; none deletes a volume once it is measured",
    )
    store_at: str | None = Field(
        None,
        pattern="^s3://[^/]+/.+$",
        description="address s3://bucket/name below which volumes and labels are stored, of this run alone; default: "
        "the run folder",
    )
    projections: bool = Field(False, description="store maximum projections along z as well")
    uncertainty: tuple[UncertaintySource, ...] = Field(
        (),
        description="what the uncertainty of each voxel is told from: flips of the input, the models of an ensemble, "
        "the head of a model that has learnt its own",
    )

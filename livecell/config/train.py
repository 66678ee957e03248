"""How a model is trained."""

from __future__ import annotations

from pydantic import Field, model_validator

from livecell.config.augment import AugmentSettings
from livecell.config.base import Count, NonNegative, Positive, Settings, WholeNumber
from livecell.config.pairs import Data, HeldOut, ValidateByRegion, Validation
from livecell.config.run import StructureSettings


class NetworkShape(Settings):
    """The network of Ounkomol et al. 2018 has 3 axes, depth 4 and width 32."""

    ndim: int = Field(3, ge=2, le=3, description="spatial axes")
    depth: WholeNumber = Field(3, description="how many times the image is halved")
    width: Count = Field(16, description="channels of the first level")
    planes_as_channels: bool = Field(False, description="2D only: the z planes of a stack are its channels")
    project_z: bool = Field(False, description="3D only: stacks predict one plane, the mean of the output along z")

    @model_validator(mode="after")
    def _planes_need_2d(self) -> NetworkShape:
        if self.planes_as_channels and self.ndim != 2:
            raise ValueError("planes_as_channels needs ndim 2")
        return self


class FitSettings(Settings):
    """How the network is fitted."""

    patch: tuple[Count, Count, Count] = Field((16, 64, 64), description="z, y, x voxels; z is 1 for 2D networks")
    batch: Count = Field(4, description="patches per step")
    steps: Count = Field(2000, description="steps, unless `minutes` ends it first")
    minutes: Positive | None = Field(None, description="time it may take; training is then not exactly repeatable")
    learning_rate: Positive = Field(2e-3, description="peak, after the warm-up")
    weight_decay: NonNegative = Field(1e-4, description="of AdamW")
    augment: AugmentSettings = Field(AugmentSettings(), description="how patches are varied at random")
    validate_every: Count = Field(100, description="steps between validations; the best one is kept")


class TrainSettings(Settings):
    """Training of a model package."""

    name: str = Field(description="name of the model")
    seed: WholeNumber = 0
    data: Data
    validation: Validation = ValidateByRegion()
    test: HeldOut | None = Field(None, description="set apart first; used for the figures at the end, for nothing else")
    network: NetworkShape = NetworkShape()
    fit: FitSettings = FitSettings()
    modality: str = Field("brightfield", description="what kind of image the model takes")
    licence: str = Field("not stated", description="licence of the weights")
    device: str = Field("cpu", pattern=r"^(cpu|cuda(:\d+)?)$", description="cpu, cuda or cuda:N")
    structures: dict[str, StructureSettings] = Field({}, description="structures of your own, by name")

"""How a model is trained."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from livecell.config.augment import AugmentSettings
from livecell.config.base import Count, NonNegative, Positive, Settings, WholeNumber
from livecell.config.losses import Heteroscedastic, Loss, MeanSquaredError
from livecell.config.pairs import Data, HeldOut, ValidateByRegion, Validation
from livecell.config.predict import Precision
from livecell.config.run import StructureSettings


class NetworkShape(Settings):
    """The network of Ounkomol et al. 2018 has 3 axes, depth 4 and width 32."""

    ndim: int = Field(3, ge=2, le=3, description="spatial axes")
    depth: WholeNumber = Field(3, description="how many times the image is halved")
    width: Count = Field(16, description="channels of the first level")
    planes_as_channels: bool = Field(False, description="2D only: the z planes of a stack are its channels")
    project_z: bool = Field(False, description="3D only: stacks predict one plane, the mean of the output along z")

    separate: bool = Field(False, description="a network for each structure, as in the paper, instead of one for all")

    @model_validator(mode="after")
    def _axes_fit(self) -> NetworkShape:
        if self.planes_as_channels and self.ndim != 2:
            raise ValueError("planes_as_channels needs ndim 2")
        if self.project_z and self.ndim != 3:
            raise ValueError("project_z needs ndim 3")
        return self


class FitSettings(Settings):
    """How the network is fitted."""

    patch: tuple[Count, Count, Count] = Field((16, 64, 64), description="z, y, x voxels; z is 1 for 2D networks")
    other_patch: tuple[Count, Count, Count] | None = Field(
        None,
        description="size of the patches of every second step; a network that learnt from patches of one height alone "
        "can be badly mistaken in taller stacks",
    )
    batch: Count = Field(4, description="patches per step")
    places: Count = Field(
        1,
        description="places drawn for each patch, of which the one where the targets show most is taken; 2 or 3 where "
        "much of the images is empty",
    )
    steps: Count = Field(2000, description="steps, unless `minutes` ends it first")
    minutes: Positive | None = Field(None, description="time it may take; training is then not exactly repeatable")
    learning_rate: Positive = Field(2e-3, description="peak, after the warm-up")
    warm_up: float = Field(0.05, ge=0, lt=1, description="share of the training in which the rate rises")
    weight_decay: NonNegative = Field(1e-4, description="of AdamW; with 0 it is Adam")
    largest_gradient: Positive = Field(5.0, description="norm to which the gradient of each network is cut")
    loss: Loss = Field(MeanSquaredError(), description="what is to become small")
    importance: dict[str, Positive] = Field(
        {}, description="how much structures count in what is to become small, by name; 1 where not named"
    )
    precision: Precision = Field(
        "auto", description="of the convolutions: auto (the fastest the device is made for), float32, bfloat16, float16"
    )
    augment: AugmentSettings = Field(AugmentSettings(), description="how patches are varied at random")
    validate_every: Count = Field(100, description="steps between validations; the best one is kept")
    patience: Count | None = Field(None, description="validations in a row without a better one that end the training")
    checkpoint_minutes: Positive = Field(5.0, description="time after which what is learnt is saved, to go on from it")

    @property
    def patches(self) -> tuple[tuple[int, int, int], ...]:
        """Sizes of patches, which the steps take in turn."""
        return (self.patch,) if self.other_patch is None else (self.patch, self.other_patch)


class StartSettings(Settings):
    """The package that a training starts from: all of the network but the heads of structures that it does not have."""

    model: str = Field(description="model package: a folder, or a name such as `bundled`")
    freeze_steps: WholeNumber = Field(0, description="steps in which only the heads learn")
    trunk_rate: Positive = Field(1.0, description="learning rate of all but the heads, as a factor of theirs")

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, given: Any) -> Any:
        return {"model": given} if isinstance(given, str) else given


class TrainSettings(Settings):
    """Training of a model package."""

    name: str = Field(description="name of the model")
    seed: WholeNumber = 0
    data: Data
    validation: Validation = ValidateByRegion()
    test: HeldOut | None = Field(None, description="set apart first; used for the figures at the end, for nothing else")
    network: NetworkShape = NetworkShape()
    start: StartSettings | None = Field(None, description="a package to start from (fine-tuning), or its name alone")
    fit: FitSettings = FitSettings()
    modality: str = Field("brightfield", description="what kind of image the model takes")
    licence: str = Field("not stated", description="licence of the weights")
    device: str = Field(
        "auto",
        pattern=r"^(auto|cpu|cuda(:\d+)?)$",
        description="auto (a GPU if there is one), cpu, cuda or cuda:N; of several processes, each takes a GPU",
    )
    structures: dict[str, StructureSettings] = Field({}, description="structures of your own, by name")

    @model_validator(mode="after")
    def _variances_are_of_one_network(self) -> TrainSettings:
        if self.network.separate and isinstance(self.fit.loss, Heteroscedastic):
            raise ValueError("a heteroscedastic loss is for one network of all structures: set `separate: false`")
        return self

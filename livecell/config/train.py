"""What a model is trained on, and how."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from livecell.config.acquisition import AcquisitionSettings
from livecell.config.base import Count, NonNegative, Positive, Settings
from livecell.config.run import StructureSettings
from livecell.config.simulate import SimulateSettings

WholeNumber = Annotated[int, Field(ge=0)]


class ImageSettings(Settings):
    """One channel of an image file or folder."""

    path: str = Field(description="OME-Zarr, TIFF, or a folder of TIFFs")
    channel: str | int | None = Field(None, description="name or index; may be left out where there is only one")
    position: str | None = Field(None, description="position, such as A/1/0; default: the first")


class PairSettings(Settings):
    """A transmitted-light stack and the fluorescence of the same field at the same moments."""

    name: str = Field(description="name of the pair in the history and on the card")
    source: ImageSettings
    targets: dict[str, ImageSettings] = Field(min_length=1, description="image of each structure, by name")
    scored: ImageSettings | None = Field(None, description="image that is not 0 where the targets can be trusted")
    frames: tuple[WholeNumber, ...] = Field((0,), min_length=1, description="timepoints to learn from")


class PairedImages(Settings):
    """Recorded images."""

    pairs: tuple[PairSettings, ...] = Field(min_length=1)
    acquisition: AcquisitionSettings = Field(
        AcquisitionSettings(), description="how all of these files are read, where they do not say it"
    )


class SimulatedImages(Settings):
    """Simulated movies, one per seed; the frames are spread over each."""

    simulate: SimulateSettings = SimulateSettings()
    train_seeds: tuple[WholeNumber, ...] = Field(tuple(range(1, 9)), min_length=1)
    validation_seeds: tuple[WholeNumber, ...] = Field((101,), min_length=1)
    frames_per_seed: Count = 2

    @model_validator(mode="after")
    def _seeds_are_apart(self) -> SimulatedImages:
        if shared := set(self.train_seeds) & set(self.validation_seeds):
            raise ValueError(f"seeds {sorted(shared)} are in train_seeds and in validation_seeds")
        return self


class ValidateByPair(Settings):
    """Whole images validate."""

    pairs: tuple[str, ...] = Field(min_length=1, description="names of the pairs that validate")


class ValidateByRegion(Settings):
    """The end of every image along an axis validates; a gap before it is used for neither."""

    axis: Literal["z", "y", "x"] = "x"
    fraction: float = Field(0.2, gt=0, lt=1, description="share of the axis that validates")
    gap: WholeNumber = Field(32, description="voxels between training and validation")


class NetworkShape(Settings):
    """The network of Ounkomol et al. 2018 has 3 axes, depth 4 and width 32."""

    ndim: int = Field(3, ge=2, le=3, description="spatial axes")
    depth: WholeNumber = Field(3, description="how many times the image is halved")
    width: Count = Field(16, description="channels of the first level")
    planes_as_channels: bool = Field(False, description="2D only: the z planes of a stack are its channels")

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
    validate_every: Count = Field(100, description="steps between validations; the best one is kept")


def _has_pairs(values: Any) -> bool:
    return "pairs" in values if isinstance(values, dict) else hasattr(values, "pairs")


def _kind_of_data(values: Any) -> str:
    # Without it, an error would speak of whichever member of the union was tried first.
    return "recorded" if _has_pairs(values) else "simulated"


def _kind_of_validation(values: Any) -> str:
    return "by_pair" if _has_pairs(values) else "by_region"


Data = Annotated[
    Annotated[PairedImages, Tag("recorded")] | Annotated[SimulatedImages, Tag("simulated")],
    Discriminator(_kind_of_data),
]
Validation = Annotated[
    Annotated[ValidateByPair, Tag("by_pair")] | Annotated[ValidateByRegion, Tag("by_region")],
    Discriminator(_kind_of_validation),
]


class TrainSettings(Settings):
    """Training of a model package."""

    name: str = Field(description="name of the model")
    seed: WholeNumber = 0
    data: Data
    validation: Validation = ValidateByRegion()
    network: NetworkShape = NetworkShape()
    fit: FitSettings = FitSettings()
    modality: str = Field("brightfield", description="what kind of image the model takes")
    licence: str = Field("not stated", description="licence of the weights")
    device: str = Field("cpu", pattern=r"^(cpu|cuda(:\d+)?)$", description="cpu, cuda or cuda:N")
    structures: dict[str, StructureSettings] = Field({}, description="structures of your own, by name")

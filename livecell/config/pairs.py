"""What a model is trained and validated on."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from livecell.config.acquisition import AcquisitionSettings
from livecell.config.base import Count, Settings, WholeNumber
from livecell.config.simulate import SimulateSettings


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

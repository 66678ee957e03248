"""What a model is trained and validated on."""

from __future__ import annotations

from itertools import combinations
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from livecell.config.acquisition import AcquisitionSettings, Axes
from livecell.config.base import Count, Positive, Settings, WholeNumber
from livecell.config.explaining import NEEDS_A_KEY
from livecell.config.simulate import SimulateSettings
from livecell.config.variation import SimulationRanges

VoxelRange = tuple[WholeNumber, Count]


class ImageSettings(Settings):
    """One channel of an image file or folder."""

    path: str = Field(description="OME-Zarr, TIFF, or a folder of TIFFs")
    channel: str | int | None = Field(None, description="name or index; may be left out where there is only one")
    position: str | None = Field(None, description="position, such as A/1/0; default: the first")
    axes: Axes | None = Field(None, description="order of the axes in this file; comes before that of all files")

    @model_validator(mode="before")
    @classmethod
    def _path_alone(cls, given: Any) -> Any:
        return {"path": given} if isinstance(given, str) else given


class PairSettings(Settings):
    """A transmitted-light stack and the fluorescence of the same field at the same moments."""

    name: str = Field(
        description="name in the history and on the card; pairs of one name have to be frames of one recording"
    )
    source: ImageSettings
    targets: dict[str, ImageSettings] = Field(min_length=1, description="image of each structure, by name")
    scored: ImageSettings | None = Field(None, description="image that is not 0 where the targets can be trusted")
    frames: tuple[WholeNumber, ...] = Field((0,), min_length=1, description="timepoints to learn from")
    split: Literal["train", "validation", "test"] | None = Field(
        None, description="what this pair is for; comes before `validation` and `test` of the training"
    )


class RecordedImages(Settings):
    """How recorded images are read and checked."""

    acquisition: AcquisitionSettings = Field(
        AcquisitionSettings(), description="how all of these files are read, where they do not say it"
    )
    alignment: Literal["report", "correct", "off"] = Field(
        "report", description="what is done about targets that are shifted against their images"
    )
    refuse_swapped: bool = Field(True, description="whether pairs whose channels look swapped are refused")
    buffer_gb: Positive = Field(2.0, description="memory for images, 10^9 bytes; the others are read when needed")


class PairedImages(RecordedImages):
    """Recorded images, pair by pair; a path is relative to the folder in which livecell is started."""

    pairs: tuple[PairSettings, ...] = Field(min_length=1)


class ListedImages(RecordedImages):
    """Recorded images, listed in a CSV file.

    Its columns: `source` (or `path_signal`); one for each structure (or `path_target`, if `structure` says what it
    shows); where wanted `name`, `mask` (0: not known there), `frame`, `split` (train, validation or test). A path is
    relative to the CSV file; `path::channel` chooses a channel by name or number. An empty cell: not recorded. Where
    image and targets are channels of one file: `path` (or `path_czi`), `channel_signal`, and `channel_` with the name
    of each structure (or `channel_target`).
    """

    manifest: str = Field(description="CSV file that lists the images")
    structure: str | None = Field(None, description="what a column `path_target` or `channel_target` shows")
    ignore: tuple[str, ...] = Field((), description="columns that are not of images, such as notes")


class SimulatedImages(Settings):
    """Simulated movies, one per seed; the frames are spread over each."""

    simulate: SimulateSettings = SimulateSettings()
    ranges: SimulationRanges | None = Field(
        None, description="microscopes and cells that the movies vary over; null: all are as `simulate` says"
    )
    train_seeds: tuple[WholeNumber, ...] = Field(tuple(range(1, 9)), min_length=1)
    validation_seeds: tuple[WholeNumber, ...] = Field((101,), min_length=1)
    test_seeds: tuple[WholeNumber, ...] = Field((), description="movies for the figures at the end, for nothing else")
    frames_per_seed: Count = 2
    buffer_gb: Positive = Field(2.0, description="memory for images, 10^9 bytes; the others are made when needed")

    @model_validator(mode="after")
    def _seeds_are_apart(self) -> SimulatedImages:
        seeds = {name: set(getattr(self, name)) for name in ("train_seeds", "validation_seeds", "test_seeds")}
        for one, other in combinations(seeds, 2):
            if shared := seeds[one] & seeds[other]:
                raise ValueError(f"seeds {sorted(shared)} are in {one} and in {other}")
        return self


class ValidateByPair(Settings):
    """Whole images are held out."""

    pairs: tuple[str, ...] = Field(min_length=1, description="names of the pairs that are held out")


class ValidateByRegion(Settings):
    """The end of every image along an axis is held out; a gap before it is used for neither."""

    axis: Literal["z", "y", "x"] = "x"
    fraction: float = Field(0.2, gt=0, lt=1, description="share of the axis that is held out")
    gap: WholeNumber = Field(32, description="voxels before it that are used for nothing")


class SplitByRange(Settings):
    """Ranges of an axis, the same for every image; what no range names is used for nothing."""

    axis: Literal["z", "y", "x"] = "x"
    train: VoxelRange = Field(description="first voxel, and the first after the last")
    validation: VoxelRange | None = None
    test: VoxelRange | None = None

    @model_validator(mode="after")
    def _ranges_are_apart(self) -> SplitByRange:
        given = {"train": self.train, "validation": self.validation, "test": self.test}
        ranges = {name: span for name, span in given.items() if span is not None}
        for name, (start, stop) in ranges.items():
            if start >= stop:
                raise ValueError(f"{name} must begin before it ends")
        for one, other in combinations(ranges, 2):
            if max(ranges[one][0], ranges[other][0]) < min(ranges[one][1], ranges[other][1]):
                raise ValueError(f"{one} and {other} overlap")
        return self


OF_SIMULATED = SimulatedImages.model_fields.keys() - RecordedImages.model_fields.keys()
"""Any of these keys says that images are simulated; nothing does so silently."""


def _has(values: Any, key: str) -> bool:
    return key in values if isinstance(values, dict) else hasattr(values, key)


def _kind_of_data(values: Any) -> str | None:
    # Without it, an error would speak of whichever member of the union was tried first.
    if _has(values, "manifest"):
        return "listed"
    if _has(values, "pairs"):
        return "recorded"
    return "simulated" if any(_has(values, key) for key in OF_SIMULATED) else None


def _kind_of_split(values: Any) -> str:
    if _has(values, "train"):
        return "by_range"
    return "by_pair" if _has(values, "pairs") else "by_region"


Data = Annotated[
    Annotated[PairedImages, Tag("recorded")]
    | Annotated[ListedImages, Tag("listed")]
    | Annotated[SimulatedImages, Tag("simulated")],
    Discriminator(
        _kind_of_data,
        custom_error_type=NEEDS_A_KEY,
        custom_error_message="`pairs`, `manifest` (a CSV file that lists pairs) or `simulate`",
    ),
]
HeldOut = Annotated[
    Annotated[ValidateByPair, Tag("by_pair")] | Annotated[ValidateByRegion, Tag("by_region")],
    Discriminator(_kind_of_split),
]
Validation = Annotated[
    Annotated[ValidateByPair, Tag("by_pair")]
    | Annotated[ValidateByRegion, Tag("by_region")]
    | Annotated[SplitByRange, Tag("by_range")],
    Discriminator(_kind_of_split),
]

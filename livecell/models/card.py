"""The card of a model package: what is needed to use a model right, and to trust it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from livecell.config.base import Count, Positive, Settings, VoxelSize
from livecell.config.loading import dump_settings, load_settings
from livecell.config.run import StructureSettings
from livecell.errors import ConfigError, MissingPathError, ModelError
from livecell.structures import Structure

CARD_NAME = "model.yaml"
LARGEST_VOXEL_MISMATCH = 0.1
"""Relative difference in voxel size from which a model sees structures at another scale than it learnt them."""


class NetworkSettings(Settings):
    """Shape of the network; see `livecell.nets.UNetShape`."""

    ndim: int = Field(ge=2, le=3, description="spatial axes")
    depth: int = Field(ge=0, description="how many times the image is halved")
    width: Count = Field(description="channels of the first level")
    inputs: Count = Field(1, description="channels of the image")
    outputs: Count = Field(description="structures predicted")


class InputNormalisation(Settings):
    """How images are normalised before the network sees them."""

    clip_percentiles: tuple[float, float] = Field((0.1, 99.9), description="values beyond these do not count")


class OutputScale(Settings):
    """counts = prediction * scale + offset."""

    offset: float
    scale: Positive

    def to_counts(self, prediction: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return a prediction in counts of the camera it was learnt from."""
        return prediction * np.float32(self.scale) + np.float32(self.offset)


class ModelCard(Settings):
    """Everything about a model but its weights."""

    name: str = Field(description="name of the model")
    structures: tuple[str, ...] = Field(min_length=1, description="structures, in the order of the output channels")
    modality: str = Field("brightfield", description="what kind of image the model takes")
    voxel_size_um: VoxelSize | None = Field(None, description="z, y, x the model learnt at; empty if not known")
    network: NetworkSettings
    planes_as_channels: bool = Field(False, description="2D network that takes the z planes of a stack as its channels")
    normalisation: InputNormalisation = InputNormalisation()
    output_scale: dict[str, OutputScale] = Field({}, description="per structure, from prediction to counts")
    input_statistics: dict[str, float] = Field(
        {}, description="kind of images seen in training: <name>_mean and <name>_sd, see volumes.input_statistics"
    )
    training: dict[str, Any] = Field({}, description="data, split, seeds, steps, loss")
    metrics: dict[str, dict[str, float]] = Field({}, description="per structure, figures with their ceiling")
    simulated: bool = Field(description="whether the model learnt from simulated images")
    licence: str = Field(description="licence of the weights")
    own_structures: dict[str, StructureSettings] = Field({}, description="structures livecell does not know, by name")
    weights_sha256: str | None = Field(None, description="digest of the weights; written with the package")

    @model_validator(mode="after")
    def _is_consistent(self) -> ModelCard:
        if len(set(self.structures)) < len(self.structures):
            raise ValueError("a structure is named twice")
        if len(self.structures) != self.network.outputs:
            raise ValueError(f"{len(self.structures)} structures for {self.network.outputs} outputs of the network")
        if self.planes_as_channels and self.network.ndim != 2:
            raise ValueError("planes_as_channels is for networks of ndim 2")
        if unknown := set(self.output_scale) - set(self.structures):
            raise ValueError(f"output_scale of {', '.join(sorted(unknown))}, which the model does not predict")
        return self

    def described_structures(self) -> dict[str, Structure]:
        """Return the structures that the model brings along, by name."""
        return {name: Structure(name, own.form, own.protein, own.color) for name, own in self.own_structures.items()}


def scale_mismatch(card: ModelCard, voxel_size_um: tuple[float, float, float]) -> str | None:
    """Return a sentence for the user when images are sampled otherwise than the model learnt, else None.

    Only the axes that the network sees as space are compared: a 2D network does not mind the distance of planes.
    """
    if card.voxel_size_um is None:
        return None
    pairs = list(zip("zyx", card.voxel_size_um, voxel_size_um, strict=True))[3 - card.network.ndim :]
    off = [(axis, learnt, given) for axis, learnt, given in pairs if _differ(learnt, given)]
    if not off:
        return None
    found = ", ".join(f"{axis} {given:g} um instead of {learnt:g} um" for axis, learnt, given in off)
    return (
        f"model {card.name} learnt at another voxel size than these images have ({found}): its predictions may be wrong"
    )


def read_card(folder: Path) -> ModelCard:
    """Read the card of a model package; raises ModelError when the folder has none, or none that is valid."""
    try:
        return load_settings(folder / CARD_NAME, ModelCard)
    except MissingPathError:
        raise ModelError(
            folder,
            expected=f"a model package ({CARD_NAME} and weights)",
            found=f"no {CARD_NAME}",
            hint="give the folder of a package, or a name that `livecell models list` shows",
        ) from None
    except ConfigError as error:
        subject, expected, found, hint = error.parts
        raise ModelError(subject, expected=expected, found=found, hint=hint) from error


def write_card(folder: Path, card: ModelCard) -> None:
    """Write the card into the folder of its package."""
    (folder / CARD_NAME).write_text(dump_settings(card), encoding="utf-8")


def _differ(learnt: float, given: float) -> bool:
    return abs(given - learnt) / learnt > LARGEST_VOXEL_MISMATCH * (1 + 1e-9)

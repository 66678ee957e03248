"""The card of a model package: what is needed to use a model right, and to trust it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Discriminator, Field, Tag, model_validator

from livecell.config.base import Count, Positive, Settings, VoxelSize
from livecell.config.loading import dump_settings, load_settings
from livecell.config.run import StructureSettings
from livecell.errors import ConfigError, MissingPathError, ModelError
from livecell.structures import Structure

CARD_NAME = "model.yaml"
_MUCH_TALLER = 1.25
"""Of the tallest patch a network learnt from; it stands a few planes more."""


class NetworkSettings(Settings):
    """Shape of the network; see `livecell.nets.UNetShape`."""

    ndim: int = Field(ge=2, le=3, description="spatial axes")
    depth: int = Field(ge=0, description="how many times the image is halved")
    width: Count = Field(description="channels of the first level")
    inputs: Count = Field(1, description="channels of the image")
    outputs: Count = Field(description="structures predicted")


Networks = Annotated[
    Annotated[NetworkSettings, Tag("single")]
    | Annotated[Annotated[tuple[NetworkSettings, ...], Field(min_length=1)], Tag("several")],
    Discriminator(lambda given: "several" if isinstance(given, list | tuple) else "single"),
]
"""One network, or several that see the same image and whose outputs follow one another."""


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
    network: Networks
    reach_voxels: tuple[Annotated[int, Field(ge=0)], ...] | None = Field(
        None, description="along [z,] y, x, how far from the edge of a tile it matters; measured when it is written"
    )
    patch_planes: tuple[Count, ...] | None = Field(
        None, description="of 3D networks, planes of the patches it learnt from, as it saw them; empty if not known"
    )
    planes_as_channels: bool = Field(False, description="2D network that takes the z planes of a stack as its channels")
    project_z: bool = Field(False, description="3D network whose output is averaged along z: stacks predict one plane")
    log_variance: bool = Field(
        False,
        description="the network has two outputs per structure: first all means, then the natural logarithm of the "
        "variance of each, in units of the network",
    )
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
        if len({(network.ndim, network.inputs) for network in self.networks}) > 1:
            raise ValueError("networks of one package must have the same ndim and the same inputs")
        self._check_outputs()
        if self.reach_voxels is not None and len(self.reach_voxels) != self.ndim:
            raise ValueError(f"reach_voxels of {len(self.reach_voxels)} axes for networks of {self.ndim}")
        if self.planes_as_channels and self.ndim != 2:
            raise ValueError("planes_as_channels is for networks of ndim 2")
        if self.project_z and self.ndim != 3:
            raise ValueError("project_z is for networks of ndim 3")
        if unknown := set(self.output_scale) - set(self.structures):
            raise ValueError(f"output_scale of {', '.join(sorted(unknown))}, which the model does not predict")
        return self

    def _check_outputs(self) -> None:
        outputs = sum(network.outputs for network in self.networks)
        if self.log_variance and len(self.networks) > 1:
            raise ValueError("log_variance is for packages of one network")
        if outputs != len(self.structures) * (2 if self.log_variance else 1):
            variances = " with a log-variance each" if self.log_variance else ""
            raise ValueError(f"{len(self.structures)} structures{variances} for {outputs} outputs of the network")

    @property
    def networks(self) -> tuple[NetworkSettings, ...]:
        """The networks of the package, in the order of their outputs; mostly one."""
        return self.network if isinstance(self.network, tuple) else (self.network,)

    @property
    def ndim(self) -> int:
        """Spatial axes that the networks see, 2 or 3."""
        return self.networks[0].ndim

    @property
    def leaves_one_plane(self) -> bool:
        """Whether a stack predicts one plane."""
        return self.planes_as_channels or self.project_z

    def taller_than_learnt(self, planes: int) -> bool:
        """Whether a stack of that many planes, as the network sees it, is much taller than what it learnt from.

        A network learns from where its image ends: in stacks of twice the height of all its patches it can be badly
        mistaken (docs/training.md).
        """
        return self.patch_planes is not None and planes > _MUCH_TALLER * max(self.patch_planes)

    def described_structures(self) -> dict[str, Structure]:
        """Return the structures that the model brings along, by name."""
        return {name: Structure(name, own.form, own.protein, own.color) for name, own in self.own_structures.items()}


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

"""Model packages: a folder with a card and weights, read as one value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from torch import nn

from livecell.errors import ModelError
from livecell.models.bundled import bundled_models, find_package
from livecell.models.card import ModelCard, read_card, write_card
from livecell.models.loading import load_network, prepare_network
from livecell.models.reach import measure_reach
from livecell.models.weights import WEIGHTS_NAME, WeightsDtype, check_digest, read_network, write_weights
from livecell.nets import Network, UNetShape


@dataclass(frozen=True)
class Model:
    """A model package on disk: its card, and a network as soon as one asks for it. Small; travels to workers."""

    card: ModelCard
    path: Path

    @property
    def shapes(self) -> tuple[UNetShape, ...]:
        """Shapes of the networks, in the order of their outputs; mostly one."""
        return tuple(UNetShape(**network.model_dump()) for network in self.card.networks)

    @property
    def ndim(self) -> int:
        """Spatial axes that the networks see, 2 or 3."""
        return self.card.ndim

    @property
    def stride(self) -> int:
        """Every spatial axis of the input must be a multiple of this."""
        return max(shape.stride for shape in self.shapes)

    @property
    def inputs(self) -> int:
        """Channels of the image."""
        return self.shapes[0].inputs

    @property
    def outputs(self) -> int:
        """Channels of the prediction, of all networks together."""
        return sum(shape.outputs for shape in self.shapes)

    @property
    def reach(self) -> tuple[int, ...]:
        """Along [z,] y, x, how many voxels from the edge of a tile it matters: measured, or else an upper bound."""
        bound = max(shape.halo for shape in self.shapes)
        return self.card.reach_voxels or (bound,) * self.ndim

    @property
    def digest(self) -> str:
        """SHA-256 of the weights."""
        return self.card.weights_sha256 or ""

    def network(self, device: str = "cpu", precision: str = "float32") -> nn.Module:
        """Return the network in evaluation mode, loaded once per process; it must not be changed.

        (n, c, z, y, x) to (n, structures, z, y, x) in float32, 2D networks without z; no normalisation inside. Spatial
        axes are multiples of `stride`. It computes in `precision`: float32, bfloat16 or float16. Raises ModelError
        when the weights have changed or do not fit the card.
        """
        return load_network(self.path, self.digest, self.shapes, device, precision)

    def trainable(self) -> Network:
        """Return a new copy of the network as it was trained, to go on training it: float32, on the CPU.

        Raises ModelError when the weights do not fit the card.
        """
        return read_network(self.path / WEIGHTS_NAME, self.shapes)


def open_model(name_or_path: str | Path) -> Model:
    """Open a model package: a folder, or the name of one that comes with livecell (`bundled` is the default one).

    Raises ModelError when it is no package, or its weights are missing or not those of the card.
    """
    folder = find_package(name_or_path)
    if not folder.is_dir():
        raise ModelError(
            name_or_path,
            expected=f"the folder of a model package, or one of {', '.join(('bundled', *bundled_models()))}",
            found="no such folder",
            hint="check the path, or see `livecell models list`",
        )
    card = read_card(folder)
    check_digest(folder / WEIGHTS_NAME, card.weights_sha256)
    return Model(card, folder.resolve())


def open_models(names_or_paths: Iterable[str | Path]) -> tuple[Model, ...]:
    """Open several model packages; raises ModelError also when one of them is given twice."""
    models = tuple(open_model(name) for name in names_or_paths)
    check_distinct(models)
    return models


def check_distinct(models: Iterable[Model]) -> None:
    """Raise ModelError when a structure is predicted twice by the same weights.

    Different models of one structure are an ensemble; a copy tells nothing new, and would pass for agreement.
    """
    seen: dict[tuple[str, str], str] = {}
    for model in models:
        for structure in model.card.structures:
            if (structure, model.digest) in seen:
                raise ModelError(
                    f"structure {structure}",
                    expected="models of different weights",
                    found=f"the same in {seen[structure, model.digest]} and {model.card.name}",
                    hint="give each model once",
                )
            seen[structure, model.digest] = model.card.name


def write_package(path: str | Path, card: ModelCard, network: nn.Module, dtype: WeightsDtype = "float32") -> Model:
    """Write a model package and return it; the digest of the card is that of the weights written.

    An existing package of that path is replaced; how far the network sees is measured, and written into the card.
    Raises ModelError when the weights do not fit the card.
    """
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    digest = write_weights(folder / WEIGHTS_NAME, network, dtype)
    written = Model(card.model_copy(update={"weights_sha256": digest, "reach_voxels": None}), folder.resolve())
    card = written.card.model_copy(update={"reach_voxels": _measured_reach(written)})
    write_card(folder, card)
    return Model(card, written.path)


def _measured_reach(model: Model) -> tuple[int, ...]:
    # Without `reach_voxels`, the reach of a model is its bound.
    return measure_reach(
        prepare_network(model.path, model.shapes), model.ndim, model.inputs, model.stride, max(model.reach)
    )

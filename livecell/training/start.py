"""Networks that a training starts from: new ones, or those of a package with what fits of their weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch

from livecell.errors import ModelError
from livecell.models import Model
from livecell.nets import Network, UNet, UNetShape, build_network, members_of


@dataclass(frozen=True)
class Trunk:
    """How all but the heads learns: after `freeze_steps`, at `rate` times the learning rate of the heads."""

    freeze_steps: int = 0
    rate: float = 1.0


WHOLE_AT_ONCE = Trunk()
"""As the heads."""


def new_network(shapes: Sequence[UNetShape], seed: int) -> Network:
    """Return a network with random weights: a U-Net of one shape, or several that see the same image."""
    torch.manual_seed(seed)
    return build_network(shapes)


def started_network(model: Model, shapes: Sequence[UNetShape], structures: Sequence[str], seed: int) -> Network:
    """Return a network for these structures that knows what a model knows.

    The trunk of each U-Net is that of the model; so are the heads of structures that both have, other heads are new.
    Of a model with a network for each structure, each goes on by itself, and a structure it does not have begins anew.

    Parameters
    ----------
    shapes : of the new network; one U-Net for all structures, or one for each.

    Raises ModelError when the model is of another architecture, saying which settings would fit.
    """
    network = new_network(shapes, seed)
    known = _members(model)
    _check_fit(model, shapes, len(known))
    share = len(structures) // len(shapes)
    for place, member in enumerate(members_of(network)):
        own = structures[place * share : (place + 1) * share]
        source = _source(known, own)
        if source is not None:
            _take_over(member, own, *source)
    return network


def _members(model: Model) -> list[tuple[UNet, tuple[str, ...]]]:
    """The U-Nets of a model, each with its structures."""
    names, found = model.card.structures, []
    per_structure = 2 if model.card.log_variance else 1
    for member in members_of(model.trainable()):
        count = member.shape.outputs // per_structure
        found.append((member, names[:count]))
        names = names[count:]
    return found


def _source(known: list[tuple[UNet, tuple[str, ...]]], own: Sequence[str]) -> tuple[UNet, tuple[str, ...]] | None:
    if len(known) == 1:
        return known[0]
    return next((source for source in known if set(own) <= set(source[1])), None)


@torch.no_grad()
def _take_over(member: UNet, own: Sequence[str], source: UNet, names: tuple[str, ...]) -> None:
    member.levels.load_state_dict(source.levels.state_dict())
    bias, from_bias = member.head.bias, source.head.bias
    for row, origin in _head_rows(own, names, member.shape.outputs > len(own), source.shape.outputs > len(names)):
        member.head.weight[row] = source.head.weight[origin]
        if bias is not None and from_bias is not None:
            bias[row] = from_bias[origin]


def _head_rows(own: Sequence[str], names: Sequence[str], variances: bool, known: bool) -> list[tuple[int, int]]:
    """Rows of the new head and of the old one that say the same: means, and variances if both have them."""
    means = [(row, names.index(name)) for row, name in enumerate(own) if name in names]
    return means + [(len(own) + row, len(names) + origin) for row, origin in means if variances and known]


def _check_fit(model: Model, shapes: Sequence[UNetShape], members: int) -> None:
    wanted = {replace(shape, outputs=1) for shape in shapes}
    given = {replace(shape, outputs=1) for shape in model.shapes}
    if wanted == given and (members == 1 or len(shapes) > 1):
        return
    shape = model.shapes[0]
    settings = f"ndim: {shape.ndim}, depth: {shape.depth}, width: {shape.width}"
    if model.card.planes_as_channels:
        settings += ", planes_as_channels: true"
    if model.card.project_z:
        settings += ", project_z: true"
    if members > 1:
        settings += ", separate: true"
    raise ModelError(
        f"start: {model.card.name}",
        expected=f"a model of {_in_words(shapes[0], len(shapes))}",
        found=_in_words(shape, members),
        hint=f"give images of {shape.inputs} input channel{'s' * (shape.inputs > 1)} and `network: {{{settings}}}`",
    )


def _in_words(shape: UNetShape, count: int) -> str:
    several = f"{count} networks, each " if count > 1 else ""
    return f"{several}{shape.ndim}D, depth {shape.depth}, width {shape.width}, {shape.inputs} input channels"

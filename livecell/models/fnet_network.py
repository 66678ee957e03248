"""The network of a pytorch_fnet checkpoint: its shape from the tensors alone, its weights under our names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from livecell.errors import ModelError
from livecell.models.fnet_checkpoint import FnetCheckpoint
from livecell.nets import UNet, UNetShape

_TOP = "net_recurse"
_BELOW = ".sub_u"
_PAIR = {"conv1": "0.conv", "bn1": "0.norm", "conv2": "1.conv", "bn2": "1.norm"}
_ENCODE = {f"sub_2conv_more.{theirs}": f"encode.{ours}" for theirs, ours in _PAIR.items()}
_DECODE = {f"sub_2conv_less.{theirs}": f"decode.{ours}" for theirs, ours in _PAIR.items()}
_STEPS = {"conv_down": "down.conv", "bn0": "down.norm", "convt": "up.conv", "bn1": "up.norm"}
_COUNTER = "num_batches_tracked"
"""Counter of the batch norm, which has no influence on predictions; versions before torch 0.4.1 do not save it."""


def network_of(checkpoint: FnetCheckpoint) -> UNet:
    """Return the network of a checkpoint, of any depth, width, inputs and outputs, 2D or 3D, in evaluation mode.

    Raises ModelError when the tensors are not those of such a network.
    """
    state = checkpoint.state
    shape = shape_of(checkpoint)
    # The architecture on the meta device: names and sizes without memory.
    with torch.device("meta"):
        expected = UNet(shape).state_dict()
    translated = _translate(state, expected, shape.depth, checkpoint.path)
    network = UNet(shape)
    network.load_state_dict(translated)
    return network.eval()


def shape_of(checkpoint: FnetCheckpoint) -> UNetShape:
    """Return the shape of the network; raises ModelError when the tensors are not those of a U-Net of pytorch_fnet."""
    state, path = checkpoint.state, checkpoint.path
    first = _weight(state, f"{_TOP}.sub_2conv_more.conv1", path)
    head = _weight(state, "conv_out", path)
    depth = max(name.count(_BELOW) for name in state)
    width, inputs = first.shape[:2]
    for level in range(depth + 1):
        name = f"{_TOP}{_BELOW * level}.sub_2conv_more.conv1"
        found = _weight(state, name, path).shape[0]
        if found != width * 2**level:
            raise _misfit(path, f"{width * 2**level} channels in level {level}", f"{found} in {name}")
    return UNetShape(first.dim() - 2, depth, width, inputs, head.shape[0])


def _weight(state: dict[str, Tensor], name: str, path: Path) -> Tensor:
    weight = state.get(f"{name}.weight")
    if weight is None or weight.dim() not in (4, 5) or 0 in weight.shape:
        found = "none" if weight is None else f"shape {tuple(weight.shape)}"
        raise _misfit(path, f"the weight of a 2D or 3D convolution {name}", found)
    return weight


def _names(depth: int) -> Iterator[tuple[str, str]]:
    """Names of the layers: theirs, ours."""
    yield "conv_out", "head"
    for level in range(depth + 1):
        layers = _ENCODE if level == depth else _ENCODE | _DECODE | _STEPS
        for theirs, ours in layers.items():
            yield f"{_TOP}{_BELOW * level}.{theirs}", f"levels{'.below' * level}.{ours}"


def _translate(state: dict[str, Tensor], expected: dict[str, Tensor], depth: int, path: Path) -> dict[str, Tensor]:
    theirs_of = {ours: theirs for theirs, ours in _names(depth)}
    translated = {}
    for name, like in expected.items():
        layer, _, kind = name.rpartition(".")
        theirs = f"{theirs_of[layer]}.{kind}"
        tensor = state.get(theirs, torch.zeros(like.shape, dtype=like.dtype) if kind == _COUNTER else None)
        if tensor is None or tensor.shape != like.shape:
            found = "none" if tensor is None else f"shape {tuple(tensor.shape)}"
            raise _misfit(path, f"{theirs} of shape {tuple(like.shape)}", found)
        translated[name] = tensor.to(like.dtype)
    known = {f"{theirs_of[layer]}.{kind}" for layer, _, kind in (name.rpartition(".") for name in expected)}
    if extra := sorted(set(state) - known):
        raise _misfit(path, f"no more than the {len(known)} tensors of a U-Net of depth {depth}", f"also {extra[0]}")
    return translated


def _misfit(path: Path, expected: str, found: str) -> ModelError:
    return ModelError(
        path, expected=expected, found=found, hint="only the U-Net of pytorch_fnet (fnet_nn_2d, fnet_nn_3d) is known"
    )

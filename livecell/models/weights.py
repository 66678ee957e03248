"""Weights of a network in a file that cannot run code: written, digested, and loaded into the network they fit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from livecell.errors import ModelError
from livecell.nets import UNet, UNetSet, UNetShape, build_network

WEIGHTS_NAME = "weights.safetensors"
WeightsDtype = Literal["float32", "float16"]


def write_weights(path: Path, network: nn.Module, dtype: WeightsDtype = "float32") -> str:
    """Write the weights of a network and return their digest; float16 halves the file.

    Raises ModelError when a weight is not finite in that precision.
    """
    state = {name: _stored(tensor, dtype) for name, tensor in network.state_dict().items()}
    check_finite(path, state, f"weights that are finite as {dtype}", "train the model again")
    path.write_bytes(safetensors.torch.save(state))
    return digest_of(path)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal; raises ModelError when there is no such file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            path,
            expected="a readable file of weights",
            found=error.strerror or str(error),
            hint="copy the whole package again",
        ) from error


def check_digest(path: Path, expected: str | None) -> None:
    """Raise ModelError when the file is not the one that the card was written for."""
    found = digest_of(path)
    if found != expected:
        raise ModelError(
            path,
            expected=f"weights with the digest of the card ({_short(expected)})",
            found=_short(found),
            hint="the file is damaged or from another model: copy the whole package again",
        )


def check_finite(path: Path, state: Mapping[str, Tensor], expected: str, hint: str) -> None:
    """Raise ModelError when a weight is NaN or infinite."""
    bad = [name for name, tensor in state.items() if not torch.isfinite(tensor).all()]
    if bad:
        raise ModelError(path, expected=expected, found=f"values in {bad[0]} that are not", hint=hint)


def read_network(path: Path, shapes: Sequence[UNetShape]) -> UNet | UNetSet:
    """Return the network of these shapes (see `build_network`) with the weights of the file, float32, on the CPU.

    Raises ModelError when the file is not made of finite weights that fit.
    """
    try:
        state = safetensors.torch.load_file(path)
    except (SafetensorError, OSError) as error:
        raise ModelError(
            path, expected="weights as safetensors", found=str(error), hint="copy the whole package again"
        ) from error
    check_finite(path, state, "weights that are finite", "get the model from where it was trained again")
    network = build_network(shapes)
    try:
        network.load_state_dict({name: _loaded(tensor) for name, tensor in state.items()})
    except RuntimeError as error:
        raise ModelError(
            path,
            expected=f"weights of {', '.join(map(str, shapes))}",
            found=_first_of(str(error)),
            hint="correct `network` in the card",
        ) from error
    return network


def _first_of(said: str) -> str:
    """The last line of what torch says of weights that do not fit, without the list of all their names."""
    line = said.splitlines()[-1].strip()
    first, *more = line.split('", "')
    return f'{first}" and {len(more)} more' if more else line


def _stored(tensor: Tensor, dtype: WeightsDtype) -> Tensor:
    tensor = tensor.detach().cpu().contiguous()
    return tensor.to(getattr(torch, dtype)) if tensor.is_floating_point() else tensor


def _loaded(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.is_floating_point() else tensor


def _short(digest: str | None) -> str:
    return f"{digest[:12]}…" if digest else "none"

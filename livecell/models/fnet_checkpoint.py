"""Checkpoints of pytorch_fnet, read without running what a file may hold."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from livecell.errors import ModelError
from livecell.models.weights import check_finite, digest_of

CHECKPOINT_NAME = "model.p"
_PARALLEL = "module."
"""What torch puts before every name of a network that was saved from several GPUs."""
_HINT = "give a checkpoint that pytorch_fnet saved, such as DIR/model.p"


@dataclass(frozen=True)
class FnetCheckpoint:
    """What a checkpoint says of a network.

    Parameters
    ----------
    path : of the file.
    state : weights and statistics, by their names in pytorch_fnet.
    layout : which versions wrote it, by the key that tells.
    iterations : steps of training, if it says so.
    digest : SHA-256 of the file.
    """

    path: Path
    state: dict[str, Tensor]
    layout: str
    iterations: int | None
    digest: str

    @property
    def label(self) -> str:
        """Folder and name of the file: what tells checkpoints apart that are all called model.p."""
        return f"{self.path.absolute().parent.name}/{self.path.name}"


def read_checkpoint(path: Path) -> FnetCheckpoint:
    """Read a checkpoint in the layout of any version of pytorch_fnet; nothing in the file is executed.

    Raises ModelError when it is something else, is damaged, or holds weights that are not finite.
    """
    if not path.is_file():
        raise _not_a_checkpoint(path, "a folder" if path.is_dir() else "no such file")
    if path.stat().st_size == 0:
        raise _not_a_checkpoint(path, "an empty file")
    digest = digest_of(path)
    content = _load(path)
    state = _state_of(content, path)
    check_finite(path, state, "weights that are finite", "choose an earlier checkpoint of that training")
    iterations = content.get("count_iter")
    layout = next((key for key in ("fnet_model_class", "nn_module") if key in content), "unknown")
    return FnetCheckpoint(path, state, layout, iterations if isinstance(iterations, int) else None, digest)


def _load(path: Path) -> Any:
    with warnings.catch_warnings():
        # Files of old versions make torch warn of storages and protocols that users can do nothing about.
        warnings.simplefilter("ignore")
        try:
            return torch.load(path, map_location="cpu", weights_only=True)
        except Exception as error:  # Any bytes may come here, and fail anywhere inside of the reader.
            raise _not_a_checkpoint(path, _in_words(error)) from None


def _in_words(error: Exception) -> str:
    """What is wrong with a file; torch's own words would have the user load it unsafely."""
    asked = re.search(r"GLOBAL ([\w.]+)", str(error))
    if asked:
        return f"a pickle that would run code or hold foreign objects ({asked[1]}), and was not loaded"
    return "something that is no checkpoint, or a damaged one"


def _state_of(content: Any, path: Path) -> dict[str, Tensor]:
    if not isinstance(content, dict):
        raise _not_a_checkpoint(path, f"a file of torch that holds a {type(content).__name__}")
    state = content.get("nn_state")
    if not isinstance(state, dict) or not state:
        keys = ", ".join(map(str, list(content)[:5])) or "no keys"
        raise _not_a_checkpoint(path, f"a file of torch with {keys}")
    if odd := [name for name, tensor in state.items() if not _is_plain(tensor)]:
        raise _not_a_checkpoint(path, f"{odd[0]} that is no plain tensor")
    return {str(name).removeprefix(_PARALLEL): tensor for name, tensor in state.items()}


def _is_plain(tensor: object) -> bool:
    """Whether it is a tensor of numbers with a place in memory for each.

    A file of a few bytes may describe tensors larger than any memory: repeated, sparse, or without values.
    """
    return (
        isinstance(tensor, Tensor)
        and tensor.layout == torch.strided
        and tensor.device.type == "cpu"
        and (tensor.is_floating_point() or tensor.dtype == torch.int64)
        and tensor.numel() * tensor.element_size() <= tensor.untyped_storage().nbytes()
    )


def _not_a_checkpoint(path: Path, found: str) -> ModelError:
    return ModelError(path, expected="a checkpoint of pytorch_fnet", found=found, hint=_HINT)

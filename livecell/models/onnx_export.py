"""The network of a model package as an ONNX file, for programs that have no torch."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from livecell.errors import ModelError
from livecell.models.folding import fold
from livecell.models.package import Model
from livecell.models.weights import WEIGHTS_NAME, check_digest, read_network

INPUT, OUTPUT = "image", "prediction"
LARGEST_DIFFERENCE = 1e-4
"""Of the largest value: far above the rounding of float32, which is near 1e-6 here, far below what anyone would see."""
_NEEDED = ("onnx", "onnxscript", "onnxruntime")
_METADATA = (
    *("name", "structures", "modality", "voxel_size_um", "planes_as_channels", "project_z", "normalisation"),
    *("output_scale", "simulated", "licence", "weights_sha256"),
)
"""Fields of the card that the file carries, as JSON under `livecell.<field>`."""


@dataclass(frozen=True)
class OnnxExport:
    """A file that was written, and how it compares with the network in torch on a random image.

    Parameters
    ----------
    path : of the file.
    difference : largest absolute difference between the two predictions.
    largest : largest absolute value of the prediction.
    """

    path: Path
    difference: float
    largest: float


def export_onnx(model: Model, out: str | Path, *, overwrite: bool = False) -> OnnxExport:
    """Write the network of a package as ONNX, after its predictions were compared with those of torch.

    Input `image` (n, inputs, [z,] y, x) and output `prediction` (n, structures, [z,] y, x) are float32; n is free, and
    so are the spatial axes as long as they are multiples of `model.stride`. No normalisation inside: the metadata say
    how images are normalised.

    Raises ModelError when something is there already and `overwrite` was not given, when a package that is needed is
    not installed, and when the predictions differ.
    """
    out = Path(out)
    _check_room(out, overwrite)
    _check_installed()
    check_digest(model.path / WEIGHTS_NAME, model.digest)
    network = read_network(model.path / WEIGHTS_NAME, model.shapes).eval()
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f"{out.name}.part")
    try:
        program = _convert(fold(network), model)
        program.model.metadata_props.update(_metadata(model))
        program.save(part, external_data=False)
        difference, largest = _compare(part, network, _image(model, batch=1, first=3))
        if not difference <= LARGEST_DIFFERENCE * largest:
            raise ModelError(
                out,
                expected=f"predictions within {LARGEST_DIFFERENCE * largest:.1e} of those of torch",
                found=f"a difference of {difference:.1e}",
                hint="nothing was written; try other versions of onnxruntime and torch",
            )
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return OnnxExport(out, difference, largest)


def _check_room(out: Path, overwrite: bool) -> None:
    if out.is_dir() or (out.exists() and not overwrite):
        found, hint = ("a folder", "") if out.is_dir() else ("a file", " or --overwrite")
        raise ModelError(out, expected="nothing there yet", found=found, hint=f"choose another name{hint}")


def _check_installed() -> None:
    for name in _NEEDED:
        try:
            import_module(name)
        except ImportError:
            raise ModelError(
                "export to ONNX",
                expected=f"the packages {', '.join(_NEEDED)}",
                found=f"no {name}",
                hint="install them with `pip install 'livecell[onnx]'`",
            ) from None


def _convert(network: nn.Module, model: Model) -> torch.onnx.ONNXProgram:
    multiple = model.stride
    axes: dict[int, Any] = {0: torch.export.Dim("n")}
    for index, axis in enumerate("zyx"[3 - model.ndim :]):
        count = torch.export.Dim(f"n{axis}")
        axes[2 + index] = count if multiple == 1 else multiple * count
    with _quiet():
        program = torch.onnx.export(
            network,
            (_image(model, batch=2, first=2),),
            dynamo=True,
            dynamic_shapes=(axes,),
            input_names=[INPUT],
            output_names=[OUTPUT],
            verbose=False,
        )
    if program is None:
        raise RuntimeError("torch.onnx.export returned no program")
    return program


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep to ourselves what torch says of its own parts while it exports."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            # torch.export of torch 2.13 uses a class that torch itself has deprecated.
            warnings.filterwarnings("ignore", r".*LeafSpec.* is deprecated", FutureWarning)
            yield
    finally:
        logger.setLevel(level)


def _image(model: Model, batch: int, first: int) -> Tensor:
    """A random image whose axes are `first`, `first` + 1, ... strides long."""
    sizes = [(first + axis) * model.stride for axis in range(model.ndim)]
    return torch.randn((batch, model.inputs, *sizes), generator=torch.Generator().manual_seed(0))


def _metadata(model: Model) -> dict[str, str]:
    card = model.card.model_dump(mode="json")
    return {f"livecell.{field}": json.dumps(card[field]) for field in _METADATA}


def _compare(path: Path, network: nn.Module, image: Tensor) -> tuple[float, float]:
    """Largest difference between the file and the network, and the largest value of the network."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (found,) = session.run([OUTPUT], {INPUT: image.numpy()})
    with torch.inference_mode():
        expected = network(image)
    return float((torch.from_numpy(found) - expected).abs().max()), float(expected.abs().max())

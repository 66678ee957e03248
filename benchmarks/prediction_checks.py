"""The parts of the benchmark of prediction that compare and do not time."""

from __future__ import annotations

import os
import pickle
import zipfile
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from livecell.config import SimulateSettings
from livecell.errors import ModelError
from livecell.models import ModelCard, NetworkSettings, fold, import_fnet, open_model, write_package
from livecell.models.card import write_card
from livecell.models.weights import WEIGHTS_NAME, read_network, write_weights
from livecell.nets import UNet, UNetShape
from livecell.prediction import Compute, predict, tile_plan
from livecell.simulation import simulate
from livecell.volumes import Normalisation, TilePlan, normalisation_of

LAYOUTS = ("tiny_model_master.p", "tiny_model_release1.p")
ODD_STACKS = ((21, 255, 235), (16, 301, 277))
TILES = (24, 120, 128)
ODD_SHAPES = ((1, 1, 1), (1, 17, 33), (5, 64, 64), (31, 100, 47), (200, 16, 16))
NORMALISATION = Normalisation(1000.0, 50.0)


def imported(folder: Path) -> dict[str, Any] | str:
    """Checkpoints in both layouts of pytorch_fnet against the output of the published code."""
    if "LIVECELL_REAL_DATA" not in os.environ:
        return "not measured: needs LIVECELL_REAL_DATA, with the checkpoints beside it"
    given = Path(os.environ["LIVECELL_REAL_DATA"]).parent / "interop"
    image, expected = (torch.from_numpy(np.load(given / f"tiny_{name}.npy")) for name in ("input", "output"))
    found = {}
    for layout in LAYOUTS:
        model = import_fnet([given / layout], folder / layout.removesuffix(".p"), ["dna"], overwrite=True)
        with torch.inference_mode():
            exact, rounded = (model.network("cpu", precision)(image) for precision in ("float32", "bfloat16"))
        r = torch.corrcoef(torch.stack([rounded.flatten(), expected.flatten()]))[0, 1]
        largest = float((exact - expected).abs().max())
        found[layout] = {"float32_largest_difference": largest, "bfloat16_pearson_r": round(float(r), 6)}
    return found


def tiles_against_whole(_: Path) -> dict[str, Any]:
    """The bundled model on simulated stacks of odd sizes, in tiles and whole."""
    model = open_model("bundled")
    found = {}
    for shape in ODD_STACKS:
        stack = simulate(SimulateSettings(seed=3000, timepoints=1, shape=shape)).frame(0).brightfield
        normalisation = normalisation_of([stack])
        plan = tile_plan(stack.shape, [model], Compute(), TILES)
        whole = predict(stack, model, normalisation, memory_budget_gb=16.0).to_numpy()
        tiled = predict(stack, model, normalisation, tile=TILES).to_numpy()
        spread = whole.std(axis=(1, 2, 3), keepdims=True)
        difference = np.abs(tiled - whole) / spread
        name = " x ".join(map(str, shape))
        found[name] = {
            "tiles": plan.count,
            "halo": list(plan.halo),
            "mean_difference": float(difference.mean(axis=(1, 2, 3)).max()),
            "largest_difference": float(difference.max()),
            # What lies at a border happens to be flat or steep: the whole says which.
            "seam_ratio": seam_ratio(tiled / spread, plan) / seam_ratio(whole / spread, plan),
        }
    return found


def seam_ratio(predicted: np.ndarray, plan: TilePlan) -> float:
    """Mean absolute step from voxel to voxel across the borders of tiles, over that elsewhere; along y and x.

    At a border, a tile begins or ends to count: at its halo, and where it is as strong as its neighbour.
    """
    at, elsewhere = [], []
    for axis in (1, 2):
        steps = np.abs(np.diff(predicted, axis=axis + 1))
        border = np.zeros(steps.shape[axis + 1], bool)
        for start, edge in product(plan.origins[axis][1:], _edges(plan, axis)):
            border[start + edge - 1] = True
        for end, edge in product(plan.origins[axis][:-1], _edges(plan, axis)):
            border[end + plan.tile[axis] - edge - 1] = True
        steps = np.moveaxis(steps, axis + 1, 0)
        at.append(steps[border].ravel())
        elsewhere.append(steps[~border].ravel())
    return float(np.concatenate(at).mean() / np.concatenate(elsewhere).mean())


def _edges(plan: TilePlan, axis: int) -> tuple[int, int, int]:
    halo, blend = plan.halo[axis], plan.blend[axis]
    return halo, halo + blend // 2, halo + blend


def shapes(folder: Path) -> dict[str, float]:
    """Largest difference from the plain network on the stack padded by numpy, in spreads of the prediction."""
    torch.manual_seed(0)
    network = UNet(UNetShape(width=8)).eval()
    card = _card("odd", depth=4, width=8)
    model = write_package(folder / "odd", card, network)
    found = {}
    for shape in ODD_SHAPES:
        stack = np.random.default_rng(3).normal(1000, 50, shape).astype(np.uint16)
        padding = [((-size % 16) // 2, -size % 16 - (-size % 16) // 2) for size in shape]
        padded = np.pad(stack.astype(np.float64), padding, mode="reflect")
        inside = tuple(slice(before, before + size) for (before, _), size in zip(padding, shape, strict=True))
        with torch.inference_mode():
            expected = fold(network)(torch.from_numpy(NORMALISATION.apply(padded))[None, None])[0].numpy()
        predicted = predict(stack, model, NORMALISATION).to_numpy()
        difference = np.abs(predicted - expected[(slice(None), *inside)]).max() / np.abs(expected).max()
        found[" x ".join(map(str, shape))] = float(difference)
    return found


class _Payload:
    """A pickle that would write a file, were it executed."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)

    def __reduce__(self) -> tuple[Any, ...]:
        return open, (self.path, "w")


def foreign_files(folder: Path) -> dict[str, str]:
    """What is said of files that are no checkpoint, or would run code."""
    folder = folder / "foreign"
    folder.mkdir(exist_ok=True)
    trace = folder / "executed"
    trace.unlink(missing_ok=True)
    found = {name: _refusal(path, folder) for name, path in _hostile(folder, trace).items()}
    found["weights with NaN"] = _nan_refusal(folder)
    found["card that disagrees with its weights"] = _disagreement(folder)
    found["payload executed"] = str(trace.exists())
    return found


def _hostile(folder: Path, trace: Path) -> dict[str, Path]:
    files = {name: folder / f"{name.replace(' ', '_')}.p" for name in ("random bytes", "zip", "pickle that runs code")}
    files["random bytes"].write_bytes(np.random.default_rng(4).bytes(10_000))
    with zipfile.ZipFile(files["zip"], "w") as archive:
        archive.writestr("readme.txt", "no checkpoint")
    files["pickle that runs code"].write_bytes(pickle.dumps(_Payload(trace)))
    inside = folder / "checkpoint_that_runs_code.p"
    torch.save({"nn_state": _Payload(trace)}, inside)
    return files | {"checkpoint that runs code": inside}


def _refusal(path: Path, folder: Path) -> str:
    try:
        import_fnet([path], folder / "never", ["dna"], overwrite=True)
    except ModelError as error:
        return _without_folder(error, folder)
    return "accepted"


def _nan_refusal(folder: Path) -> str:
    network = _with_nan()
    try:
        write_weights(folder / "nan.safetensors", network)
    except ModelError as error:
        return _without_folder(error, folder)
    return "accepted"


def _with_nan() -> nn.Module:
    network = UNet(UNetShape(depth=1, width=2))
    with torch.no_grad():
        network.head.weight.flatten()[0] = float("nan")
    return network


def _disagreement(folder: Path) -> str:
    model = write_package(folder / "disagrees", _card("disagrees"), UNet(UNetShape(depth=1, width=2)))
    write_card(model.path, model.card.model_copy(update={"network": _card("deeper", depth=2).network}))
    try:
        read_network(model.path / WEIGHTS_NAME, open_model(model.path).shapes)
    except ModelError as error:
        return _without_folder(error, folder)
    return "accepted"


def _card(name: str, depth: int = 1, width: int = 2) -> ModelCard:
    network = NetworkSettings(ndim=3, depth=depth, width=width, outputs=1)
    return ModelCard(name=name, structures=("dna",), network=network, simulated=True, licence="CC0-1.0")


def _without_folder(error: ModelError, folder: Path) -> str:
    return str(error).replace(f"{folder.resolve()}/", "").replace(f"{folder}/", "")

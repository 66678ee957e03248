"""Would anything be faster than bfloat16 on a processor, and as good? Eight bits, compiling, smaller networks.

    python -m benchmarks.precisions [--distil]

1. Eight bits: the bundled network and one of the published shape, their convolutions in int8 (`benchmarks.int8_unet`).
2. `torch.compile` of the published shape, whole, with and without freezing.
3. Throughput of smaller networks; with `--distil`, a student of the bundled model is trained (some ten minutes).

Everything is compared with the network that the product runs, `InferenceUNet` in bfloat16. What is at least 1.3 times
as fast, with a Pearson r of at least 0.999 against float32 for every structure, is worth keeping. Writes
benchmarks/results/precisions.json; ratios are of one run, so that other work on the machine matters little.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch._inductor import config as inductor

from benchmarks.bundled_model import DATA, TEST_SEEDS
from benchmarks.distillation import STUDENT_WIDTH, distil, image_of, told
from benchmarks.int8_unet import (
    Choice,
    Int8UNet,
    balanced,
    choose_steps,
    largest_of_channel,
    largest_of_layer,
    least_error_of_channel,
    percentile_of_layer,
    see,
)
from livecell.metrics import pearson_r
from livecell.models import fold, open_model
from livecell.models.weights import WEIGHTS_NAME, read_network
from livecell.nets import InferenceUNet, UNet, UNetShape
from livecell.pipeline.training_pairs import simulated_pairs
from livecell.training import Pair

Volumes = NDArray[np.float32]
"""(structures, z, y, x)"""

RESULTS = Path(__file__).parent / "results" / "precisions.json"
MACHINE = "two cores, AVX-512 bf16 and VNNI"
THREADS = 2
ROUNDS = 4
LEAST_SPEED, LEAST_R = 1.3, 0.999

CALIBRATION_SEEDS = (301, 302)
"""Neither trained on nor tested on; two frames of each choose the steps of the eight bits."""
CHOICES: tuple[Choice, ...] = (
    largest_of_layer,
    percentile_of_layer,
    largest_of_channel,
    least_error_of_channel,
    balanced,
)
CALIBRATION_CONTRASTS = (1.0, 1.5)
"""The steps are chosen from every image at these, so that a stronger one is not cut off."""
MORE_CONTRAST = 2.0
"""Of an image that is unlike those of the calibration."""
PUBLISHED = UNetShape()
SIZES = {"bundled": ((16, 256, 256),), "published": ((32, 128, 128), (64, 224, 336))}
WIDTHS, DEPTHS = (8, 12, 16, 24, 32), (2, 3, 4)
SIZE_OF_WIDTHS = (16, 256, 256)


def main() -> None:
    """Run all parts; the figures of a distillation are kept from run to run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--distil", action="store_true", help="train a student of the bundled model")
    asked = parser.parse_args()
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    found: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    found |= {"machine": MACHINE, "torch": torch.__version__, "kept_if": {"speed": LEAST_SPEED, "r": LEAST_R}}
    found["int8"] = eight_bits()
    found["compile"] = compiled()
    found["throughput"] = widths()
    if asked.distil:
        found["distillation"] = distil() | {"speed": student_speed()}
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2))


def eight_bits() -> dict[str, Any]:
    """Both networks in eight bits: how like float32 on unseen frames for each way to choose steps, and how fast."""
    calibration = [image_of(pair) for pair in simulated_pairs(DATA, CALIBRATION_SEEDS)]
    unseen = list(simulated_pairs(DATA, TEST_SEEDS))
    model = open_model("bundled")
    trained = fold(read_network(model.path / WEIGHTS_NAME, model.shapes))
    networks = {"bundled": trained, "published": fold(lively(PUBLISHED, calibration))}
    calibration = [contrast * image for image in calibration for contrast in CALIBRATION_CONTRASTS]
    found: dict[str, Any] = {}
    for name, folded in networks.items():
        layers = see(folded, calibration)
        eight = {choice.__name__: Int8UNet(folded, choose_steps(layers, choice)).eval() for choice in CHOICES}
        names = model.card.structures if name == "bundled" else ("untrained",)
        found[name] = agreement(folded, eight, unseen, names)
        fast = {"bfloat16": in_bfloat16(folded), "int8": eight[balanced.__name__]}
        found[name]["speed"] = [speeds(fast, size) for size in SIZES[name]]
        least_r = min(found[name]["pearson_r_against_float32"][balanced.__name__].values())
        least_speed = min(timed["times_as_fast"] for timed in found[name]["speed"])
        found[name]["passes"] = least_r >= LEAST_R and least_speed >= LEAST_SPEED
    return found


@torch.no_grad()
def lively(shape: UNetShape, images: Sequence[Tensor]) -> UNet:
    """An untrained network whose features neither fade nor repeat: norms of random gain, with statistics of images."""
    network = UNet(shape)
    for module in network.modules():
        if isinstance(module, nn.Conv3d | nn.ConvTranspose3d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        elif isinstance(module, nn.BatchNorm3d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.3)
            module.momentum = None  # The mean over all images, not a moving one.
    network.train()
    for image in images:
        network(image)
    return network.eval()


def agreement(
    folded: nn.Module, eight: dict[str, nn.Module], pairs: Sequence[Pair], names: Sequence[str]
) -> dict[str, Any]:
    """Pearson r against float32, the lowest of the pairs, and against the truth where the network was trained."""
    networks = {"bfloat16": in_bfloat16(folded)} | eight
    images = [image_of(pair) for pair in pairs]
    exact = [told(folded, image) for image in images]
    against = {name: [told(network, image) for image in images] for name, network in networks.items()}
    strong = MORE_CONTRAST * images[0]
    stretched = correlations(told(networks[balanced.__name__], strong), told(folded, strong))
    found: dict[str, Any] = {
        "pearson_r_against_float32": {n: _by_name(names, v, exact, np.min, 5) for n, v in against.items()},
        f"balanced_at_{MORE_CONTRAST:g}_times_the_contrast": dict(zip(names, stretched, strict=True)),
    }
    if len(names) == len(pairs[0].targets):
        truth = [np.stack(list(pair.targets.values())) for pair in pairs]
        all_of_them = {"float32": exact} | against
        found["pearson_r_against_truth"] = {n: _by_name(names, v, truth, np.mean, 4) for n, v in all_of_them.items()}
    return found


def _by_name(
    names: Sequence[str], first: list[Volumes], second: list[Volumes], pooled: Callable[..., Any], digits: int
) -> dict[str, float]:
    values = pooled([correlations(a, b) for a, b in zip(first, second, strict=True)], axis=0)
    return dict(zip(names, values.round(digits).tolist(), strict=True))


def compiled() -> list[dict[str, Any]]:
    """The whole network, compiled: the seconds that takes, and how fast it is then beside `InferenceUNet`."""
    size = SIZES["published"][0]
    folded = fold(UNet(PUBLISHED).eval())
    found = []
    for dtype, freezing in product((torch.float32, torch.bfloat16), (False, True)):
        network = fold(folded).to(dtype).to(memory_format=torch.channels_last_3d)
        product_network = InferenceUNet(network).eval()
        image = torch.randn(1, 1, *size, dtype=dtype).contiguous(memory_format=torch.channels_last_3d)
        with inductor.patch(freezing=freezing, force_disable_caches=True), torch.no_grad():
            torch.compiler.reset()
            faster = torch.compile(network)
            started = time.perf_counter()
            faster(image)
            seconds = time.perf_counter() - started
            timed = speeds({"InferenceUNet": product_network, "compiled": faster}, size, dtype)
        found.append({"precision": str(dtype)[6:], "freezing": freezing, "compile_s": round(seconds, 1)} | timed)
    return found


def widths() -> list[dict[str, Any]]:
    """Megavoxels per second in bfloat16 over width and depth of the network."""
    found = []
    for depth, width in product(DEPTHS, WIDTHS):
        network = in_bfloat16(fold(UNet(UNetShape(depth=depth, width=width)).eval()))
        found.append({"depth": depth, "width": width} | speeds({"bfloat16": network}, SIZE_OF_WIDTHS))
    return found


def student_speed() -> dict[str, Any]:
    """The bundled network beside one of the student's width, in bfloat16."""
    teacher = open_model("bundled").shapes[0]
    shapes = {"teacher": teacher, "student": replace(teacher, width=STUDENT_WIDTH)}
    networks = {name: in_bfloat16(fold(UNet(shape).eval())) for name, shape in shapes.items()}
    return speeds(networks, SIZE_OF_WIDTHS)


def in_bfloat16(folded: nn.Module) -> nn.Module:
    """The network as the product runs it."""
    return InferenceUNet(fold(folded).bfloat16().to(memory_format=torch.channels_last_3d)).eval()


def correlations(first: Volumes, second: Volumes) -> list[float]:
    """Pearson r of each structure of two predictions (structures, z, y, x)."""
    return [round(pearson_r(a, b), 5) for a, b in zip(first, second, strict=True)]


def speeds(
    networks: dict[str, Callable[[Tensor], Tensor]], size: tuple[int, int, int], dtype: torch.dtype = torch.float32
) -> dict[str, Any]:
    """The best of some rounds of each, taken in turn; the ratio is that of the first to the last."""
    image = torch.randn(1, 1, *size).to(dtype).contiguous(memory_format=torch.channels_last_3d)
    seconds: dict[str, list[float]] = {name: [] for name in networks}
    with torch.no_grad():
        for _, (name, network) in product(range(ROUNDS), networks.items()):
            started = time.perf_counter()
            network(image)
            seconds[name].append(time.perf_counter() - started)
    best = {name: min(those[1:]) for name, those in seconds.items()}
    voxels = np.prod(size) / 1e6
    found: dict[str, Any] = {"size": list(size), "seconds": {name: round(s, 3) for name, s in best.items()}}
    found["megavoxels_per_s"] = {name: round(voxels / s, 2) for name, s in best.items()}
    if len(best) > 1:
        first, *_, last = best.values()
        found["times_as_fast"] = round(first / last, 2)
    return found


if __name__ == "__main__":
    main()

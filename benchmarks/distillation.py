"""A smaller network that learns from the predictions of the bundled model: `python -m benchmarks.precisions --distil`.

The student sees half of what its teacher saw in training, and learns what the teacher predicts of it, in three times
the steps. Both are then scored against the truth on seeds that neither was trained on or chosen by.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from benchmarks.bundled_model import DATA, TEST_SEEDS
from livecell.config.train import FitSettings
from livecell.metrics import pearson_r
from livecell.models import Model, fold, open_model
from livecell.nets import InferenceUNet, UNetShape
from livecell.pipeline.training_pairs import simulated_pairs
from livecell.training import INPUT_PERCENTILES, Pair, Progress, fit, output_scales, to_sample
from livecell.volumes import normalisation_of

STUDENT_WIDTH = 8
TRAIN_SEEDS = DATA.train_seeds[::2]
SETTINGS = FitSettings(patch=(16, 64, 64), batch=4, steps=1500, learning_rate=3e-3, validate_every=100)
"""As the teacher was trained, three times as long."""
LARGEST_LOSS_OF_R = 0.005
"""Against the truth, for any structure."""


def distil(settings: FitSettings = SETTINGS) -> dict[str, Any]:
    """Train a student on its teacher's predictions; figures of both."""
    model = open_model("bundled")
    shape = replace(model.shapes[0], width=STUDENT_WIDTH)
    learned = _as_told(simulated_pairs(DATA, TRAIN_SEEDS), model)
    chosen = _as_told(simulated_pairs(DATA, DATA.validation_seeds[:1]), model)
    student, minutes = _trained(learned, chosen, shape, settings)
    unseen = list(simulated_pairs(DATA, TEST_SEEDS))
    found = {"teacher": _scored(model.network(), unseen), "student": _scored(student, unseen)}
    loss_of_r = max(found["teacher"][name] - r for name, r in found["student"].items())
    return {
        "teacher": asdict(model.shapes[0]),
        "student": asdict(shape),
        "fit": settings.model_dump(mode="json"),
        "training_minutes": round(minutes, 1),
        "test_seeds": list(TEST_SEEDS),
        "pearson_r_against_truth": found,
        "largest_loss_of_r": round(loss_of_r, 4),
        "passes_in_r": loss_of_r <= LARGEST_LOSS_OF_R,
    }


def image_of(pair: Pair) -> torch.Tensor:
    """The normalised image of a pair, (1, 1, z, y, x)."""
    normalised = normalisation_of([pair.source], INPUT_PERCENTILES).apply(pair.source)
    return torch.from_numpy(normalised)[None, None].float()


@torch.inference_mode()
def told(network: nn.Module, image: torch.Tensor) -> NDArray[np.float32]:
    """What a network predicts of an image, (structures, z, y, x)."""
    volumes: NDArray[np.float32] = network(image)[0].numpy()
    return volumes


def _as_told(pairs: Iterable[Pair], model: Model) -> list[Pair]:
    """The same images, with what the model predicts of them as their truth."""
    network = model.network(precision="bfloat16")
    return [
        replace(pair, targets=dict(zip(model.card.structures, told(network, image_of(pair)), strict=True)))
        for pair in pairs
    ]


def _trained(
    train: Sequence[Pair], validation: Sequence[Pair], shape: UNetShape, settings: FitSettings
) -> tuple[nn.Module, float]:
    """A network trained on these pairs, ready to predict, and the minutes that it took."""
    scales = output_scales(train, tuple(train[0].targets))
    started = time.monotonic()
    samples, checks = ([to_sample(pair, scales) for pair in pairs] for pairs in (train, validation))
    fitted = fit(samples, checks, shape, settings, on_progress=_reporter())
    return InferenceUNet(fold(fitted.network)).eval(), (time.monotonic() - started) / 60


def _scored(network: nn.Module, pairs: Sequence[Pair]) -> dict[str, float]:
    """Pearson r of each structure against the truth, mean over the pairs; no scale matters to it."""
    rows = [
        [pearson_r(a, b) for a, b in zip(told(network, image_of(pair)), pair.targets.values(), strict=True)]
        for pair in pairs
    ]
    return dict(zip(pairs[0].targets, np.mean(rows, axis=0).round(4).tolist(), strict=True))


def _reporter() -> Callable[[Progress], None]:
    def report(progress: Progress) -> None:
        figures = " ".join(f"{r:.3f}" for r in progress.pearson_r)
        print(f"step {progress.step} {progress.seconds:.0f} s: {progress.loss:.3f}, validation {figures}", flush=True)

    return report

"""Fitting a network to samples."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from livecell.config.train import FitSettings
from livecell.errors import ConfigError
from livecell.nets import UNet, UNetShape
from livecell.training.averaging import RunningAverage
from livecell.training.batches import check_patch, check_samples, to_batch
from livecell.training.loss import masked_mse
from livecell.training.patches import Patch
from livecell.training.samples import Sample
from livecell.training.schedule import rate_factor
from livecell.training.stream import PatchStream
from livecell.training.validation import validate

LOGGER = logging.getLogger(__name__)

LARGEST_GRADIENT = 5.0
"""Norm to which gradients are cut: one odd patch must not undo the steps before it."""


@dataclass(frozen=True)
class Progress:
    """State of a training after `step` steps.

    `loss` is the mean since the last record; `pearson_r` that of each structure on the validation samples.
    """

    step: int
    seconds: float
    loss: float
    validation_loss: float
    pearson_r: tuple[float, ...]


@dataclass(frozen=True)
class Fitted:
    """The network of the best validation, in evaluation mode, and how it came about."""

    network: UNet
    best: Progress
    history: tuple[Progress, ...]


def fit(
    train: Sequence[Sample],
    validation: Sequence[Sample],
    shape: UNetShape,
    settings: FitSettings,
    seed: int = 0,
    device: str = "cpu",
    on_progress: Callable[[Progress], None] | None = None,
) -> Fitted:
    """Train a network on random patches, and keep the running average of its weights that validates best.

    Without validation samples the average at the end is kept, and validation figures are NaN. Masked mean squared
    error, AdamW, warm-up and cosine; the same seed on the same machine with the same number of threads gives the same
    weights, unless `minutes` ends the training.

    Raises ConfigError when the samples do not fit the network or the patch, or the loss is no longer finite.
    """
    check_patch(settings.patch, shape)
    check_samples((*train, *validation), settings.patch, shape)
    torch.manual_seed(seed)
    stream = PatchStream(train, settings, seed)
    course = _Course(UNet(shape), settings, device)
    while course.progress < 1:
        course.step(stream.batch(course.steps))
        if course.steps % settings.validate_every == 0 or course.progress >= 1:
            reached = course.record(validation)
            LOGGER.info("step %d: loss %.4f, validation %.4f", reached.step, reached.loss, reached.validation_loss)
            if on_progress is not None:
                on_progress(reached)
    return course.result()


@dataclass
class _Course:
    """The one thing here that changes: a network while it is trained, its average, and the best of it so far."""

    network: UNet
    settings: FitSettings
    device: str
    steps: int = 0
    losses: list[float] = field(default_factory=list)
    history: list[Progress] = field(default_factory=list)
    best: Progress | None = None
    best_state: dict[str, Tensor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.network.to(self.device).train()
        _put_channels_innermost(self.network)
        self.average = RunningAverage(self.network, self.settings.steps)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=self.settings.learning_rate, weight_decay=self.settings.weight_decay
        )
        self.started = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    @property
    def progress(self) -> float:
        minutes = self.settings.minutes
        spent = 0.0 if minutes is None else self.seconds / (60 * minutes)
        return max(self.steps / self.settings.steps, spent)

    def step(self, patches: list[Patch]) -> None:
        source, target = to_batch(patches, self.network.shape, self.device)
        loss = masked_mse(self.network(source), target)
        self._check_finite(loss.item())
        self.optimizer.zero_grad()
        torch.autograd.backward([loss])
        nn.utils.clip_grad_norm_(self.network.parameters(), LARGEST_GRADIENT)
        for group in self.optimizer.param_groups:
            group["lr"] = self.settings.learning_rate * rate_factor(self.progress)
        self.optimizer.step()
        self.average.update(self.network)
        self.steps += 1
        self.losses.append(loss.item())

    def _check_finite(self, loss: float) -> None:
        if not math.isfinite(loss):
            raise ConfigError(
                "training",
                expected="a finite loss",
                found=f"{loss} at step {self.steps}",
                hint="lower `learning_rate`, and check the images for values that are not finite",
            )

    def record(self, validation: Sequence[Sample]) -> Progress:
        network = self.average.network
        loss, pearson_r = validate(network, validation, self.settings.patch, self.network.shape, self.device)
        reached = Progress(self.steps, self.seconds, float(np.mean(self.losses)), loss, pearson_r)
        if self.best is None or not reached.validation_loss >= self.best.validation_loss:
            self.best = reached
            self.best_state = {name: value.detach().cpu().clone() for name, value in network.state_dict().items()}
        self.history.append(reached)
        self.losses.clear()
        return reached

    def result(self) -> Fitted:
        network = UNet(self.network.shape)
        network.load_state_dict(self.best_state)
        return Fitted(network.eval(), self.best or self.history[-1], tuple(self.history))


def _put_channels_innermost(network: UNet) -> None:
    """Lay the weights out as convolutions on CPUs like it; a step then takes a fifth less time."""
    layout = torch.channels_last if network.shape.ndim == 2 else torch.channels_last_3d
    for parameter in network.parameters():
        if parameter.dim() == network.shape.ndim + 2:
            parameter.data = parameter.data.contiguous(memory_format=layout)

"""The course of a training: what changes from step to step, and all of it in one state that can be kept."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from livecell.config.train import FitSettings
from livecell.errors import ConfigError
from livecell.nets import Network, UNet, members_of
from livecell.training.averaging import RunningAverage
from livecell.training.batches import Batch, to_batch
from livecell.training.distributed import Team, normalise_together
from livecell.training.loss import divisors, equal_importance, loss_of
from livecell.training.patches import Patch
from livecell.training.precision import backward, computing_in, gradient_scale
from livecell.training.progress import Progress
from livecell.training.schedule import rate_factor
from livecell.training.start import Trunk
from livecell.training.validation import Validation

State = dict[str, Any]


class Course:
    """The one thing here that changes: a network while it is trained, its average, and the best of it so far."""

    def __init__(
        self,
        network: Network,
        settings: FitSettings,
        trunk: Trunk,
        precision: str,
        team: Team,
        importance: Tensor | None = None,
    ) -> None:
        self.network, self.settings, self.trunk, self.precision, self.team = network, settings, trunk, precision, team
        self.loss = loss_of(settings.loss)
        self.importance = (equal_importance(self.structures) if importance is None else importance).to(team.device)
        self.network.to(team.device).train()
        _put_channels_innermost(network)
        normalise_together(network, team)
        self.average = RunningAverage(network, settings.steps)
        groups = [{"params": list(self._parameters(heads))} for heads in (True, False)]
        self.optimizer = torch.optim.AdamW(groups, lr=settings.learning_rate, weight_decay=settings.weight_decay)
        self.scale = gradient_scale(precision, team.device)
        self.steps, self.progress, self.unimproved = 0, 0.0, 0
        self.losses: list[float] = []
        self.history: list[Progress] = []
        self.best: Progress | None = None
        self.best_state: dict[str, Tensor] = {}
        self._began = time.monotonic()

    @property
    def structures(self) -> int:
        """How many structures the network predicts."""
        return sum(map(self._structures_of, members_of(self.network)))

    @property
    def seconds(self) -> float:
        """Time spent, over all sessions."""
        return time.monotonic() - self._began

    @property
    def ended(self) -> bool:
        """Whether steps, time or patience are used up."""
        patience = self.settings.patience
        return self.progress >= 1 or (patience is not None and self.unimproved >= patience)

    def step(self, patches: list[Patch]) -> None:
        """Learn from the patches of a step; raises ConfigError when loss or gradient are no longer finite."""
        batch = to_batch(patches, members_of(self.network)[0].shape, self.team.device)
        self._prepare()
        loss = self._learn(batch)
        self._check_finite("loss", loss)
        self._clip()
        self.scale.step(self.optimizer)
        self.scale.update()
        self.average.update(self.network)
        self.steps += 1
        self.losses.append(loss)
        self.progress = self._share_done()

    def record(self, validation: Validation) -> Progress:
        """Validate the running average; keep it if it is the best so far."""
        figures = [math.nan] * (1 + self.structures)
        network = self.average.network
        if self.team.leads:
            loss, pearson_r = validation.of(network, members_of(self.network)[0].shape, self.structures)
            figures = [loss, *pearson_r]
        loss, *rest = self.team.agreed(figures)
        reached = Progress(self.steps, self.seconds, float(np.mean(self.losses)), loss, tuple(rest))
        self.unimproved += 1
        if self.best is None or not reached.validation_loss >= self.best.validation_loss:
            self.best, self.unimproved = reached, 0
            self.best_state = {name: value.detach().cpu().clone() for name, value in network.state_dict().items()}
        self.history.append(reached)
        self.losses.clear()
        return reached

    def state(self) -> State:
        """Return all that has to be known to go on from here; tensors, numbers and words only."""
        return {
            **{name: getattr(self, name).state_dict() for name in ("network", "optimizer", "scale")},
            "average": self.average.network.state_dict(),
            **{name: getattr(self, name) for name in ("steps", "unimproved", "losses", "best_state", "seconds")},
            "history": [asdict(record) for record in self.history],
            "best": None if self.best is None else asdict(self.best),
            "random": torch.get_rng_state(),
        }

    def restore(self, state: State) -> None:
        """Be where a course of the same network and settings was when it gave its state."""
        for name in ("network", "optimizer"):
            getattr(self, name).load_state_dict(state[name])
        if state["scale"]:
            # Empty where it was not needed: in float16, which another device may compute in, it begins anew.
            self.scale.load_state_dict(state["scale"])
        self.average.network.load_state_dict(state["average"])
        for name in ("steps", "unimproved", "losses", "best_state"):
            setattr(self, name, state[name])
        self.history = [Progress(**record) for record in state["history"]]
        self.best = None if state["best"] is None else Progress(**state["best"])
        torch.set_rng_state(state["random"])
        self._began = time.monotonic() - state["seconds"]
        self.progress = self._share_done()

    def _structures_of(self, member: UNet) -> int:
        return member.shape.outputs // self.loss.outputs_per_structure

    def _parameters(self, heads: bool) -> Iterator[nn.Parameter]:
        for member in members_of(self.network):
            yield from (member.head if heads else member.levels).parameters()

    def _share_done(self) -> float:
        minutes, done = self.settings.minutes, self.steps / self.settings.steps
        if minutes is None:
            return done
        [seconds] = self.team.agreed([self.seconds])
        return max(done, seconds / (60 * minutes))

    def _prepare(self) -> None:
        """Set the rates of this step; while the trunk is frozen, its weights and statistics stay as they are."""
        rate = self.settings.learning_rate * rate_factor(self.progress, self.settings.warm_up)
        frozen = self.steps < self.trunk.freeze_steps
        for group, factor in zip(self.optimizer.param_groups, (1.0, self.trunk.rate), strict=True):
            group["lr"] = rate * factor
        for member in members_of(self.network):
            member.levels.requires_grad_(not frozen).train(not frozen)
        self.optimizer.zero_grad()

    def _learn(self, batch: Batch) -> float:
        """Put the gradients of a batch into place, network by network, and return its loss; both of all processes."""
        weights = self.team.total(self.loss.weights(batch.target))  # (terms, structures)
        divisor = divisors(weights, self.importance)
        first, loss = 0, torch.zeros((), device=self.team.device)
        for member in members_of(self.network):
            own = slice(first, first + self._structures_of(member))
            with computing_in(self.precision, self.team.device):
                predicted = member(batch.source)
            totals = self.loss.totals(batch.answer(predicted, own.stop - own.start), batch.target[:, own])
            lost = (totals / divisor[:, own]).sum()
            backward(lost, self.scale)
            loss, first = loss + lost.detach(), own.stop
        self.team.sum_gradients(self.network)
        return float(self.team.total(loss).item())

    def _clip(self) -> None:
        """Cut the gradient of each network: one odd patch must not undo the steps before it."""
        self.scale.unscale_(self.optimizer)
        for member in members_of(self.network):
            norm = nn.utils.clip_grad_norm_(member.parameters(), self.settings.largest_gradient)
            # In float16 the scale is too large at first; such steps are left out, and it is lowered.
            if not self.scale.is_enabled():
                self._check_finite("gradient", norm.item())

    def _check_finite(self, what: str, value: float) -> None:
        if not math.isfinite(value):
            raise ConfigError(
                "training",
                expected=f"a finite {what}",
                found=f"{value} at step {self.steps}",
                hint="lower `learning_rate`, and check the images for values that are not finite",
            )


def _put_channels_innermost(network: Network) -> None:
    """Lay the weights out as convolutions on CPUs like it; a step then takes a fifth less time."""
    ndim = members_of(network)[0].shape.ndim
    layout = torch.channels_last if ndim == 2 else torch.channels_last_3d
    for parameter in network.parameters():
        if parameter.dim() == ndim + 2:
            parameter.data = parameter.data.contiguous(memory_format=layout)

"""Fitting a network to samples."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

import torch

from livecell.config.train import FitSettings
from livecell.nets import Network, UNetShape, build_network, choose_precision, members_of
from livecell.training.ahead import patches_from
from livecell.training.batches import check_patch, check_samples, is_projected
from livecell.training.checkpoint import Checkpoints
from livecell.training.course import Course
from livecell.training.distributed import Team
from livecell.training.loss import loss_of
from livecell.training.progress import Progress
from livecell.training.samples import Sample
from livecell.training.start import WHOLE_AT_ONCE, Trunk, new_network
from livecell.training.stream import PatchStream
from livecell.training.validation import Validation


@dataclass(frozen=True)
class Fitted:
    """The network of the best validation, in evaluation mode, and how it came about."""

    network: Network
    best: Progress
    history: tuple[Progress, ...]


def fit(
    train: PatchStream | Sequence[Sample],
    validation: Sequence[Sample],
    network: UNetShape | Network,
    settings: FitSettings,
    seed: int = 0,
    device: str = "cpu",
    on_progress: Callable[[Progress], None] | None = None,
    *,
    trunk: Trunk = WHOLE_AT_ONCE,
    checkpoints: Checkpoints | None = None,
    team: Team | None = None,
    importance: Sequence[float] | None = None,
) -> Fitted:
    """Train a network on random patches, and keep the running average of its weights that validates best.

    Without validation samples the average at the end is kept, and validation figures are NaN. The same seed on the same
    machine with the same number of threads gives the same weights, also after a kill, unless `minutes` ends it.

    Parameters
    ----------
    train : samples, or the patches of every step.
    network : is trained in place; of a shape, a new one is made from the seed.
    trunk : how all but the heads learns, where the network knows something already.
    checkpoints : where the state is kept every few minutes; a training whose state is there goes on from it.
    team : the processes that train together, each with this call.
    importance : how much each structure counts, in the order of the outputs; None if all count the same.

    Raises ConfigError when the samples do not fit the network or the patch, loss or gradient are no longer finite, or
    the state that was kept is of other images; StorageError when the disk does not take it.
    """
    team = team or Team(device=device)
    network = new_network([network], seed) if isinstance(network, UNetShape) else network
    stream = train if isinstance(train, PatchStream) else PatchStream(train, settings, seed)
    _check(train, validation, network, settings)
    precision = choose_precision(settings.precision, team.device)
    counts = None if importance is None else torch.tensor(importance, dtype=torch.float32)
    course = Course(network, settings, trunk, precision, team, counts)
    validated = Validation(validation, settings.patch, course.loss, team.device, precision, course.importance)
    _go_on(course, checkpoints)
    _run(course, stream, validated, on_progress if team.leads else None, checkpoints)
    if course.best is None:
        # The time was used up before the first validation, in a session that was killed.
        course.record(validated)
    return _result(course)


def _run(
    course: Course,
    stream: PatchStream,
    validation: Validation,
    on_progress: Callable[[Progress], None] | None,
    checkpoints: Checkpoints | None,
) -> None:
    """Take the steps that are left."""
    settings, saved = course.settings, time.monotonic()
    if course.ended:
        return
    with closing(patches_from(stream, course.steps, course.team)) as patches:
        while not course.ended:
            course.step(next(patches))
            if course.steps % settings.validate_every == 0 or course.progress >= 1:
                reached = course.record(validation)
                if on_progress is not None:
                    on_progress(reached)
            if course.ended or time.monotonic() - saved > 60 * settings.checkpoint_minutes:
                _keep(course, checkpoints)
                saved = time.monotonic()


def _go_on(course: Course, checkpoints: Checkpoints | None) -> None:
    state = None if checkpoints is None else checkpoints.read()
    if state is not None:
        course.restore(state)


def _keep(course: Course, checkpoints: Checkpoints | None) -> None:
    if checkpoints is not None and course.team.leads:
        checkpoints.write(course.state())


def _check(
    train: PatchStream | Sequence[Sample], validation: Sequence[Sample], network: Network, settings: FitSettings
) -> None:
    shape, per_structure = members_of(network)[0].shape, loss_of(settings.loss).outputs_per_structure
    first = train.batch(0)[0] if isinstance(train, PatchStream) else train[0]
    for patch in settings.patches:
        check_patch(patch, shape, is_projected(first, shape))
    structures = sum(member.shape.outputs for member in members_of(network)) // per_structure
    for given in (train, validation):
        # Samples that are read when they are needed were looked over by whoever lists them.
        if isinstance(given, list | tuple):
            for patch in settings.patches if given is train else (settings.patch,):
                check_samples(given, patch, shape.inputs, structures)


def _result(course: Course) -> Fitted:
    network = build_network([member.shape for member in members_of(course.network)])
    network.load_state_dict(course.best_state)
    return Fitted(network.eval(), course.best or course.history[-1], tuple(course.history))

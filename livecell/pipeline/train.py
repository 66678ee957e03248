"""Training a model package from paired images."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from livecell.config.losses import Heteroscedastic
from livecell.config.pairs import SimulatedImages
from livecell.config.train import TrainSettings
from livecell.engine import forget_lock, lock_folder
from livecell.errors import RunFolderError
from livecell.models import Model, open_model, write_card, write_package
from livecell.nets import Network, UNetShape
from livecell.pipeline.data_identity import Identity, data_identity
from livecell.pipeline.training_card import card_of, input_normalisation
from livecell.pipeline.training_figures import ceilings, figures_of_test, merged
from livecell.pipeline.training_folder import LOCK_NAME, TrainingFolder, training_identity
from livecell.pipeline.training_pairs import TrainingData, training_data
from livecell.prediction import choose_device
from livecell.training import (
    Checkpoints,
    Fitted,
    Logs,
    Progress,
    Sample,
    Samples,
    Team,
    Trunk,
    fit,
    joined,
    new_network,
    started_network,
)

LOGGER = logging.getLogger(__name__)
OnProgress = Callable[[Progress], None]


def train(
    settings: TrainSettings, out: str | Path, on_progress: OnProgress | None = None, overwrite: bool = False
) -> Model:
    """Train a network on the pairs that the settings name, and write it with its card as a model package `out`.

    What is learnt is saved every few minutes: the same call goes on after a kill, to the same weights, and returns at
    once where all is done. Under `torchrun`, its processes train together. The history lies in `out/training`.

    Parameters
    ----------
    on_progress : called after every validation.
    overwrite : begin anew, and replace what `out` holds.

    Raises PairsError when anything is wrong with the pairs, ConfigError when they do not fit network and patch,
    ModelError when the package to start from does not fit, RunFolderError when `out` holds another model or training,
    one of other data, or something else, StorageError when it cannot be written.
    """
    folder = TrainingFolder(Path(out))
    data = data_identity(settings)
    with joined(choose_device(settings.device)) as team, _held(folder, settings, data, overwrite, team):
        if folder.is_done:
            LOGGER.info("%s is already trained, nothing to do; --overwrite trains it anew", folder.package)
        else:
            _train(settings, folder, data, team, on_progress)
            team.wait()
    return open_model(out)


@contextmanager
def _held(
    folder: TrainingFolder, settings: TrainSettings, data: Identity, overwrite: bool, team: Team
) -> Iterator[None]:
    """Claim the folder, for this training and no other process; one of a team does it for all."""
    with ExitStack() as claims:
        begun = False
        try:
            if team.leads:
                claims.enter_context(_claimed(folder, settings, data, overwrite))
            begun = True
        finally:
            [all_begin] = team.agreed([begun])
        if not all_begin:
            raise RunFolderError(
                folder.package,
                expected="a folder that the first process can train into",
                found="that it cannot",
                hint="see what it says",
            )
        yield


@contextmanager
def _claimed(folder: TrainingFolder, settings: TrainSettings, data: Identity, overwrite: bool) -> Iterator[None]:
    folder.check_place()
    if not overwrite:
        folder.check(settings, data)
    folder.make()
    lock = folder.package / LOCK_NAME
    try:
        with lock_folder(folder.package, lock):
            if overwrite:
                folder.clear()
            yield
    finally:
        if {path.name for path in folder.package.glob("*")} <= {f".{lock.name}.guard"}:
            # Nothing could be begun.
            forget_lock(lock)
            with suppress(OSError):
                folder.package.rmdir()


def _train(
    settings: TrainSettings, folder: TrainingFolder, identity: Identity, team: Team, on_progress: OnProgress | None
) -> None:
    start = None if settings.start is None else open_model(settings.start.model)
    frames = folder.frames if isinstance(settings.data, SimulatedImages) else None
    data = training_data(settings, input_normalisation(start).clip_percentiles, frames)
    shapes = _network_shapes(settings, data)
    network = _network(settings, data, shapes, start)
    if team.leads:
        folder.begin(settings, identity)
    fitted = _fit(settings, folder, data, network, team, on_progress)
    if team.leads:
        card = card_of(settings, data, shapes, fitted, start, team.count)
        model = write_package(folder.package, card, fitted.network)
        _add_test(model, settings, data, team.device)
        folder.finish()


def _fit(
    settings: TrainSettings,
    folder: TrainingFolder,
    data: TrainingData,
    network: Network,
    team: Team,
    on_progress: OnProgress | None,
) -> Fitted:
    identity = training_identity(data.normalisations, data.scales, team.count)
    trunk = Trunk() if settings.start is None else Trunk(settings.start.freeze_steps, settings.start.trunk_rate)
    LOGGER.info("training on %d images, validating on %d, on %s", len(data.train), len(data.validation), team.device)
    with Logs(folder.path, data.structures) as logs:

        def tell(reached: Progress) -> None:
            logs.add(reached)
            if on_progress is not None:
                on_progress(reached)

        return fit(
            data.stream(settings),
            _held_out(settings, data),
            network,
            settings.fit,
            settings.seed,
            on_progress=tell,
            trunk=trunk,
            checkpoints=Checkpoints(folder.path, identity),
            team=team,
            importance=[settings.fit.importance.get(name, 1.0) for name in data.structures],
        )


def _held_out(settings: TrainSettings, data: TrainingData) -> Sequence[Sample]:
    """The samples that validate: in memory, if they may be."""
    samples: Samples = data.samples(data.validation, settings.network.planes_as_channels)
    return list(samples) if len(samples) <= samples.held(settings.data.buffer_gb) else samples


def _network_shapes(settings: TrainSettings, data: TrainingData) -> tuple[UNetShape, ...]:
    network, structures = settings.network, len(data.structures)
    inputs = data.train.parts[0].shape[0] if network.planes_as_channels else 1
    if network.separate:
        return (UNetShape(network.ndim, network.depth, network.width, inputs, 1),) * structures
    outputs = structures * (2 if isinstance(settings.fit.loss, Heteroscedastic) else 1)
    return (UNetShape(network.ndim, network.depth, network.width, inputs, outputs),)


def _network(
    settings: TrainSettings, data: TrainingData, shapes: tuple[UNetShape, ...], start: Model | None
) -> Network:
    if start is None:
        return new_network(shapes, settings.seed)
    return started_network(start, shapes, data.structures, settings.seed)


def _add_test(model: Model, settings: TrainSettings, data: TrainingData, device: str) -> None:
    """Add to the card what the model does on images that decided nothing."""
    if not data.test.parts:
        return
    figures = figures_of_test(model, data.test, data.normalisations, device)
    limits = {} if isinstance(settings.data, SimulatedImages) else ceilings(data.test, "test")
    metrics = merged(model.card.metrics, figures, limits)
    write_card(model.path, model.card.model_copy(update={"metrics": metrics}))

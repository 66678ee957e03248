"""The beginning of a run: check the input, models and settings, and claim the run folder, before any work."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from livecell.acquisition import Acquisition, Arrived, channel_index, open_acquisition, require_sampling
from livecell.config import RunSettings, dump_settings
from livecell.engine import write_text
from livecell.errors import AcquisitionError, ModelError
from livecell.models import Model, open_models
from livecell.pipeline.context import Role
from livecell.pipeline.doubtful import describe_left_out, worth_predicting
from livecell.pipeline.earlier import as_before
from livecell.pipeline.provenance import describe_input, describe_run
from livecell.pipeline.run_folder import RunFolder, write_record
from livecell.pipeline.scheduling import Choose, choose_here
from livecell.prediction import (
    Ensemble,
    choose_structures,
    ensembles_of,
    kinds_of,
    rescaling_of,
    resolve_tile,
)
from livecell.structures import STRUCTURES, Form, Structure

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Beginning:
    """A run as it is about to begin: resolved settings and the content of run.json."""

    settings: RunSettings
    record: dict[str, Any]
    acquisition: Acquisition
    models: tuple[Model, ...]

    @property
    def identity(self) -> str:
        """Identity of the input, by which a run folder knows its own."""
        identity: str = self.record["input"]["identity"]
        return identity


def begin(
    source: str | Path,
    settings: RunSettings,
    role: Role = "acquisition",
    structure: str = "objects",
    out: str | Path | None = None,
    choose: Choose | None = None,
    arrived: Arrived | None = None,
) -> Beginning:
    """Check everything that can be checked without computing, and resolve every default.

    `structure` names what given images or labels with a single channel show. What is left to the machine is as in the
    run that the folder `out` holds, if it holds one. `choose` says what the machine decides that will predict, where it
    is not this one. Of an acquisition that is still being written, only what has `arrived` counts.
    """
    acquisition = open_acquisition(source, settings.acquisition, arrived)
    require_sampling(acquisition)
    choose = choose or partial(choose_here, settings.cluster)
    if role != "acquisition":
        return _begin_given(acquisition, settings, role, structure)
    channel = channel_index(acquisition, settings.acquisition.channel)
    models = open_models(settings.predict.models)
    _check_normalisation(models)
    structures, left_out = _predicted_structures(models, settings)
    if out is not None:
        settings = settings.model_copy(update={"predict": as_before(settings, out, models, choose)})
    resolved = _resolve(acquisition, models, settings, choose, len(structures))
    ensembles = ensembles_of(models, (structure.name for structure in structures), settings.predict.uncertainty)
    doubts = [*_model_warnings(acquisition, models), *describe_left_out(left_out)]
    warnings = [*acquisition.warnings, *doubts, *_ensemble_warnings(ensembles)]
    record = describe_run(describe_input(acquisition, role, channel), structures, models, resolved, warnings)
    return Beginning(resolved, record, acquisition, models)


def _begin_given(acquisition: Acquisition, settings: RunSettings, role: Role, structure: str) -> Beginning:
    asked = settings.acquisition.channel
    one = asked is not None or len(acquisition.channels) == 1
    channel = channel_index(acquisition, asked) if one else 0
    names = [structure] if one else [str(name) for name in acquisition.channels]
    structures = tuple(_given_structure(name, settings) for name in names)
    record = describe_run(
        describe_input(acquisition, role, channel), structures, (), settings, list(acquisition.warnings)
    )
    return Beginning(settings, record, acquisition, ())


def _given_structure(name: str, settings: RunSettings) -> Structure:
    known = STRUCTURES | settings.own_structures()
    return known.get(name) or Structure(name, Form.BLOB)


def _predicted_structures(
    models: Sequence[Model], settings: RunSettings
) -> tuple[tuple[Structure, ...], dict[str, float]]:
    """Return the structures to predict, and r of those that are left out because nobody asked for them."""
    known = dict(STRUCTURES)
    for model in models:
        known |= model.card.described_structures()
    known |= settings.own_structures()
    asked = settings.predict.structures
    default, left_out = worth_predicting(models) if asked is None else (asked, {})
    return tuple(known[name] for name in choose_structures(models, default)), left_out


def _resolve(
    acquisition: Acquisition, models: Sequence[Model], settings: RunSettings, choose: Choose, structures: int
) -> RunSettings:
    """Spell out what depends on input, models and machine: the same run comes of the result wherever it is fed back."""
    sizes = acquisition.movie(acquisition.positions[0]).sizes
    shape = (sizes["z"], sizes["y"], sizes["x"])
    for model in models:
        _check_z(acquisition, model)
    wanted = settings.predict
    compute = choose(wanted)
    voxel_size_um = acquisition.sampling.voxel_size_um
    kinds = kinds_of(wanted.uncertainty)
    tile = resolve_tile(shape, models, voxel_size_um, compute, wanted.tile, kinds, structures)
    return settings.model_copy(update={"predict": wanted.model_copy(update={"tile": tile, **asdict(compute)})})


def _check_normalisation(models: Sequence[Model]) -> None:
    ways = {model.card.normalisation.clip_percentiles for model in models}
    if len(ways) > 1:
        raise ModelError(
            "models",
            expected="models that normalise their input alike",
            found=f"the percentiles {' and '.join(map(str, sorted(ways)))}",
            hint="process with each by itself",
        )


def _check_z(acquisition: Acquisition, model: Model) -> None:
    if model.ndim == 3 and not acquisition.has_z:
        raise AcquisitionError(
            acquisition.path,
            expected=f"stacks with a z axis, from which the 3D model {model.card.name} predicts",
            found="single planes without one",
            hint="record z-stacks, or choose a 2D model with --models",
        )


def _model_warnings(acquisition: Acquisition, models: Sequence[Model]) -> list[str]:
    found = []
    for model in models:
        rescaling = rescaling_of(model, acquisition.sampling.voxel_size_um)
        if rescaling.is_needed:
            found.append(
                f"model {model.card.name} learnt at another voxel size: images are resampled for it, "
                f"{rescaling.describe()}, and predictions back"
            )
        planes = max(rescaling.shape(recording.shape[2:])[0] for recording in acquisition.recordings)
        if model.card.taller_than_learnt(planes):
            found.append(
                f"model {model.card.name} learnt from patches of at most {max(model.card.patch_planes or ())} planes "
                f"and sees {planes}: in stacks so much taller it can be badly mistaken; train with `fit: other_patch` "
                "of that height, or cut the stack"
            )
        if model.card.simulated:
            found.append(
                f"model {model.card.name} learnt from simulation only: what it shows in real images is no evidence"
            )
    return found


def _ensemble_warnings(ensembles: Sequence[Ensemble]) -> list[str]:
    together = {each.structure: [member.model.card.name for member in each.members] for each in ensembles}
    return [f"{name}: mean of models {' and '.join(models)}" for name, models in together.items() if len(models) > 1]


KEPT = ("created", "stages", "failed", "defective", "flicker", "watch")
"""What a run that is resumed keeps of its record."""


def write_beginning(folder: RunFolder, beginning: Beginning, command: str) -> None:
    """Write config.yaml and run.json; a run that is resumed keeps its date and what its stages have counted."""
    record = {**beginning.record, "command": command}
    if folder.record.exists():
        earlier = folder.read_record()
        record |= {key: earlier[key] for key in KEPT if key in earlier}
    write_text(folder.config, dump_settings(beginning.settings))
    write_record(folder, record)
    for warning in record["warnings"]:
        logger.warning("%s", warning)

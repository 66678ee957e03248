"""A simulated acquisition and its truth, the truth laid out as a run folder."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from livecell import store, tables
from livecell.config import RunSettings, SimulateSettings, dump_settings, load_settings
from livecell.engine import Status, Task, Unit, check_scheduler, lock_folder
from livecell.errors import LivecellError, RunFolderError
from livecell.exchange import write_parquet
from livecell.pipeline.progress import OnProgress, counting_timepoints, ignore
from livecell.pipeline.run_folder import RunFolder
from livecell.pipeline.scheduling import open_scheduler
from livecell.pipeline.simulated_truth import POSITION, write_truth
from livecell.simulation import Simulation, simulate
from livecell.store import Channel, Encoding, ImageLayout
from livecell.structures import STRUCTURES

HEADROOM = 6.0
"""Encoding range of the targets, relative to the brightest voxel of the first frame: chromosomes condense later."""
LEAST_PEAK = 500.0
"""Brightness expected of a structure that the first frame shows little or nothing of, as where no cells touch yet."""


def truth_path(out: Path) -> Path:
    """Return the folder of the truth beside an acquisition: a.ome.zarr has its truth in a.truth."""
    return out.with_name(out.name.removesuffix(".zarr").removesuffix(".ome") + ".truth")


def simulate_acquisition(
    out: str | Path,
    settings: SimulateSettings | None = None,
    *,
    scheduler: str = "none",
    overwrite: bool = False,
    on_progress: OnProgress = ignore,
) -> Path:
    """Write a simulated acquisition as OME-Zarr 0.5 and its truth beside it; returns the folder of the truth.

    The same call goes on after an interruption: frames that are there are not computed again.

    Raises RunFolderError when something else is there already and `overwrite` was not given, or another process writes.
    """
    check_scheduler(scheduler)
    out, settings = Path(out), settings or SimulateSettings()
    truth = RunFolder(truth_path(out))
    simulation = simulate(settings)
    if overwrite or not _is_interrupted(truth, settings):
        _make_room(out, truth.path, overwrite)
        truth.path.mkdir(parents=True)
        _settings_path(truth).write_text(dump_settings(settings), encoding="utf-8")
    with lock_folder(truth.path, truth.lock):
        if not _frames_done(truth, settings):
            _create(out, truth, simulation)
        _write_frames(out, truth, settings, scheduler, on_progress)
        write_truth(truth, simulation)
    return truth.path


def _write_frames(
    out: Path, truth: RunFolder, settings: SimulateSettings, scheduler: str, on_progress: OnProgress
) -> None:
    missing = sorted(set(range(settings.timepoints)) - _frames_done(truth, settings))
    tasks = [Task(Unit("simulate", POSITION, t)) for t in missing]
    with open_scheduler(scheduler, RunSettings().cluster) as place:
        outcomes = place.run_tasks(
            tasks, lambda threads: partial(simulate_unit, out), counting_timepoints(tasks, on_progress)
        )
    bad = [outcome.error for outcome in outcomes.values() if outcome.status != "done"]
    if bad:
        raise LivecellError(out, expected="every frame simulated", found=bad[0], hint="see the messages above")


def simulate_unit(out: Path, unit: Unit) -> Status:
    """Compute and store one frame of a simulation whose stores have been created."""
    truth = RunFolder(truth_path(out))
    simulation = _simulation(_settings_path(truth))
    frame = simulation.frame(unit.frame)
    if unit.frame not in simulation.missing:
        store.write_volume(out, unit.frame, frame.brightfield)
    for channel, name in enumerate(simulation.structures):
        store.write_volume(truth.predictions, unit.frame, frame.targets[name], channel)
        store.write_volume(truth.predictions / "labels" / name, unit.frame, frame.labels[name])
    if simulation.is_noisy(unit.frame):
        for channel, counts in enumerate(simulation.noisy_targets(unit.frame, frame.targets).values()):
            store.write_volume(noisy_path(truth), unit.frame, counts, channel)
    write_parquet(frame.objects, truth.part("tracks", POSITION, unit.frame), tables.TRACKS)
    return "done"


def noisy_path(truth: RunFolder) -> Path:
    """Return the image of the targets with the noise of a camera, which tells how well one could predict at best."""
    return truth.path / "noisy.ome.zarr"


@lru_cache(maxsize=1)
def _simulation(path: Path) -> Simulation:
    return simulate(load_settings(path, SimulateSettings))


def _settings_path(truth: RunFolder) -> Path:
    return truth.path / "simulate.yaml"


def _is_interrupted(truth: RunFolder, settings: SimulateSettings) -> bool:
    """Whether this very simulation was begun there and has not come to its end, of which the record tells."""
    path = _settings_path(truth)
    return path.is_file() and not truth.record.exists() and load_settings(path, SimulateSettings) == settings


def _frames_done(truth: RunFolder, settings: SimulateSettings) -> set[int]:
    """Frames whose objects are there: a unit writes them last."""
    return {t for t in range(settings.timepoints) if truth.part("tracks", POSITION, t).exists()}


def _make_room(out: Path, truth: Path, overwrite: bool) -> None:
    for path in (out, truth):
        if path.exists() and not overwrite:
            raise RunFolderError(
                path, expected="nothing there yet", found="a file or folder", hint="choose another name or --overwrite"
            )
    if any(path.exists() for path in (out, truth)):
        _remove_simulation(out, truth)


def _remove_simulation(out: Path, truth: Path) -> None:
    """Remove what an earlier simulation wrote; an acquisition without the settings of a simulation is not ours."""
    if not (truth / "simulate.yaml").is_file():
        raise RunFolderError(
            out, expected="an earlier simulation", found="something else", hint="choose another name, or move it away"
        )
    # The truth goes last: while it is there, what is left of an interrupted removal is known as a simulation.
    for path in (out, truth):
        if path.exists():
            shutil.rmtree(path)


def _create(out: Path, truth: RunFolder, simulation: Simulation) -> None:
    """Create the stores anew; whatever an interruption left of them goes."""
    for path in (out, truth.predictions, noisy_path(truth)):
        shutil.rmtree(path, ignore_errors=True)
    shape, sampling = simulation.shape, simulation.sampling
    first = simulation.frame(0)
    channel = simulation.settings.optics.modality
    layout = ImageLayout((shape[0], 1, *shape[1:]), "uint16", sampling, (Channel(channel),))
    store.create_image(out, layout)
    low, high = np.percentile(first.brightfield, (0.5, 99.5))
    store.set_windows(out, {channel: (float(low), float(high))})
    _create_targets(truth, simulation, {name: float(first.targets[name].max()) for name in simulation.structures})
    for name in simulation.structures:
        label = ImageLayout((shape[0], 1, *shape[1:]), "uint32", sampling, (Channel(name),))
        store.create_labels(truth.predictions, name, label, color=STRUCTURES[name].color)


def _create_targets(truth: RunFolder, simulation: Simulation, brightest: dict[str, float]) -> None:
    peaks = {name: max(peak, LEAST_PEAK) for name, peak in brightest.items()}
    channels = tuple(Channel(name, STRUCTURES[name].color) for name in peaks)
    frames, depth, height, width = simulation.shape
    plain = ImageLayout((frames, len(peaks), depth, height, width), "uint16", simulation.sampling, channels)
    encodings = tuple(Encoding.for_range(0.0, HEADROOM * peak) for peak in peaks.values())
    store.create_image(truth.predictions, replace(plain, encodings=encodings))
    store.set_windows(truth.predictions, {name: (0.0, peak) for name, peak in peaks.items()})
    if simulation.settings.noisy_every:
        camera = simulation.settings.fluorescence_camera
        dark = camera.offset_counts + camera.background_counts
        store.create_image(noisy_path(truth), plain)
        store.set_windows(noisy_path(truth), {name: (dark, dark + peak) for name, peak in peaks.items()})

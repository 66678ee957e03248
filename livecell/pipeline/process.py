"""The order of the stages: what `livecell process` does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from livecell.config import RunSettings
from livecell.engine import Outcome, Task, Unit, Work, check_scheduler, lock_folder, token_of, write_json
from livecell.errors import AcquisitionError
from livecell.pipeline.arrived import forget_arrivals, is_superseded, read_arrived
from livecell.pipeline.begin import begin, write_beginning
from livecell.pipeline.context import Context, Role, load_context
from livecell.pipeline.export import export_run
from livecell.pipeline.fingerprints import calibration_fingerprint, digest
from livecell.pipeline.open_run import Run, open_run
from livecell.pipeline.plan import discard_all_served, plan_tasks, wanted_stages
from livecell.pipeline.progress import OnProgress, counting_timepoints, ignore
from livecell.pipeline.record import record_finish, record_input, record_units
from livecell.pipeline.report import report_run
from livecell.pipeline.run_folder import RunFolder, claim_folder, clear_folder, open_folder
from livecell.pipeline.run_log import logging_to
from livecell.pipeline.scheduling import RunTasks, Workplace, open_scheduler
from livecell.pipeline.stores import prepare_stores
from livecell.pipeline.track import track_run
from livecell.pipeline.units import HELD_BY, run_unit

logger = logging.getLogger(__name__)

UNIT_STAGES = ("predict", "segment", "measure")
BARRIER_STAGES = ("track", "export", "report")
ALL_STAGES = (*UNIT_STAGES, *BARRIER_STAGES)
"""Stages of a run, in order."""


def process(
    source: str | Path,
    out: str | Path,
    settings: RunSettings | None = None,
    *,
    scheduler: str = "none",
    overwrite: bool = False,
    on_progress: OnProgress = ignore,
    stages: Sequence[str] = ALL_STAGES,
    role: Role = "acquisition",
    structure: str = "objects",
) -> Run:
    """Predict, segment, measure, track, export and report an acquisition; resumes by itself.

    Parameters
    ----------
    source : the acquisition; with `role` "images" or "labels", images to segment or labels to track.
    out : the run folder; one that exists must be of the same input, or `overwrite` replaces it.
    scheduler : "none" works in this process, "local" with worker processes on this computer, "cuda" with one for each
        of its GPUs, "slurm" with jobs of a batch system, "tcp://host:port" or "FILE.json" with those of a dask
        scheduler that runs already.
    on_progress : called after each timepoint.
    stages : which stages to do; earlier ones that were done before are not done again.
    structure : what given images or labels of one channel show.

    Raises
    ------
    LivecellError : input, settings, models or disk are not as needed. A fault of single timepoints does not
        raise: they are listed under `failed` in run.json and in `Run.failed`.
    """
    check_scheduler(scheduler)
    settings = settings or RunSettings()
    with ExitStack() as stack:
        place = stack.enter_context(open_scheduler(scheduler, settings.cluster, job_of(out)))
        beginning = begin(source, settings, role, structure, None if overwrite else out, place.choose)
        overwrite |= is_superseded(Path(out), source, beginning.identity)
        folder = claim_folder(out, beginning.identity, overwrite)
        hold(folder, stack)
        # The lock goes last, when nobody of ours writes any more.
        stack.callback(place.close)
        if overwrite:
            clear_folder(folder)
        forget_arrivals(folder)
        write_beginning(folder, beginning, "process" if tuple(stages) == ALL_STAGES else " ".join(stages))
        do_stages(folder, stages, place, on_progress)
    return open_run(folder.path)


def job_of(out: str | Path) -> str:
    """Return the name by which workers know the work on a run folder."""
    return f"livecell {Path(out).resolve()}"


def hold(folder: RunFolder, stack: ExitStack) -> None:
    """Hold a run folder until the end: its lock, and its log."""
    stack.enter_context(lock_folder(folder.path, folder.lock))
    stack.enter_context(logging_to(folder))


def advance(
    out: str | Path,
    stages: Sequence[str],
    settings: RunSettings | None = None,
    *,
    scheduler: str = "none",
    on_progress: OnProgress = ignore,
) -> Run:
    """Do some stages of a run folder that was begun before, with its own settings or with new ones."""
    check_scheduler(scheduler)
    folder = open_folder(out)
    with ExitStack() as stack:
        hold(folder, stack)
        source, structures = folder.read_record()["input"], folder.read_record()["structures"]
        used = settings or folder.read_settings()
        place = stack.enter_context(open_scheduler(scheduler, used.cluster, job_of(out)))
        name, arrived = structures[0]["name"], read_arrived(folder)
        beginning = begin(source["path"], used, source["role"], name, folder.path, place.choose, arrived)
        write_beginning(folder, beginning, " ".join(stages))
        do_stages(folder, stages, place, on_progress)
    return open_run(folder.path)


def do_stages(folder: RunFolder, stages: Sequence[str], place: Workplace, on_progress: OnProgress) -> None:
    """Do these stages of a run that has begun, and let the workers go in between."""
    context = do_units(folder, stages, place.run_tasks, on_progress)
    # What comes now is done here, and may want all the memory.
    place.close()
    barriers: dict[str, Callable[[Context], object]] = {
        "track": track_run,
        "export": export_run,
        "report": report_run,
    }
    for stage, run_stage in barriers.items():
        if stage == "report":
            record_finish(folder)
        if stage in stages:
            logger.info("%s", stage)
            run_stage(context)


def do_units(folder: RunFolder, stages: Sequence[str], run_tasks: RunTasks, on_progress: OnProgress) -> Context:
    """Calibrate a run that has begun, do what is left to do of the units of these stages, and return its context.

    Raises AcquisitionError where the input cannot be calibrated from.
    """
    context = _calibrated(load_context(folder), run_tasks)
    record_input(context)
    prepare_stores(context)
    discard_all_served(context)
    wanted = wanted_stages(context, stages)
    outcomes = _run(context, plan_tasks(context, wanted), run_tasks, on_progress)
    record_units(context, wanted, outcomes)
    return context


def _calibrated(context: Context, run_tasks: RunTasks) -> Context:
    """Return the context with a calibration of every position that can be calibrated."""
    fingerprint = calibration_fingerprint(context)
    stale = [
        position
        for position in context.acquisition.positions
        if context.calibration.get(position, {}).get("fingerprint") != fingerprint
    ]
    if not stale:
        return context
    if context.role == "acquisition" and context.settings.predict.normalisation == "file":
        # All positions share what comes of these.
        _work_through(context, "inspect", stale, run_tasks)
    _work_through(context, "calibrate", stale, run_tasks)
    entries = {position: context.folder.read_calibration_part(position) for position in stale}
    write_json(context.folder.calibration, {**context.calibration, **entries})
    return load_context(context.folder)


def _work_through(context: Context, stage: str, positions: Sequence[str], run_tasks: RunTasks) -> None:
    """Do a stage that comes before all others, at these positions; AcquisitionError unless it could be done at all."""
    outcomes = _run(context, [Task(Unit(stage, position, 0)) for position in positions], run_tasks, ignore)
    bad = [outcome.error for outcome in outcomes.values() if outcome.status != "done"]
    if bad:
        raise AcquisitionError(
            context.acquisition.path,
            expected="frames from which normalisation and thresholds can be taken",
            found=bad[0],
            hint="repair these frames, or leave the position out with `acquisition: positions:`",
        )


def _run(
    context: Context, tasks: Sequence[Task], run_tasks: RunTasks, on_progress: OnProgress
) -> Mapping[Unit, Outcome]:
    # The input belongs to it: timepoints may have arrived or been repaired since a process opened it.
    source = context.folder.read_record()["input"]
    settings = context.folder.config.read_text(encoding="utf-8")
    arrived = sorted(read_arrived(context.folder) or ())
    state = digest([settings, context.calibration, context.names, source, arrived])
    stamp = f"{state}{HELD_BY}{token_of(context.folder.lock)}"

    def work(threads: int) -> Work:
        return partial(run_unit, context.folder.path, stamp, threads)

    return run_tasks(tasks, work, counting_timepoints(tasks, on_progress))

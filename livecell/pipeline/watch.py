"""`livecell watch`: process an acquisition while it is being written."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from livecell.acquisition import Acquisition, Arrivals, is_readable, look_at_folder
from livecell.config import RunSettings
from livecell.engine import check_scheduler
from livecell.errors import AcquisitionError, LivecellError, MissingPathError
from livecell.pipeline.arrived import forget_arrivals, is_superseded, renew, write_arrived
from livecell.pipeline.begin import Beginning, begin, write_beginning
from livecell.pipeline.delays import Delays
from livecell.pipeline.export import export_run
from livecell.pipeline.once import saying_once
from livecell.pipeline.open_run import Run, open_run
from livecell.pipeline.process import ALL_STAGES, UNIT_STAGES, do_stages, do_units, hold, job_of
from livecell.pipeline.progress import ignore
from livecell.pipeline.provenance import now
from livecell.pipeline.report import report_run
from livecell.pipeline.run_folder import RunFolder, claim_folder, clear_folder, write_record
from livecell.pipeline.scheduling import Workplace, open_scheduler
from livecell.pipeline.track import track_run
from livecell.store import locate

logger = logging.getLogger(__name__)

OnRound = Callable[[dict[str, Any]], None]
"""Called after each round with what run.json says of the watch."""


@dataclass(frozen=True)
class Clock:
    """Seconds from any moment on, and waiting for some of them."""

    now: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep


WALL = Clock()

PATIENCE = 3
"""Looks at an input that cannot be understood, after which it is not for being written just now."""


def watch(
    source: str | Path,
    out: str | Path,
    settings: RunSettings | None = None,
    *,
    scheduler: str = "none",
    overwrite: bool = False,
    on_round: OnRound = lambda _: None,
    clock: Clock = WALL,
) -> Run:
    """Process an acquisition while it is being written; ends after a quiet time, with the results of `process`.

    Parameters
    ----------
    source : a folder that a microscope writes TIFFs into, or an OME-Zarr that grows; it may still be empty.
    out : the run folder; what an earlier watch or `process` has done there stays done.
    scheduler : as for `process`; workers are started once.
    on_round : called whenever tables and tracks are up to date.
    clock : by which files settle, and quiet is told.

    Raises
    ------
    LivecellError : input, settings, models or disk are not as needed. Faults of single timepoints do not raise.
    """
    check_scheduler(scheduler)
    settings, source = settings or RunSettings(), _folder_to_watch(source)
    with ExitStack() as stack:
        place = stack.enter_context(open_scheduler(scheduler, settings.cluster, job_of(out)))
        folder = _claim(source, out, overwrite)
        hold(folder, stack)
        stack.callback(place.close)
        stack.enter_context(saying_once())
        if overwrite:
            clear_folder(folder)
        _Watch(source, folder, settings, place, on_round, clock).until_quiet()
    return open_run(folder.path)


def _folder_to_watch(path: str | Path) -> Path:
    source = locate(path)
    if not isinstance(source, Path):
        raise AcquisitionError(
            source,
            expected="a folder on a file system",
            found="an object store",
            hint="watch the folder that the microscope writes into, or use `livecell process` when it is complete",
        )
    if not source.exists():
        raise MissingPathError(
            source,
            expected="a folder that a microscope writes into",
            found="no such folder",
            hint="make it, or start the recording first",
        )
    if not source.is_dir():
        raise AcquisitionError(
            source, expected="a folder to watch", found="a file", hint="give its folder, or use `livecell process`"
        )
    return source


def _claim(source: Path, out: str | Path, overwrite: bool) -> RunFolder:
    """Return the run folder, unless it is of something else; what the input looks like is not known yet."""
    found = RunFolder(Path(out))
    known = found.read_record()["input"] if found.record.exists() else {}
    ours = known.get("path") == str(source.resolve())
    return claim_folder(out, known["identity"] if ours else str(source), overwrite)


class _Watch:
    """A folder that is watched, and the run that follows it."""

    def __init__(
        self,
        source: Path,
        folder: RunFolder,
        settings: RunSettings,
        place: Workplace,
        on_round: OnRound,
        clock: Clock,
    ) -> None:
        self._source, self._folder, self._settings = source, folder, settings
        self._place, self._on_round, self._clock = place, on_round, clock
        self._arrivals = Arrivals(settings.watch.settle_s, partial(is_readable, source))
        self._delays = Delays.read(folder)
        self._began, self._began_s = now(), time.time()
        self._changed_s = self._reported_s = float("-inf")
        self._known: frozenset[str] = frozenset()
        self._puzzled = 0

    def until_quiet(self) -> None:
        """Follow the acquisition until nothing has come for the quiet time, then complete the run."""
        logger.info("watching %s", self._source)
        while True:
            self._look()
            arrived = self._arrivals.arrived
            if arrived and arrived != self._known:
                self._round(arrived)
            elif self._is_quiet():
                break
            else:
                self._clock.wait(self._settings.watch.poll_s)
        self._complete()

    def _is_quiet(self) -> bool:
        # Before the first file, the microscope may be set up for as long as it takes.
        return 60 * self._settings.watch.quiet_minutes < self._clock.now() - self._changed_s < float("inf")

    def _look(self) -> None:
        now_s = self._clock.now()
        try:
            pieces = look_at_folder(self._source)
        except (LivecellError, OSError) as error:
            logger.warning("waiting: %s", error)
            return
        if self._arrivals.look(pieces, now_s):
            self._changed_s = now_s
        for name in self._arrivals.held_back:
            logger.warning("%s does not change any more, but cannot be read: it is left out unless it changes", name)

    def _round(self, arrived: frozenset[str]) -> None:
        """Bring volumes, tables, tracks and now and then the report up to date with what has arrived."""
        beginning = self._begin(arrived)
        if beginning is None:
            self._clock.wait(self._settings.watch.poll_s)
            return
        self._known = arrived
        renew(self._folder, self._source, beginning.identity)
        write_arrived(self._folder, arrived)
        write_beginning(self._folder, beginning, "watch")
        try:
            context = do_units(self._folder, UNIT_STAGES, self._place.run_tasks, ignore)
        except AcquisitionError as error:
            # The first frames may be blank, the lamp not yet on.
            logger.warning("waiting: %s", error)
            return
        track_run(context)
        export_run(context)
        self._note(context.acquisition, context.channel)
        if time.monotonic() - self._reported_s >= self._settings.watch.report_every_s:
            report_run(context)
            self._reported_s = time.monotonic()
        self._on_round(self._folder.read_record()["watch"])

    def _begin(self, arrived: frozenset[str]) -> Beginning | None:
        """Return how the run goes on; None where the input cannot be understood, be it only for the moment."""
        choose = self._place.choose
        try:
            beginning = begin(self._source, self._settings, out=self._folder.path, choose=choose, arrived=arrived)
            _require_interval(beginning.acquisition)
        except (MissingPathError, AcquisitionError) as error:
            self._puzzled += 1
            if isinstance(error, AcquisitionError) and self._puzzled >= PATIENCE:
                raise
            logger.warning("waiting: %s", error)
            return None
        self._puzzled = 0
        return beginning

    def _note(self, acquisition: Acquisition, channel: int) -> None:
        self._delays = self._delays.with_tracked(acquisition, channel, self._arrivals, self._began_s, time.time())
        self._delays.write(self._folder)
        self._record(ended=None)

    def _record(self, **more: Any) -> None:
        told = {"began": self._began, **self._delays.summary(), "held_back": list(self._arrivals.held_back), **more}
        write_record(self._folder, {**self._folder.read_record(), "watch": told})

    def _complete(self) -> None:
        """Do what `process` does on the whole: what holds for the whole series is known only now."""
        logger.info("nothing new for %g minutes: completing the run", self._settings.watch.quiet_minutes)
        start_s, ended = time.monotonic(), now()
        beginning = begin(self._source, self._settings, out=self._folder.path, choose=self._place.choose)
        if is_superseded(self._folder.path, self._source, beginning.identity):
            clear_folder(self._folder)
        forget_arrivals(self._folder)
        write_beginning(self._folder, beginning, "watch")
        do_stages(self._folder, ALL_STAGES, self._place, ignore)
        self._record(ended=ended, completing_s=round(time.monotonic() - start_s, 1))


def _require_interval(acquisition: Acquisition) -> None:
    """Raise AcquisitionError where the interval is unknown; with one timepoint alone nobody else would ask for it."""
    if acquisition.sampling.interval_s is None:
        raise AcquisitionError(
            acquisition.path,
            expected="the interval of the timepoints",
            found="none in the file",
            hint="give it with --interval S in seconds",
        )

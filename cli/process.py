"""`livecell process`: the whole run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import (
    INPUT_OPTIONS,
    MODEL_OPTIONS,
    OUTPUT_OPTIONS,
    RUN_OPTIONS,
    WORK_OPTIONS,
    Source,
    options,
    run_settings,
    set_up_messages,
)
from .results import finish, show_plan

if TYPE_CHECKING:
    from livecell.pipeline.open_run import Run


@click.command("process")
@click.argument("acquisition", type=Source())
@options(RUN_OPTIONS, INPUT_OPTIONS, MODEL_OPTIONS, WORK_OPTIONS)
@click.option("--dry-run", is_flag=True, help="Print units of work, bytes, time and jobs; touch nothing.")
@options(OUTPUT_OPTIONS)
def process_command(
    acquisition: str | Path,
    out: Path,
    config: Path | None,
    scheduler: str,
    overwrite: bool,
    dry_run: bool,
    **given: Any,
) -> int:
    """Predict, segment, measure, track, export and report ACQUISITION into the folder RUN.

    A run that was interrupted goes on where it stopped.

    \b
    Example:
      livecell process overnight.ome.zarr -o run --interval 300
    """
    set_up_messages(given["verbose"], given["quiet"])
    settings = run_settings(config, given)
    if dry_run:
        from livecell.pipeline.dry_run import estimate

        plan = estimate(acquisition, out, settings, overwrite=overwrite, scheduler=scheduler)
        return show_plan(plan.as_dict(), given["as_json"])
    return finish(run_all(acquisition, out, settings, scheduler, overwrite, given["quiet"]), given["as_json"])


def run_all(acquisition: str | Path, out: Path, settings: Any, scheduler: str, overwrite: bool, quiet: bool) -> Run:
    """Process an acquisition while showing progress."""
    from livecell.pipeline.process import process

    from .progress import showing_progress

    with showing_progress("process", quiet) as show:
        return process(
            acquisition,
            out,
            settings,
            scheduler=scheduler,
            overwrite=overwrite,
            on_progress=lambda progress: show(progress.done, progress.total),
        )

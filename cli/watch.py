"""`livecell watch`: the whole run, while the microscope is still writing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .options import (
    INPUT_OPTIONS,
    MODEL_OPTIONS,
    OUTPUT_OPTIONS,
    RUN_OPTIONS,
    WATCH_OPTIONS,
    WORK_OPTIONS,
    Source,
    options,
    run_settings,
    set_up_messages,
)
from .results import finish


@click.command("watch")
@click.argument("folder", type=Source())
@options(RUN_OPTIONS, WATCH_OPTIONS, INPUT_OPTIONS, MODEL_OPTIONS, WORK_OPTIONS, OUTPUT_OPTIONS)
def watch_command(
    folder: str | Path, out: Path, config: Path | None, scheduler: str, overwrite: bool, **given: Any
) -> int:
    """Process FOLDER into the folder RUN while a microscope is still writing into it.

    FOLDER gets TIFFs, or is an OME-Zarr that grows. Tables, tracks and the report follow; after a quiet time the run
    is completed, with the results that `livecell process` has on the whole. A watch that was stopped goes on.

    \b
    Example:
      livecell watch D:/overnight -o run --interval 300 --quiet-minutes 20
    """
    from livecell.pipeline.watch import watch

    set_up_messages(given["verbose"], given["quiet"])
    settings = run_settings(config, given)
    show = _silent if given["quiet"] else _show
    run = watch(folder, out, settings, scheduler=scheduler, overwrite=overwrite, on_round=show)
    return finish(run, given["as_json"])


def _silent(told: dict[str, Any]) -> None:
    del told


def _show(told: dict[str, Any]) -> None:
    delay_s = told["delay_s"]
    behind = f", tracks {delay_s['last']:.1f} s after the last was written" if delay_s else ""
    click.echo(f"watch: {told['timepoints']} timepoints{behind}", err=True)

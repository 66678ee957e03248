"""`livecell demo`: the main job on a small simulated acquisition."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .options import OUTPUT_OPTIONS, options, set_up_messages
from .results import finish


@click.command("demo")
@click.argument("folder", type=Path, default=Path("livecell-demo"))
@click.option("--scheduler", default="local", show_default=True, metavar="none|local", help="Where the work runs.")
@options(OUTPUT_OPTIONS)
def demo_command(folder: Path, scheduler: str, **given: Any) -> int:
    """Simulate a small overnight acquisition in FOLDER (default: livecell-demo), process it, say where the report is.

    \b
    Example:
      livecell demo
    """
    set_up_messages(given["verbose"], given["quiet"])
    from livecell.pipeline.demo import demo

    from .progress import showing_progress

    with showing_progress("simulate", given["quiet"]) as simulated, showing_progress("process", given["quiet"]) as show:
        run = demo(
            folder,
            scheduler=scheduler,
            on_simulated=lambda progress: simulated(progress.done, progress.total),
            on_progress=lambda progress: show(progress.done, progress.total),
        )
    return finish(run, given["as_json"])

"""`livecell simulate`: an acquisition whose truth is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .options import OUTPUT_OPTIONS, options, set_up_messages
from .results import print_json, show_plan


@click.command("simulate")
@click.argument("out", metavar="OUT.ome.zarr", type=Path)
@click.option("-c", "--config", "config", type=Path, help="What is simulated; see sample_configs/simulate.yaml.")
@click.option("--seed", type=int, help="Seed of the simulation.")
@click.option("--scheduler", default="local", show_default=True, metavar="none|local", help="Where the work runs.")
@click.option("--overwrite", is_flag=True, help="Replace an earlier simulation.")
@click.option("--dry-run", is_flag=True, help="Print what would be written; touch nothing.")
@options(OUTPUT_OPTIONS)
def simulate_command(
    out: Path, config: Path | None, seed: int | None, scheduler: str, overwrite: bool, dry_run: bool, **given: Any
) -> None:
    """Simulate an acquisition OUT.ome.zarr, and write its truth to OUT.truth, laid out as a run folder.

    \b
    Example:
      livecell simulate overnight.ome.zarr --seed 7
    """
    set_up_messages(given["verbose"], given["quiet"])
    from livecell.config import SimulateSettings, load_settings
    from livecell.pipeline.simulate import simulate_acquisition

    from .progress import showing_progress

    settings = load_settings(config, SimulateSettings) if config else SimulateSettings()
    if seed is not None:
        settings = settings.model_copy(update={"seed": seed})
    if dry_run:
        from livecell.pipeline.dry_plans import plan_simulation

        show_plan(plan_simulation(out, settings), given["as_json"])
        return
    with showing_progress("simulate", given["quiet"]) as show:
        truth = simulate_acquisition(
            out,
            settings,
            scheduler=scheduler,
            overwrite=overwrite,
            on_progress=lambda progress: show(progress.done, progress.total),
        )
    if given["as_json"]:
        print_json({"acquisition": str(out), "truth": str(truth)})
    else:
        click.echo(f"acquisition  {out}\ntruth        {truth}")

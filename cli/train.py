"""`livecell train`: a model package from paired images."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import OUTPUT_OPTIONS, options, set_up_messages
from .results import print_json, show_plan

if TYPE_CHECKING:
    from livecell.config import TrainSettings


@click.command("train")
@click.argument("config", type=Path)
@click.option("-o", "--output", "out", required=True, type=Path, metavar="MODEL", help="The model package.")
@click.option("--dry-run", is_flag=True, help="Print what would be learnt from and all that is wrong with it.")
@options(OUTPUT_OPTIONS)
def train_command(config: Path, out: Path, dry_run: bool, **given: Any) -> None:
    """Train a model package MODEL from the pairs that CONFIG names.

    \b
    Example:
      livecell train sample_configs/train_pairs.yaml -o my_model
    """
    set_up_messages(max(1, given["verbose"]), given["quiet"])
    from livecell.config import TrainSettings, load_settings
    from livecell.pipeline.train import train

    settings = load_settings(config, TrainSettings)
    if dry_run:
        _show_plan(out, settings, given["as_json"])
        return
    model = train(settings, out)
    if given["as_json"]:
        print_json({"model": str(model.path), "metrics": model.card.metrics})
    else:
        click.echo(f"model    {model.path}")


def _show_plan(out: Path, settings: TrainSettings, as_json: bool) -> None:
    from livecell.errors import PairsError
    from livecell.pipeline.dry_plans import plan_training

    plan = plan_training(out, settings)
    problems = plan["problems"]
    show_plan(plan if as_json else {**plan, "problems": len(problems)}, as_json)
    if problems:
        raise PairsError.listing(problems)

"""`livecell train`: a model package from paired images."""

from __future__ import annotations

import os
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import OUTPUT_OPTIONS, options, set_up_messages
from .results import print_json, show_plan

if TYPE_CHECKING:
    from livecell.config import TrainSettings
    from livecell.models import Model
    from livecell.training import Progress


@click.command("train")
@click.argument("config", type=Path)
@click.option("-o", "--output", "out", required=True, type=Path, metavar="MODEL", help="The model package.")
@click.option("--device", metavar="auto|cpu|cuda|cuda:N", help="Where to train; auto, the default, takes a GPU.")
@click.option("--dry-run", is_flag=True, help="Print what would be learnt from and all that is wrong with it.")
@click.option("--overwrite", is_flag=True, help="Start again, and replace what the folder holds.")
@options(OUTPUT_OPTIONS)
def train_command(config: Path, out: Path, device: str | None, dry_run: bool, overwrite: bool, **given: Any) -> None:
    """Train a model package MODEL from the pairs that CONFIG names; after a kill, the same command goes on.

    \b
    Example:
      livecell train sample_configs/train_pairs.yaml -o my_model
      torchrun --nproc-per-node 2 -m livecell_cli.main train train.yaml -o my_model     (each takes a GPU)
    """
    leads = os.environ.get("RANK", "0") == "0"
    quiet = given["quiet"] or not leads
    set_up_messages(max(1, given["verbose"]), quiet)
    from livecell.config import TrainSettings, load_settings, parse_settings
    from livecell.pipeline.train import train

    from .progress import showing_progress

    settings = load_settings(config, TrainSettings)
    if device is not None:
        settings = parse_settings({**settings.model_dump(mode="json"), "device": device}, TrainSettings, "--device")
    if dry_run:
        _show_plan(out, settings, given["as_json"])
        return
    with showing_progress("train", quiet, unit="steps") as show:

        def tell(reached: Progress) -> None:
            show(reached.step, settings.fit.steps, _in_words(reached))

        model = train(settings, out, tell, overwrite)
    if not leads:
        # Of the processes that torchrun started, one speaks.
        return
    if given["as_json"]:
        print_json({"model": str(model.path), "metrics": model.card.metrics})
    else:
        _show(model)


def _show(model: Model) -> None:
    for name, figures in model.card.metrics.items():
        click.echo(f"{name:<20} {', '.join(f'{figure} {value:.3f}' for figure, value in figures.items())}")
    click.echo(f"model    {model.path}")


def _in_words(reached: Progress) -> str:
    r = [value for value in reached.pearson_r if isfinite(value)]
    validated = f", validation {reached.validation_loss:.4f}, r {sum(r) / len(r):.3f}" if r else ""
    return f"loss {reached.loss:.4f}{validated}"


def _show_plan(out: Path, settings: TrainSettings, as_json: bool) -> None:
    from livecell.errors import PairsError
    from livecell.pipeline.dry_plans import plan_training

    plan = plan_training(out, settings)
    problems = plan["problems"]
    show_plan(plan if as_json else {**plan, "problems": len(problems)}, as_json)
    if problems:
        raise PairsError.listing(problems)

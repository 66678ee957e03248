"""`livecell train`: a model package from paired images."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .options import OUTPUT_OPTIONS, options, set_up_messages
from .results import print_json


@click.command("train")
@click.argument("config", type=Path)
@click.option("-o", "--output", "out", required=True, type=Path, metavar="MODEL", help="The model package.")
@options(OUTPUT_OPTIONS)
def train_command(config: Path, out: Path, **given: Any) -> None:
    """Train a model package MODEL from the pairs that CONFIG names.

    \b
    Example:
      livecell train sample_configs/train_pairs.yaml -o my_model
    """
    set_up_messages(max(1, given["verbose"]), given["quiet"])
    from livecell.config import TrainSettings, load_settings
    from livecell.pipeline.train import train

    model = train(load_settings(config, TrainSettings), out)
    if given["as_json"]:
        print_json({"model": str(model.path), "metrics": model.card.metrics})
    else:
        click.echo(f"model    {model.path}")

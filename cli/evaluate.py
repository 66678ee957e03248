"""`livecell evaluate`: a run against the truth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .options import OUTPUT_OPTIONS, options, set_up_messages
from .results import print_json


@click.command("evaluate")
@click.argument("predicted", type=Path)
@click.argument("truth", type=Path)
@click.option("--max-distance", type=float, metavar="UM", help="How far an object may be from the true one.")
@options(OUTPUT_OPTIONS)
def evaluate_command(predicted: Path, truth: Path, max_distance: float | None, **given: Any) -> None:
    """Compare the run PREDICTED with TRUTH, which is laid out as a run folder: images, objects, tracks.

    \b
    Example:
      livecell evaluate livecell-demo/run livecell-demo/acquisition.truth
    """
    set_up_messages(given["verbose"], given["quiet"])
    from livecell.pipeline.evaluate import evaluate

    table = evaluate(predicted, truth, max_distance_um=max_distance)
    if given["as_json"]:
        print_json(table.to_dict(orient="records"))
    else:
        click.echo(table.to_string(index=False, float_format=lambda value: f"{value:.3f}"))

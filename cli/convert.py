"""`livecell convert`: microscope files to OME-Zarr 0.5."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .options import INPUT_OPTIONS, OUTPUT_OPTIONS, options, run_settings, set_up_messages
from .results import print_json


@click.command("convert")
@click.argument("sources", metavar="SOURCE... OUT.ome.zarr", nargs=-1, required=True, type=Path)
@options(INPUT_OPTIONS)
@click.option("--overwrite", is_flag=True, help="Replace an OME-Zarr that is there already.")
@options(OUTPUT_OPTIONS)
def convert_command(sources: tuple[Path, ...], overwrite: bool, **given: Any) -> None:
    """Convert microscope files to OME-Zarr 0.5; several sources become several positions.

    \b
    Example:
      livecell convert overnight.ome.tif overnight.ome.zarr --interval 300
    """
    if len(sources) < 2:
        raise click.UsageError("Missing argument 'OUT.ome.zarr'.")
    set_up_messages(given["verbose"], given["quiet"])
    from livecell.pipeline.convert import convert

    from .progress import showing_progress

    settings = run_settings(None, given).acquisition
    with showing_progress("convert", given["quiet"]) as show:
        out = convert(sources[:-1], sources[-1], settings, overwrite=overwrite, on_progress=show)
    if given["as_json"]:
        print_json({"out": str(out)})
    else:
        click.echo(f"written  {out}")

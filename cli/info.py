"""`livecell info`: what is this."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .options import INPUT_OPTIONS, OUTPUT_OPTIONS, Source, options, run_settings, set_up_messages
from .results import print_json

COUNTED = ("channels", "positions")


@click.command("info")
@click.argument("path", type=Source())
@options(INPUT_OPTIONS, OUTPUT_OPTIONS)
def info_command(path: str | Path, **given: Any) -> None:
    """Say what PATH is: axes, sizes, channels, voxel size, interval, positions, missing frames; a run; a model.

    \b
    Example:
      livecell info overnight.ome.zarr
    """
    set_up_messages(given["verbose"], quiet=True)
    from livecell.pipeline.info import describe

    found = describe(path, run_settings(None, given).acquisition)
    if given["as_json"]:
        print_json(found)
        return
    width = max(len(name) for name in found)
    for name, value in found.items():
        # The only one is often called 0, which reads as none.
        counted = f"{len(value)}: " if name in COUNTED and isinstance(value, list) and value else ""
        click.echo(f"{name:<{width}}  {counted}{_plain(value)}")


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(inner)}" for name, inner in value.items()) or "none"
    if isinstance(value, list | tuple):
        joint = "; " if any(isinstance(inner, dict) for inner in value) else ", "
        return joint.join(_plain(inner) for inner in value) or "none"
    return "unknown" if value is None else str(value)

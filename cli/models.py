"""`livecell models`: the packages at hand."""

from __future__ import annotations

from typing import Any

import click

from .options import OUTPUT_OPTIONS, options, set_up_messages
from .results import print_json


@click.group("models")
def models_command() -> None:
    """List and show model packages.

    \b
    Example:
      livecell models list
    """


@models_command.command("list")
@options(OUTPUT_OPTIONS)
def list_command(**given: Any) -> None:
    """List the packages that ship with livecell.

    \b
    Example:
      livecell models list
    """
    set_up_messages(given["verbose"], given["quiet"])
    from livecell.models import bundled_models, open_model

    cards = {name: open_model(name).card for name in bundled_models()}
    if given["as_json"]:
        print_json({name: list(card.structures) for name, card in cards.items()})
        return
    for name, card in cards.items():
        origin = "learnt from simulation" if card.simulated else "learnt from real images"
        click.echo(f"{name:<12} {', '.join(card.structures)} ({origin})")


@models_command.command("show")
@click.argument("package", default="bundled")
@options(OUTPUT_OPTIONS)
def show_command(package: str, **given: Any) -> None:
    """Show the card of a package: a folder, or `bundled`.

    \b
    Example:
      livecell models show bundled
    """
    set_up_messages(given["verbose"], given["quiet"])
    from livecell.config import dump_settings
    from livecell.models import open_model

    card = open_model(package).card
    if given["as_json"]:
        print_json(card.model_dump(mode="json"))
    else:
        click.echo(dump_settings(card), nl=False)

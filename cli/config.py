"""`livecell config`: a commented template, a check, the JSON Schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from livecell.config.base import Settings

_COMMAND = click.option(
    "--of",
    "command",
    type=click.Choice(["process", "simulate", "train"]),
    default="process",
    show_default=True,
    help="Command whose configuration it is.",
)


@click.group("config")
def config_command() -> None:
    """Write, check and describe configurations.

    \b
    Example:
      livecell config init > livecell.yaml
      livecell config check livecell.yaml
    """


@config_command.command("init")
@click.option("-o", "--output", "out", type=Path, help="Write to this file instead of stdout.")
def init_command(out: Path | None) -> None:
    """Print a configuration with every setting, its default and what it means.

    \b
    Example:
      livecell config init -o livecell.yaml
    """
    from livecell.config import RunSettings
    from livecell.config.template import template
    from livecell.errors import ConfigError

    text = template(RunSettings)
    if out is None:
        click.echo(text, nl=False)
    elif out.exists():
        raise ConfigError(out, expected="no such file yet", found="a file", hint="choose another name, or remove it")
    else:
        out.write_text(text, encoding="utf-8")


@config_command.command("check")
@click.argument("path", metavar="CONFIG", type=Path)
@_COMMAND
def check_command(path: Path, command: str) -> None:
    """Check a configuration; says what is wrong with it and the nearest key.

    \b
    Example:
      livecell config check livecell.yaml
      livecell config check my_pairs.yaml --of train
    """
    from livecell.config import load_settings

    load_settings(path, _settings_of(command))
    click.echo(f"{path}: in order")


@config_command.command("schema")
@_COMMAND
def schema_command(command: str) -> None:
    """Print the JSON Schema of configurations.

    \b
    Example:
      livecell config schema > livecell.schema.json
    """
    from .results import print_json

    print_json(_settings_of(command).model_json_schema())


def _settings_of(command: str) -> type[Settings]:
    from livecell.config import RunSettings, SimulateSettings, TrainSettings

    kinds: dict[str, type[Settings]] = {"process": RunSettings, "simulate": SimulateSettings, "train": TrainSettings}
    return kinds[command]

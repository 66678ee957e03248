"""`livecell config`: a commented template, a check, the JSON Schema."""

from __future__ import annotations

from pathlib import Path

import click


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
def check_command(path: Path) -> None:
    """Check a configuration; says what is wrong with it and the nearest key.

    \b
    Example:
      livecell config check livecell.yaml
    """
    from livecell.config import RunSettings, load_settings

    load_settings(path, RunSettings)
    click.echo(f"{path}: in order")


@config_command.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of configurations.

    \b
    Example:
      livecell config schema > livecell.schema.json
    """
    from livecell.config import RunSettings

    from .results import print_json

    print_json(RunSettings.model_json_schema())

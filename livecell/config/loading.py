"""Reading and writing settings as YAML."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from livecell.config.base import Settings
from livecell.config.explaining import explained
from livecell.errors import ConfigError, MissingPathError

S = TypeVar("S", bound=Settings)


def load_settings(path: str | Path, kind: type[S], overrides: Mapping[str, Mapping[str, Any]] | None = None) -> S:
    """Read a YAML file into settings of that kind; `overrides` (section to values) replace what the file says.

    Raises MissingPathError when there is no such file, ConfigError when a key or value is not valid.
    """
    path = Path(path)
    if not path.is_file():
        raise MissingPathError(path, expected="a YAML file", found="no such file", hint="check the path given with -c")
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(path, expected="YAML", found=str(error), hint="mend the file") from error
    if not isinstance(values, dict):
        raise ConfigError(path, expected="a mapping of sections", found=type(values).__name__, hint="see `config init`")
    for section, chosen in (overrides or {}).items():
        if chosen:
            values[section] = {**(values.get(section) or {}), **chosen}
    return parse_settings(values, kind, path)


def parse_settings(values: dict[str, Any], kind: type[S], subject: object = "configuration") -> S:
    """Check plain values against settings of that kind; raises ConfigError, which says all that is wrong."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise explained(error, kind, subject, values) from None


def dump_settings(settings: Settings) -> str:
    """Return settings as YAML, every default spelt out."""
    return yaml.safe_dump(settings.model_dump(mode="json"), sort_keys=False, allow_unicode=True)

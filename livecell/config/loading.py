"""Reading and writing settings as YAML; a misspelt key names its nearest neighbour."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from livecell.config.base import Settings
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
    """Check plain values against settings of that kind; raises ConfigError."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        # A misspelt key is also a missing one; the misspelling is what the user can mend.
        details = min(error.errors(), key=lambda detail: detail["type"] != "extra_forbidden")
        raise _explain(details, kind, subject) from None


def dump_settings(settings: Settings) -> str:
    """Return settings as YAML, every default spelt out."""
    return yaml.safe_dump(settings.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def _explain(detail: ErrorDetails, kind: type[BaseModel], subject: object) -> ConfigError:
    where = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        keys = _keys_at(kind, detail["loc"][:-1])
        near = difflib.get_close_matches(str(detail["loc"][-1]), keys, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]!r}?" if near else "remove it"
        return ConfigError(subject, expected=f"one of {', '.join(keys)}", found=f"the unknown key {where!r}", hint=hint)
    if detail["type"] == "missing":
        return ConfigError(subject, expected=f"the key {where!r}", found="none", hint="add it")
    return ConfigError(
        subject, expected=f"{where}: {detail['msg']}", found=repr(detail["input"]), hint="correct this value"
    )


def _keys_at(kind: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """Names of the keys allowed at a place of a settings class; walks through optional, mapped and union members."""
    kinds: list[type[BaseModel]] = [kind]
    for part in loc:
        members = [m for k in kinds if part in k.model_fields for m in _models_in(k.model_fields[str(part)].annotation)]
        # A union's tag chooses among the candidates; the key of a dictionary leaves them as they are.
        kinds = members or _tagged(kinds, part) or kinds
    return sorted({name for k in kinds for name in k.model_fields})


def _tagged(kinds: list[type[BaseModel]], tag: int | str) -> list[type[BaseModel]]:
    return [k for k in kinds if any(tag in get_args(field.annotation) for field in k.model_fields.values())]


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in getattr(annotation, "__args__", ()) for model in _models_in(inner)]

"""A commented configuration: every setting with its default and what it means."""

from __future__ import annotations

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from livecell.config.base import Settings


def template(kind: type[Settings]) -> str:
    """Return YAML with every setting of that kind at its default, and its meaning in a comment above."""
    head = "# Settings of livecell. Every value below is the default: keep what you change, delete the rest.\n"
    return head + "\n".join(_section(name, field) for name, field in kind.model_fields.items())


def _section(name: str, field: FieldInfo) -> str:
    default = field.get_default(call_default_factory=True)
    if not isinstance(default, BaseModel):
        return _entry(name, field, default, indent=0)
    meaning = (type(default).__doc__ or "").strip().splitlines()[0]
    lines = [f"\n# {meaning}\n{name}:"]
    lines += [_entry(key, inner, getattr(default, key), indent=2) for key, inner in type(default).model_fields.items()]
    return "\n".join(lines) + "\n"


def _entry(name: str, field: FieldInfo, default: object, indent: int) -> str:
    plain = default.model_dump(mode="json") if isinstance(default, BaseModel) else default
    if isinstance(plain, tuple):
        plain = list(plain)
    text = yaml.safe_dump(plain, sort_keys=False, default_flow_style=True, width=1000).removesuffix("...\n").rstrip()
    block = f"{' ' * indent}{name}: {text}"
    comment = f"{' ' * indent}# {field.description}\n" if field.description else ""
    return comment + block

"""The templates of pages, their style, and how a page gets to the disk."""

from __future__ import annotations

import json
import os
import tempfile
from functools import cache
from importlib import resources
from pathlib import Path

import jinja2
from markupsafe import Markup

from livecell.reporting.rounding import counted, moment


@cache
def template(name: str) -> jinja2.Template:
    """Return a template of this room by the name of its file."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("livecell.reporting", "."),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {"moment": moment, "counted": counted, "python": json.dumps}
    return environment.get_template(name)


def style() -> Markup:
    """Return the style sheet that all pages share."""
    return Markup(resources.files(__package__).joinpath("report.css").read_text(encoding="utf-8"))


def replace_page(path: Path, text: str) -> None:
    """Write beside the page under a temporary name, then rename: a reader sees the old page or the new one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".report.", suffix=".partial")
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        draft.chmod(0o644)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)

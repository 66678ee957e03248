"""Done-markers: the only memory of what has run.

A marker is a small JSON file, written to a temporary name and renamed, after the results it vouches for.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livecell.engine.unit import Unit


@dataclass(frozen=True)
class Markers:
    """The markers in a folder: <stage>/<position>/<frame>.json."""

    folder: Path

    def path(self, unit: Unit) -> Path:
        """Return where the marker of a unit lies."""
        return self.folder / unit.stage / unit.position.replace("/", "_") / f"{unit.frame:06d}.json"

    def read(self, unit: Unit) -> dict[str, Any] | None:
        """Return what the marker says; None where there is none, or it is torn."""
        try:
            content = json.loads(self.path(unit).read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
            return None
        return content if isinstance(content, dict) else None

    def write(self, unit: Unit, content: dict[str, Any]) -> None:
        """Write a marker, whole or not at all."""
        write_json(self.path(unit), content)

    def remove(self, unit: Unit) -> None:
        """Remove a marker; nothing happens where there is none."""
        self.path(unit).unlink(missing_ok=True)


def write_json(path: Path, content: Any) -> None:
    """Write JSON so that a reader sees the old file or the new one, never a part."""
    write_text(path, json.dumps(content, indent=1))


def write_text(path: Path, content: str) -> None:
    """Write text so that a reader sees the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(content, encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)

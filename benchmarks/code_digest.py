"""Which code a result was computed by."""

from __future__ import annotations

import hashlib
from pathlib import Path

LIBRARY = Path(__file__).parent.parent / "livecell"


def code_digest(*rooms: str) -> str:
    """Return a digest of some folders and files of the library, weights of models included."""
    found = hashlib.sha256()
    for room in sorted(rooms):
        path = LIBRARY / room
        files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
        for file in files:
            if "__pycache__" not in file.parts:
                found.update(str(file.relative_to(LIBRARY)).encode())
                found.update(file.read_bytes())
    return found.hexdigest()

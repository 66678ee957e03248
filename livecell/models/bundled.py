"""The model packages that come with livecell."""

from __future__ import annotations

from pathlib import Path

from livecell.models.card import CARD_NAME

DEFAULT_NAME = "bundled"
_DEFAULT_PACKAGE = "simulated"
_FOLDER = Path(__file__).parent / "bundled"


def bundled_models() -> tuple[str, ...]:
    """Return the names of the packages that come with livecell."""
    return tuple(sorted(card.parent.name for card in _FOLDER.glob(f"*/{CARD_NAME}")))


def find_package(name_or_path: str | Path) -> Path:
    """Return the folder of a package: `bundled` is the default one, other names of bundled packages are theirs."""
    name = _DEFAULT_PACKAGE if name_or_path == DEFAULT_NAME else name_or_path
    is_bundled = name_or_path == DEFAULT_NAME or name in bundled_models()
    return _FOLDER / name if is_bundled else Path(name)

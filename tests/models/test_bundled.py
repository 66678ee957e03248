"""Names of bundled packages, and that they win over folders of the same name only when they exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from livecell.models import bundled, bundled_models
from livecell.models.bundled import find_package
from tests.scenes.models import card_of, package_of


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in place of the one that comes with livecell, with two packages and one folder that is none."""
    monkeypatch.setattr(bundled, "_FOLDER", tmp_path)
    for name in ("simulated", "neurons"):
        package_of(tmp_path / name, card_of("dna"))
    (tmp_path / "empty").mkdir()
    return tmp_path


def test_names_are_those_of_folders_with_a_card(shelf: Path) -> None:
    assert bundled_models() == ("neurons", "simulated")


def test_the_default_is_the_simulated_one(shelf: Path) -> None:
    assert find_package("bundled") == find_package("simulated") == shelf / "simulated"


def test_other_names_are_paths(shelf: Path) -> None:
    assert find_package("empty") == Path("empty")
    assert find_package(shelf / "neurons") == shelf / "neurons"

"""The folder of a training within its model package: its settings, its history, and until it ends, its state."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from livecell.config import TrainSettings, dump_settings, parse_settings
from livecell.engine import write_json, write_text
from livecell.errors import ConfigError, RunFolderError, StorageError
from livecell.models.card import CARD_NAME
from livecell.pipeline.data_identity import Identity, changes
from livecell.training import CHECKPOINT_NAME

IRRELEVANT = {"fit.checkpoint_minutes", "device"}
"""Settings that change nothing of what is learnt."""
SHOWN = 3
"""Settings, or images, that differ of which an error speaks one by one."""
LOCK_NAME = ".training.lock"
"""Held by the process that trains; its guard lies beside it, under a longer name."""


@dataclass(frozen=True)
class TrainingFolder:
    """Paths of a training that becomes the model package `package`."""

    package: Path

    @property
    def path(self) -> Path:
        """The folder; the history and its events stay there when the package is done."""
        return self.package / "training"

    @property
    def frames(self) -> Path:
        """Simulated images, kept while they are learnt from."""
        return self.path / "frames"

    @property
    def is_done(self) -> bool:
        """Whether the package holds what its training came to."""
        return (self.package / CARD_NAME).exists() and not (self.path / CHECKPOINT_NAME).exists()

    def check_place(self) -> None:
        """Raise RunFolderError when a file is there, or a folder of something else; touches nothing."""
        if self.package.exists() and not self.package.is_dir():
            raise RunFolderError(
                self.package, expected="a folder", found="a file", hint="choose another folder with -o"
            )
        if (self.package / CARD_NAME).exists() or self._config.exists() or not self.package.is_dir():
            return
        if any(entry.name != self.path.name and not _is_of_the_lock(entry) for entry in self.package.iterdir()):
            raise RunFolderError(
                self.package,
                expected="an empty folder, or a model package",
                found="a folder with other things in it",
                hint="choose another folder with -o",
            )

    def make(self) -> None:
        """Make the folder; raises StorageError where that cannot be."""
        try:
            self.package.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                self.package,
                expected="a folder that can be written",
                found=error.strerror or str(error),
                hint="choose another -o",
            ) from error

    def check(self, settings: TrainSettings, data: Identity) -> None:
        """Raise RunFolderError when the folder holds a model, or the state of one, of other settings or other data."""
        has_state = (self.path / CHECKPOINT_NAME).exists()
        if not has_state and not (self.package / CARD_NAME).exists():
            return
        self._refuse("settings", has_state, self._differences(settings))
        if self._data.is_file():
            # Trainings of earlier versions do not say what they learnt from.
            before = json.loads(self._data.read_text(encoding="utf-8"))
            self._refuse("data", has_state, _first(changes(before, data)))

    def _refuse(self, what: str, has_state: bool, differences: list[str]) -> None:
        if differences:
            done = "no other model there" if what == "settings" else "the data that the model there has learnt from"
            raise RunFolderError(
                self.package,
                expected=f"the {what} that the training there began with" if has_state else done,
                found="; ".join(differences),
                hint="train into another folder, or start again with --overwrite",
            )

    def clear(self) -> None:
        """Remove what a training leaves, so that one begins anew."""
        (self.package / CARD_NAME).unlink(missing_ok=True)
        shutil.rmtree(self.path, ignore_errors=True)

    def begin(self, settings: TrainSettings, data: Identity) -> None:
        """Write down the settings and the identity of the data, by which the folder knows its training."""
        write_text(self._config, dump_settings(settings))
        write_json(self._data, data)

    def finish(self) -> None:
        """Remove what only served to go on."""
        (self.path / CHECKPOINT_NAME).unlink(missing_ok=True)
        shutil.rmtree(self.frames, ignore_errors=True)

    @property
    def _config(self) -> Path:
        return self.path / "config.yaml"

    @property
    def _data(self) -> Path:
        return self.path / "data.json"

    def _differences(self, settings: TrainSettings) -> list[str]:
        """What differs between these settings and those of the folder."""
        if not self._config.is_file():
            return ["a model package that was not trained there"]
        before = _flat(_completed(yaml.safe_load(self._config.read_text(encoding="utf-8"))))
        now = _flat(yaml.safe_load(dump_settings(settings)))
        names = [name for name in sorted(before.keys() | now.keys()) if before.get(name) != now.get(name)]
        told = [f"{name} {before.get(name)} instead of {now.get(name)}" for name in names if name not in IRRELEVANT]
        return _first(told)


def _first(told: list[str]) -> list[str]:
    more = len(told) - SHOWN
    return told[:SHOWN] + ([f"and {more} more"] if more > 0 else [])


def _is_of_the_lock(entry: Path) -> bool:
    return entry.name.lstrip(".").startswith(LOCK_NAME.lstrip("."))


def _completed(written: dict[str, Any]) -> dict[str, Any]:
    """Settings as they were written, with the defaults of those that a newer version has added."""
    try:
        completed: dict[str, Any] = yaml.safe_load(dump_settings(parse_settings(written, TrainSettings)))
    except ConfigError:
        # Some are no longer known: they differ.
        return written
    return completed


def _flat(values: Any, name: str = "") -> dict[str, Any]:
    """Nested settings by their dotted names."""
    if not isinstance(values, dict) or not values:
        return {name: values}
    inner = (_flat(value, f"{name}.{key}" if name else str(key)) for key, value in values.items())
    return {key: value for part in inner for key, value in part.items()}


def training_identity(*values: object) -> str:
    """Say in a digest what is learnt from."""
    return hashlib.blake2b(repr(values).encode(), digest_size=16).hexdigest()

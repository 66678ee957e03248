"""What a training has come to, on the disk: written so that a kill at any moment leaves the last whole one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from livecell.errors import ConfigError, StorageError

CHECKPOINT_NAME = "checkpoint.pt"


@dataclass(frozen=True)
class Checkpoints:
    """Where the state of a training is kept.

    Parameters
    ----------
    folder : is made when it is needed.
    identity : says what is learnt from; a state of something else is refused.
    """

    folder: Path
    identity: str = ""

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / CHECKPOINT_NAME

    def write(self, state: dict[str, Any]) -> None:
        """Replace what was kept; raises StorageError when the disk does not take it."""
        unfinished = self.path.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with unfinished.open("wb") as file:
                torch.save({"identity": self.identity, "state": state}, file)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self.path)
        except (OSError, RuntimeError) as error:
            raise StorageError(
                self.path,
                expected="room to write",
                found=str(error),
                hint="free space, then use the same command again",
            ) from error

    def read(self) -> dict[str, Any] | None:
        """Return the state that was kept, if there is one; raises ConfigError when it is damaged or of other images."""
        if not self.path.exists():
            return None
        try:
            kept = torch.load(self.path, map_location="cpu", weights_only=True)
        except Exception as error:
            raise ConfigError(
                self.path,
                expected="the state of a training",
                found=f"a file that cannot be read ({type(error).__name__})",
                hint="start again with --overwrite",
            ) from error
        if kept["identity"] != self.identity:
            raise ConfigError(
                self.path,
                expected="the images and the number of processes that this training began with",
                found="others",
                hint="train into another folder, or start again with --overwrite",
            )
        state: dict[str, Any] = kept["state"]
        return state

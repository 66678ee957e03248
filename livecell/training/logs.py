"""The history of a training as files: a table, and events that TensorBoard reads."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from tensorboardX import SummaryWriter

from livecell.training.progress import Progress

HISTORY_NAME = "history.csv"
FIRST_COLUMNS = ("step", "seconds", "loss", "validation_loss")


class Logs:
    """Writes what a training reaches into a folder; one that goes on after a kill continues the same files.

    Parameters
    ----------
    folder : is made when it is needed.
    structures : names, in the order of the network's outputs.
    """

    def __init__(self, folder: Path, structures: Sequence[str]) -> None:
        self.folder, self.structures = folder, tuple(structures)
        self._events: SummaryWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._events is not None:
            self._events.close()

    def add(self, reached: Progress) -> None:
        """Write a record; it replaces those of its step and later ones, which a kill made void."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._add_row(reached)
        self._add_events(reached)

    def _add_row(self, reached: Progress) -> None:
        path = self.folder / HISTORY_NAME
        rows: list[list[str]] = []
        if path.exists():
            with path.open(newline="", encoding="utf-8") as file:
                rows = [row for row in list(csv.reader(file))[1:] if int(row[0]) < reached.step]
        figures = (reached.loss, reached.validation_loss, *reached.pearson_r)
        now = [str(reached.step), f"{reached.seconds:.1f}", *map(_written, figures)]
        unfinished = path.with_suffix(".part")
        with unfinished.open("w", newline="", encoding="utf-8") as file:
            header = [*FIRST_COLUMNS, *(f"pearson_r_{name}" for name in self.structures)]
            csv.writer(file, lineterminator="\n").writerows([header, *rows, now])
        unfinished.replace(path)

    def _add_events(self, reached: Progress) -> None:
        figures = {"loss/train": reached.loss, "loss/validation": reached.validation_loss}
        figures |= {f"pearson_r/{name}": r for name, r in zip(self.structures, reached.pearson_r, strict=True)}
        if self._events is None:
            # TensorBoard reads the files of all sessions as one, without what was written of later steps.
            self._events = SummaryWriter(str(self.folder), purge_step=reached.step)
        for name, value in figures.items():
            if math.isfinite(value):
                self._events.add_scalar(name, value, reached.step)
        self._events.flush()


def _written(value: float) -> str:
    return f"{value:.6g}" if math.isfinite(value) else ""

"""A microscope that writes while it is watched, one act whenever the watcher waits; no clock runs but its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from livecell import store
from livecell.pipeline.open_run import Run
from livecell.pipeline.watch import Clock
from tests.scenes.acquisition import write_imagej, write_ome_tiff
from tests.scenes.pipeline import SAMPLING, stored_results

Act = Callable[[], object]


@dataclass
class Microscope:
    """Does the next act at every wait; its clock advances by what is waited for, and by nothing else."""

    acts: Iterable[Act]
    now_s: float = 0.0
    _left: Iterator[Act] = field(init=False)

    def __post_init__(self) -> None:
        self._left = iter(self.acts)

    def wait(self, seconds: float) -> None:
        """Wait for some seconds, and act."""
        self.now_s += seconds
        next(self._left, lambda: None)()

    @property
    def clock(self) -> Clock:
        """The clock of this microscope."""
        return Clock(lambda: self.now_s, self.wait)


def stack_bytes(volume: np.ndarray, folder: Path, kind: str) -> bytes:
    """A volume (z, y, x) as an ImageJ or OME-TIFF file."""
    folder.mkdir(exist_ok=True)
    path, stack = folder / "draft.tif", volume[None, None]
    write_imagej(path, stack, SAMPLING, ["bf"]) if kind == "imagej" else write_ome_tiff(path, stack, SAMPLING, ["bf"])
    return path.read_bytes()


def halves(path: Path, content: bytes, idle: int = 3) -> list[Act]:
    """Write the first half of a file, do nothing for a while, and write the rest."""

    def append() -> None:
        with path.open("ab") as file:
            file.write(content[len(content) // 2 :])

    return [lambda: path.write_bytes(content[: len(content) // 2]), *[lambda: None] * idle, append]


def growing(path: Path, volumes: np.ndarray, at: int) -> list[Act]:
    """Make room for one more timepoint in an OME-Zarr, write the first half of its file, then the whole."""
    shard = path / f"0/c/{at}/0/0/0/0"

    def begin() -> None:
        store.extend_image(path, at + 1)
        store.write_volume(path, at, volumes[at])
        shard.write_bytes(shard.read_bytes()[: shard.stat().st_size // 2])

    return [begin, *[lambda: None] * 3, lambda: store.write_volume(path, at, volumes[at])]


def results(run: Run) -> dict[str, object]:
    """All that a run has found, but how long it took to find it."""
    return {name: value for name, value in stored_results(run).items() if name != "delays.csv"}


def assert_same_as(expected: Run, watched: Run) -> None:
    """Tables to the letter, volumes to the bit."""
    first, second = results(expected), results(watched)
    assert first.keys() == second.keys()
    for name, value in first.items():
        np.testing.assert_array_equal(np.asarray(value), np.asarray(second[name]), err_msg=name)

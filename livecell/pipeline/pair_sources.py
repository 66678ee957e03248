"""Pairs as they are read from files or simulated, frame by frame, when they are needed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livecell.acquisition import Acquisition, channel_index, open_acquisition, read_volume
from livecell.config.acquisition import AcquisitionSettings
from livecell.config.pairs import ImageSettings, PairSettings, SimulatedImages
from livecell.config.simulate import SimulateSettings
from livecell.errors import ConfigError
from livecell.simulation import simulate
from livecell.training import Pair

COUNTS = 65535
"""Simulated targets are kept as integers up to this, each with its own scale."""


@dataclass(frozen=True)
class RecordedFrame:
    """One timepoint of a recorded pair."""

    settings: PairSettings
    t: int
    reading: AcquisitionSettings

    @property
    def name(self) -> str:
        """Name of the pair."""
        return self.settings.name

    @property
    def structures(self) -> tuple[str, ...]:
        """Structures it shows."""
        return tuple(self.settings.targets)

    @cached_property
    def shape(self) -> tuple[int, int, int]:
        """(z, y, x) of its image, read from the file's header."""
        _, _, z, y, x = self.opened(self.settings.source).recording(self.settings.source.position).shape
        return (z, y, x)

    def read(self) -> Pair:
        """Read it; raises what reading images raises, and ConfigError when a channel must be chosen."""
        targets = {name: self._read(image, f"target {name}") for name, image in self.settings.targets.items()}
        scored = None if self.settings.scored is None else self._read(self.settings.scored, "mask") != 0
        return Pair(self.name, self._read(self.settings.source, "source"), targets, scored)

    def images(self) -> Iterator[ImageSettings]:
        """Yield where its image, its targets and its mask are."""
        yield self.settings.source
        yield from self.settings.targets.values()
        if self.settings.scored is not None:
            yield self.settings.scored

    def opened(self, image: ImageSettings) -> Acquisition:
        """Open one of its images without reading voxels; raises what opening images raises."""
        return open_acquisition(image.path, self.reading)

    def _read(self, image: ImageSettings, role: str) -> NDArray[Any]:
        acquisition = self.opened(image)
        if role != "source":
            _check_channel(acquisition, image, f"{role} {image.path}")
        volume: NDArray[Any] = read_volume(acquisition, image.position, self.t, image.channel)
        return volume


def _check_channel(acquisition: Acquisition, image: ImageSettings, subject: str) -> None:
    # Without a name, a reader takes the transmitted-light channel, which is what no target is.
    if image.channel is not None:
        channel_index(acquisition, image.channel)
    elif len(acquisition.channels) > 1:
        raise ConfigError(
            subject,
            expected=f"a channel out of {', '.join(acquisition.channels)}",
            found="none chosen",
            hint="add `channel:` to this image",
        )


@dataclass(frozen=True)
class SimulatedFrame:
    """One timepoint of a simulated movie; kept in `folder`, if there is one, when it was made once."""

    settings: SimulateSettings
    t: int
    folder: Path | None = None

    @property
    def name(self) -> str:
        """Says the seed."""
        return f"seed {self.settings.seed}"

    @property
    def structures(self) -> tuple[str, ...]:
        """Structures it shows."""
        return tuple(self.settings.structures)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(z, y, x) of its image."""
        return self.settings.shape

    def read(self) -> Pair:
        """Make it, or read what was made before; both give the same to the bit where there is a folder."""
        if self.folder is None:
            return self._make()
        path = self.folder / f"{self._digest()}_{self.t}.npz"
        if not path.exists():
            _keep(self._make(), path)
        return _kept(self.name, self.structures, path)

    def _make(self) -> Pair:
        frame = simulate(self.settings).frame(self.t)
        return Pair(self.name, frame.brightfield, dict(frame.targets))

    def _digest(self) -> str:
        return hashlib.blake2b(self.settings.model_dump_json().encode(), digest_size=12).hexdigest()


def simulated_frames(data: SimulatedImages, seeds: Iterable[int], folder: Path | None = None) -> list[SimulatedFrame]:
    """Return frames of simulated movies, spread over each movie."""
    frames = np.linspace(0, data.simulate.timepoints - 1, data.frames_per_seed).round().astype(int)
    return [SimulatedFrame(_movie(data, seed), t, folder) for seed in seeds for t in dict.fromkeys(frames.tolist())]


def _movie(data: SimulatedImages, seed: int) -> SimulateSettings:
    """Return the settings of the movie of a seed."""
    return data.simulate.model_copy(update={"seed": seed})


def _keep(pair: Pair, path: Path) -> None:
    """Write a pair so that no half of it is ever found."""
    scales = np.array([max(float(target.max()), 1e-6) / COUNTS for target in pair.targets.values()])
    stack = [np.round(target / scale) for target, scale in zip(pair.targets.values(), scales, strict=True)]
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    with unfinished.open("wb") as file:
        np.savez(file, source=pair.source, targets=np.stack(stack).astype(np.uint16), scales=scales)
    unfinished.replace(path)


def _kept(name: str, structures: tuple[str, ...], path: Path) -> Pair:
    with np.load(path) as kept:
        scaled = zip(structures, kept["targets"], kept["scales"], strict=True)
        return Pair(name, kept["source"], {key: (counts * scale).astype(np.float32) for key, counts, scale in scaled})

"""Pairs as they are read from files or simulated, frame by frame, when they are needed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livecell.acquisition import Acquisition, Recording, find_volume, open_acquisition
from livecell.config.acquisition import AcquisitionSettings
from livecell.config.pairs import ImageSettings, PairSettings, SimulatedImages
from livecell.config.simulate import SimulateSettings
from livecell.errors import AcquisitionError, AxesError, ChannelError, ConfigError
from livecell.simulation import simulate
from livecell.simulation.vary import vary
from livecell.training import Pair

COUNTS = 65535
"""Simulated targets are kept as integers up to this, each with its own scale."""
AXES_KEY = "say what they are with `axes:` of this image, such as zyx, or of all files under `data: acquisition:`"
CHANNEL_KEY = "correct `channel:` of this image (in a CSV file, path::channel)"


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
        """Read it; raises what reading images raises, and ConfigError when axes or a channel must be given."""
        volumes = {role: self._read(role, image) for role, image in self.images()}
        targets = {name: volumes[f"target {name}"] for name in self.settings.targets}
        scored = volumes["mask"] != 0 if "mask" in volumes else None
        return Pair(self.name, volumes["source"], targets, scored)

    def images(self) -> Iterator[tuple[str, ImageSettings]]:
        """Yield what its image, its targets and its mask are called, and where they are."""
        yield "source", self.settings.source
        yield from ((f"target {name}", image) for name, image in self.settings.targets.items())
        if self.settings.scored is not None:
            yield "mask", self.settings.scored

    def opened(self, image: ImageSettings) -> Acquisition:
        """Open one of its images without reading voxels; a target of one plane needs no other axes than y and x.

        Raises what opening images raises, and ConfigError when the axes are not known or do not fit.
        """
        axes = image.axes or self.reading.axes
        try:
            return self._opened(image, axes)
        except AxesError as error:
            if image.axes is None and axes is not None and image != self.settings.source:
                with suppress(AxesError):
                    return self._opened(image, "yx")
            raise _naming_the_key(error, error.parts[0], AXES_KEY) from error

    def find(self, acquisition: Acquisition, role: str, image: ImageSettings) -> tuple[Recording, int]:
        """Return where one of its opened images lies: field of view and channel number.

        Raises AcquisitionError when position or frame are not there, ConfigError when a channel must be chosen.
        """
        subject = f"{self.name}: {role} {image.path}"
        if role != "source" and image.channel is None and len(acquisition.channels) > 1:
            # Without a name, a reader takes the transmitted-light channel, which is what no target is.
            raise ConfigError(
                subject,
                expected=f"a channel out of {', '.join(acquisition.channels)}",
                found="none chosen",
                hint="add `channel:` to this image (in a CSV file, path::channel)",
            )
        try:
            return find_volume(acquisition, image.position, self.t, image.channel)
        except ChannelError as error:
            raise _naming_the_key(error, subject, CHANNEL_KEY) from error

    def _opened(self, image: ImageSettings, axes: str | None) -> Acquisition:
        return open_acquisition(image.path, self.reading.model_copy(update={"axes": axes}))

    def _read(self, role: str, image: ImageSettings) -> NDArray[Any]:
        recording, channel = self.find(self.opened(image), role, image)
        return recording.source.read(self.t, channel)


def _naming_the_key(error: AcquisitionError, subject: str, key: str) -> ConfigError:
    """Return the same error, telling the key of the configuration instead of an option of other commands."""
    _, expected, found, _ = error.parts
    return ConfigError(subject, expected=expected, found=found, hint=key)


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
    """Return the settings of the movie of a seed, under the microscope that the seed draws."""
    movie = data.simulate.model_copy(update={"seed": seed})
    return movie if data.ranges is None else vary(movie, data.ranges, seed)


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

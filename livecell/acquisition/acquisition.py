"""An acquisition: fields of view that were imaged together, opened but not read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import xarray as xr
from numpy.typing import NDArray

from livecell import store
from livecell.acquisition.channels import find_channel
from livecell.acquisition.movie import lazy_movie
from livecell.acquisition.recording import Recording
from livecell.axes import Sampling
from livecell.errors import AcquisitionError, FrameError


@dataclass(frozen=True, eq=False)
class Acquisition:
    """Fields of view of one acquisition, and what is odd about them."""

    path: store.Location
    kind: str
    recordings: tuple[Recording, ...]
    warnings: tuple[str, ...] = ()

    @property
    def positions(self) -> tuple[str, ...]:
        """Names of the fields of view."""
        return tuple(recording.position for recording in self.recordings)

    @property
    def sampling(self) -> Sampling:
        """Sampling of the first field of view."""
        return self.recordings[0].sampling

    @property
    def channels(self) -> tuple[str, ...]:
        """Channel names of the first field of view."""
        return self.recordings[0].channels

    @property
    def has_z(self) -> bool:
        """Whether the files have an axis z, be it of size 1."""
        return self.recordings[0].has_z

    def recording(self, position: str | None = None) -> Recording:
        """Return a field of view, the first by default; AcquisitionError if there is none of that name."""
        if position is None:
            return self.recordings[0]
        found = next((recording for recording in self.recordings if recording.position == position), None)
        if found is None:
            raise AcquisitionError(
                self.path,
                expected=f"one of the positions {', '.join(self.positions)}",
                found=repr(position),
                hint="correct the position",
            )
        return found

    def movie(self, position: str | None = None) -> xr.DataArray:
        """Return a field of view, the first by default, as a lazy array (t, c, z, y, x)."""
        return lazy_movie(self.recording(position), str(self.path))

    def frame_identity(self, position: str, t: int) -> str:
        """Return a digest that changes when the data of that timepoint is rewritten; reads no pixels."""
        return self.recording(position).source.frame_identity(t)

    def identity(self) -> str:
        """Return a digest of what was acquired: the same when timepoints arrive later or are repaired."""
        parts = [self.kind, self.path.name]
        parts += [f"{r.position}:{r.shape[1:]}:{r.dtype}:{r.channels}" for r in self.recordings]
        return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def channel_index(acquisition: Acquisition, channel: str | int | None) -> int:
    """Return the number of a channel given by name or number; None means the one of transmitted light.

    Raises ChannelError, listing the channels, when there is no such channel or more than one could be meant.
    """
    return find_channel(acquisition.path, acquisition.channels, channel)


def find_volume(
    acquisition: Acquisition, position: str | None, t: int, channel: str | int | None
) -> tuple[Recording, int]:
    """Return the field of view and the channel number of a volume, without reading it.

    Raises AcquisitionError when the position, the channel or the frame is not there, or its data is missing or cut off.
    """
    recording = acquisition.recording(position)
    c = channel_index(acquisition, channel)
    if not 0 <= t < recording.shape[0]:
        found = f"frame {t}"
        raise FrameError(
            acquisition.path, expected=f"frames 0 to {recording.shape[0] - 1}", found=found, hint="correct the frame"
        )
    if not recording.present[t, c]:
        raise AcquisitionError(
            f"{acquisition.path} position {recording.position} frame {t}",
            expected="complete image data",
            found="missing or cut-off data",
            hint="copy or export it again, or leave the frame out",
        )
    return recording, c


def read_volume(acquisition: Acquisition, position: str | None, t: int, channel: str | int | None) -> NDArray[Any]:
    """Read one volume (z, y, x) in the type it is stored in, masks of one bit as 0 and 1.

    Raises AcquisitionError when the position, the channel or the frame is not there, or its data is missing or cut off.
    """
    recording, c = find_volume(acquisition, position, t, channel)
    return recording.source.read(t, c)

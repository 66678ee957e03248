"""One structure at one timepoint, read from a prediction and its truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from livecell.config.evaluate import EvaluateSettings, Region
from livecell.errors import AcquisitionError
from livecell.pipeline.comparison_sides import Side, open_mask, sampling_of

Floats = NDArray[np.float64]
Labels = NDArray[np.integer]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Match:
    """A structure as both sides call it."""

    name: str
    predicted: str
    true: str


@dataclass(frozen=True)
class Frame:
    """Volumes (z, y, x) of a structure at a timepoint, cut to the region; what is not there is None."""

    position: str
    t: int
    prediction: Floats | None
    truth: Floats | None
    deviation: Floats | None
    noisy: Floats | None
    labels: Labels | None
    true_labels: Labels | None
    mask: Mask | None
    voxel_size_um: tuple[float, float, float]

    @property
    def volumes(self) -> tuple[Floats, Floats] | None:
        """Prediction and truth; None where one is missing or has missing voxels."""
        if self.prediction is None or self.truth is None:
            return None
        whole = np.isfinite(self.prediction).all() and np.isfinite(self.truth).all()
        return (self.prediction, self.truth) if whole else None


@dataclass(frozen=True)
class FrameReader:
    """Reads frames of two sides, cut to a region."""

    predicted: Side
    true: Side
    settings: EvaluateSettings

    def positions(self) -> list[tuple[str, str]]:
        """Fields of view that both have, each as both call it; a single one is the same whatever it is called."""
        ours, theirs = self.predicted.positions, self.true.positions
        shared = [(name, name) for name in ours if name in theirs]
        if not shared and len(ours) == len(theirs) == 1:
            return [(ours[0], theirs[0])]
        if not shared:
            raise AcquisitionError(
                self.predicted.path,
                expected=f"some of the positions {', '.join(theirs)}",
                found=", ".join(ours),
                hint="compare a prediction with the truth of its own acquisition",
            )
        return shared

    def frames(self, match: Match) -> Iterator[Frame]:
        """Yield the frames of a structure that are compared, one after the other."""
        for ours, theirs in self.positions():
            yield from self._frames_at(match, ours, theirs)

    def _frames_at(self, match: Match, ours: str, theirs: str) -> Iterator[Frame]:
        sources = self._sources(match, ours, theirs)
        given = {name: array for name, array in sources.items() if array is not None}
        if not given:
            return
        self._check_sizes(given)
        mask = None if self.settings.mask is None else open_mask(self.settings.mask)
        n_frames = min(array.sizes["t"] for array in given.values())
        voxel_size_um = _voxel_size_um(next(iter(given.values())))
        for t in spread(n_frames, self.settings.frames):
            volumes = {name: _cut(array.isel(t=t), self.settings.region).to_numpy() for name, array in given.items()}
            shape = next(iter(volumes.values())).shape
            yield Frame(
                position=ours,
                t=t,
                **{name: _floats(volumes.get(name)) for name in ("prediction", "truth", "deviation", "noisy")},
                labels=volumes.get("labels"),
                true_labels=volumes.get("true_labels"),
                mask=None if mask is None else _mask(mask, t, shape, self.settings),
                voxel_size_um=voxel_size_um,
            )

    def _sources(self, match: Match, ours: str, theirs: str) -> dict[str, xr.DataArray | None]:
        """Lazy arrays (t, z, y, x) of what is known of a structure at a position."""
        return {
            "prediction": _channel(self.predicted.volumes(ours), match.predicted),
            "truth": _channel(self.true.volumes(theirs), match.true),
            "deviation": _channel(self.predicted.deviations(ours), match.predicted),
            "noisy": _channel(self.true.noisy(theirs), match.true),
            "labels": self.predicted.labels(match.predicted, ours),
            "true_labels": self.true.labels(match.true, theirs),
        }

    def _check_sizes(self, given: dict[str, xr.DataArray]) -> None:
        shapes = {name: array.shape[1:] for name, array in given.items()}
        if len(set(shapes.values())) > 1:
            raise AcquisitionError(
                self.predicted.path,
                expected="volumes of one size (z, y, x)",
                found=", ".join(f"{name} {shape}" for name, shape in shapes.items()),
                hint="resample one of them; both must show the same field of view",
            )


def spread(n_frames: int, wanted: int) -> list[int]:
    """Return up to `wanted` timepoints from the first to the last, evenly spread."""
    return [int(t) for t in np.unique(np.linspace(0, n_frames - 1, min(wanted, n_frames)).round())]


def _channel(volumes: xr.DataArray | None, name: str) -> xr.DataArray | None:
    if volumes is None or name not in volumes.coords["c"].values:
        return None
    return volumes.sel(c=name, drop=True)


def _cut(volume: xr.DataArray, region: Region) -> xr.DataArray:
    limits: dict[str, Any] = {axis: slice(*limit) for axis, limit in region if limit is not None}
    cut = volume.isel(limits)
    if 0 in cut.shape:
        raise AcquisitionError(
            "region", expected=f"a box inside {dict(volume.sizes)}", found=str(limits), hint="correct --region"
        )
    return cut


def _mask(mask: xr.DataArray, t: int, shape: tuple[int, ...], settings: EvaluateSettings) -> Mask:
    """Return the mask of a timepoint; one timepoint or one plane holds for all."""
    here = _cut(mask.isel(t=min(t, mask.sizes["t"] - 1)), _of_planes(settings.region, mask.sizes["z"]))
    inside = here.to_numpy() != 0
    if inside.shape[1:] != shape[1:] or len(inside) not in (1, shape[0]):
        raise AcquisitionError(
            settings.mask, expected=f"a mask of {shape}", found=str(inside.shape), hint="give one of the same size"
        )
    return np.broadcast_to(inside, shape).copy()


def _of_planes(region: Region, n_planes: int) -> Region:
    return region if n_planes > 1 else region.model_copy(update={"z": None})


def _floats(volume: NDArray[Any] | None) -> Floats | None:
    return None if volume is None else volume.astype(np.float64)


def _voxel_size_um(volumes: xr.DataArray) -> tuple[float, float, float]:
    """Return the voxel size; 1 along axes where it is unknown, so that lengths count voxels."""
    sampling = sampling_of(volumes)
    return (sampling.z_um or 1.0, sampling.y_um or 1.0, sampling.x_um or 1.0)

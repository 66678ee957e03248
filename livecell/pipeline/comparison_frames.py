"""One structure at one timepoint, read from a prediction and its truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from livecell.axes import Sampling
from livecell.config.evaluate import EvaluateSettings, Region
from livecell.errors import AcquisitionError
from livecell.pipeline.comparison_sides import Side, open_mask, sampling_of

Floats = NDArray[np.float64]
Labels = NDArray[np.integer]
Mask = NDArray[np.bool_]

UM, VOXEL = "um", "voxel"
_OF_THE_TRUTH = ("truth", "noisy", "true_labels")
"""Names in Frame of what the other side has."""


@dataclass(frozen=True)
class Match:
    """A structure as both sides call it."""

    name: str
    predicted: str
    true: str


@dataclass(frozen=True)
class Frame:
    """Volumes (z, y, x) of a structure at a timepoint, cut to the region; what is not there is None.

    NaN in a volume means that this voxel is not known.
    """

    position: str
    t: int
    prediction: Floats | None
    truth: Floats | None
    deviation: Floats | None
    noisy: Floats | None
    labels: Labels | None
    true_labels: Labels | None
    mask: Mask | None
    sampling: Sampling

    @property
    def voxel_size_um(self) -> tuple[float, float, float]:
        """Voxel size (z, y, x); 1 along axes where it is unknown, so that lengths count voxels."""
        return (self.sampling.z_um or 1.0, self.sampling.y_um or 1.0, self.sampling.x_um or 1.0)

    @property
    def length_unit(self) -> str:
        """Unit of lengths: um, or voxel where it is not known how large one is."""
        return VOXEL if self.sampling.missing() else UM

    @property
    def volumes(self) -> tuple[Floats, Floats] | None:
        """Prediction and truth; None where one is missing, or no voxel is known in both."""
        if self.prediction is None or self.truth is None:
            return None
        known = np.isfinite(self.prediction) & np.isfinite(self.truth)
        return (self.prediction, self.truth) if known.any() else None

    @cached_property
    def compared(self) -> Mask | None:
        """Voxels of the mask that are known in all images; None where that is all there are."""
        given = [each for each in (self.prediction, self.truth, self.noisy) if each is not None]
        known = [np.isfinite(each) for each in given]
        holes = [each for each in known if not each.all()]
        return np.logical_and.reduce([*holes, *([] if self.mask is None else [self.mask])]) if holes else self.mask

    @property
    def is_blank(self) -> bool:
        """Whether not a single voxel can be compared."""
        return self.compared is not None and not self.compared.any()


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
        for position, _ in self.positions():
            if arrays := self._arrays(match, position):
                for t in spread(min(_lengths(arrays).values()), self.settings.frames):
                    yield self._read(arrays, position, t)

    def lengths(self, match: Match) -> Iterator[tuple[int, int]]:
        """Yield the numbers of timepoints that the prediction and the truth have, of each position that both have."""
        for position, _ in self.positions():
            found = _lengths(self._arrays(match, position))
            theirs = [n for name, n in found.items() if name in _OF_THE_TRUTH]
            ours = [n for name, n in found.items() if name not in _OF_THE_TRUTH]
            if ours and theirs:
                yield min(ours), min(theirs)

    def frame(self, match: Match, position: str, t: int) -> Frame:
        """Return one frame."""
        return self._read(self._arrays(match, position), position, t)

    def _arrays(self, match: Match, position: str) -> dict[str, xr.DataArray]:
        """Lazy arrays (t, z, y, x) of what is known of a structure at a position, cut to the region."""
        theirs = dict(self.positions())[position]
        known = self._sources(match, position, theirs)
        given = {name: array for name, array in known.items() if array is not None}
        self._check_sizes(given)
        return {name: _cut(array, self.settings.region, "--region") for name, array in given.items()}

    def _read(self, arrays: dict[str, xr.DataArray], position: str, t: int) -> Frame:
        volumes = {name: array.isel(t=t).to_numpy() for name, array in arrays.items()}
        if "noisy" in volumes and not volumes["noisy"].any():
            # Simulations keep noise of some frames only; the others read as zeros, darker than any camera.
            del volumes["noisy"]
        first = next(iter(arrays.values()))
        return Frame(
            position=position,
            t=t,
            **{name: _floats(volumes.get(name)) for name in ("prediction", "truth", "deviation", "noisy")},
            labels=volumes.get("labels"),
            true_labels=volumes.get("true_labels"),
            mask=None if self.settings.mask is None else _mask(self.settings, t, first),
            sampling=_best_known([sampling_of(array) for array in arrays.values()]),
        )

    def _sources(self, match: Match, ours: str, theirs: str) -> dict[str, xr.DataArray | None]:
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


def _lengths(arrays: dict[str, xr.DataArray]) -> dict[str, int]:
    return {name: array.sizes["t"] for name, array in arrays.items()}


def _best_known(found: list[Sampling]) -> Sampling:
    """Return the sampling of the first that knows it: a plain TIFF beside an image that says it has the same."""
    return next((each for each in found if not each.missing()), found[0])


def _cut(volumes: xr.DataArray, region: Region, subject: str) -> xr.DataArray:
    limits = {axis: limit for axis, limit in region if limit is not None}
    outside = {axis: limit for axis, limit in limits.items() if not 0 <= limit[0] < limit[1] <= volumes.sizes[axis]}
    if outside:
        raise AcquisitionError(
            subject,
            expected="a box inside the image: " + " ".join(f"{axis}=0:{volumes.sizes[axis]}" for axis in outside),
            found=" ".join(f"{axis}={first}:{last}" for axis, (first, last) in outside.items()),
            hint="correct --region",
        )
    return volumes.isel({axis: slice(*limit) for axis, limit in limits.items()})


def _mask(settings: EvaluateSettings, t: int, volumes: xr.DataArray) -> Mask:
    """Return the mask of a timepoint; one timepoint or one plane holds for all."""
    path, region = str(settings.mask), settings.region
    mask = open_mask(path, settings)
    here = mask.isel(t=min(t, mask.sizes["t"] - 1))
    cut = _cut(here, region if len(here) > 1 else region.model_copy(update={"z": None}), path).to_numpy() != 0
    shape = volumes.shape[1:]
    if cut.shape[1:] != shape[1:] or len(cut) not in (1, shape[0]):
        raise AcquisitionError(
            path, expected=f"a mask of {shape}", found=str(cut.shape), hint="give one of the size of the images"
        )
    return np.broadcast_to(cut, shape).copy()


def _floats(volume: NDArray[Any] | None) -> Floats | None:
    """Return a volume as float64; what is infinite is as little known as NaN is."""
    if volume is None:
        return None
    values = volume.astype(np.float64)
    values[np.isinf(values)] = np.nan
    return values

"""The pictures of one position: what went in, all structures together, and each with its outlines and tracks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from livecell.config.report import ReportSettings
from livecell.errors import StorageError
from livecell.reporting.fields import Field, Glimpse
from livecell.reporting.images import Picture, blended, scale_bar, stencil, tinted
from livecell.reporting.planes import Window, outlines, shrink, window_of
from livecell.reporting.rounding import counted, plain
from livecell.reporting.trails import Frame, drawing, longest
from livecell.structures import Structure

_LOG = logging.getLogger(__name__)

InputPlane = Callable[[str, int], NDArray[np.generic] | None]
"""(position, frame) to its transmitted light: one plane (y, x) or the volume (z, y, x); None where there is none."""

_INPUT_PERCENTILES = (0.3, 99.7)
_TRAILS_DIM = 0.55
"""Brightness of the projection under the tracks, so that the lines stand out."""


@dataclass(frozen=True)
class Gallery:
    """The pictures of one position; of a structure that could not be read there are none."""

    position: str
    inputs: tuple[Picture, ...]
    together: tuple[Picture, ...]
    planes: Mapping[str, tuple[Picture, ...]]
    trails: Mapping[str, Picture]


@dataclass(frozen=True)
class Easel:
    """What all pictures of a position share: its extent, and how a frame is named."""

    field: Field
    times: Mapping[int, str]

    def picture(self, image: str, caption: str) -> Picture:
        """Return a picture of the whole field of view."""
        return Picture(image, caption, self.field.aspect, scale_bar(self.field.extent_um[1]))

    def time(self, frame: int) -> str:
        """Return how a frame is named."""
        return self.times.get(frame, f"frame {frame}")

    def depth(self, plane: int) -> str:
        """Return how a plane is named: by its height above the first one, or its number."""
        n_planes, z_um = self.field.layout.shape[2], self.field.layout.sampling.z_um
        if n_planes == 1:
            return ""
        return f"z = {plain(plane * z_um)} µm" if z_um else f"plane {plane + 1} of {n_planes}"


def gallery(
    position: str,
    easel: Easel,
    structures: tuple[Structure, ...],
    tracks: pd.DataFrame,
    settings: ReportSettings,
    input_plane: InputPlane | None,
) -> Gallery:
    """Return the pictures of a position; `tracks` are its tracks, of all structures."""
    frames = easel.field.frames(settings.example_frames)
    shown = [structure for structure in structures if structure.name in easel.field.structures] if frames else []
    read = {structure.name: _glimpses(easel, structure.name, frames) for structure in shown}
    glimpses = {name: found for name, found in read.items() if found}
    shown = [structure for structure in shown if structure.name in glimpses]
    trails = {s.name: _trails(easel, s, glimpses[s.name], tracks, settings.max_tracks) for s in shown}
    return Gallery(
        position=position,
        inputs=_inputs(position, easel, frames, input_plane) if input_plane else (),
        together=_together(easel, shown, glimpses) if len(shown) > 1 else (),
        planes={s.name: _planes(easel, s, glimpses[s.name]) for s in shown},
        trails={name: picture for name, picture in trails.items() if picture},
    )


def _glimpses(easel: Easel, structure: str, frames: tuple[int, ...]) -> tuple[Glimpse, ...]:
    """Return a structure at the frames; nothing when a volume of it is damaged."""
    try:
        return easel.field.glimpses(structure, frames)
    except StorageError as error:
        _LOG.warning("the report shows no pictures of %s: %s", structure, error)
        return ()


def _inputs(position: str, easel: Easel, frames: tuple[int, ...], input_plane: InputPlane) -> tuple[Picture, ...]:
    found = [(frame, input_plane(position, frame)) for frame in frames]
    planes = [(frame, shrink(_middle(plane))) for frame, plane in found if plane is not None]
    if not planes:
        return ()
    window = window_of([plane for _, plane in planes], _INPUT_PERCENTILES)
    return tuple(easel.picture(tinted(window.apply(plane), "FFFFFF"), easel.time(frame)) for frame, plane in planes)


def _middle(plane: NDArray[np.generic]) -> NDArray[np.floating]:
    middle = plane[plane.shape[0] // 2] if plane.ndim == 3 else plane
    return middle.astype(np.float64)


def _together(easel: Easel, shown: list[Structure], glimpses: Mapping[str, tuple[Glimpse, ...]]) -> tuple[Picture, ...]:
    windows = {s.name: window_of([g.projection for g in glimpses[s.name]]) for s in shown}
    pictures = []
    for index, first in enumerate(glimpses[shown[0].name]):
        layers = [(windows[s.name].apply(glimpses[s.name][index].projection), s.color) for s in shown]
        pictures.append(easel.picture(blended(layers), easel.time(first.frame)))
    return tuple(pictures)


def _planes(easel: Easel, structure: Structure, glimpses: tuple[Glimpse, ...]) -> tuple[Picture, ...]:
    window = window_of([glimpse.plane for glimpse in glimpses])
    return tuple(_plane(easel, structure, glimpse, window) for glimpse in glimpses)


def _plane(easel: Easel, structure: Structure, glimpse: Glimpse, window: Window) -> Picture:
    labels = glimpse.labels
    words = [easel.time(glimpse.frame), easel.depth(glimpse.index)]
    words.append(
        "not segmented" if labels is None else counted(len(np.unique(labels[labels > 0])), "object") + " in the plane"
    )
    bare = easel.picture(tinted(window.apply(glimpse.plane), structure.color), ", ".join(filter(None, words)))
    if labels is None:
        return bare
    return Picture(bare.image, bare.caption, bare.aspect, bare.bar, outlines=stencil(outlines(labels)))


def _trails(
    easel: Easel, structure: Structure, glimpses: tuple[Glimpse, ...], tracks: pd.DataFrame, max_tracks: int
) -> Picture | None:
    own = tracks[tracks["structure"] == structure.name]
    kept = longest(own, max_tracks)
    height_um, width_um = easel.field.extent_um
    if not len(kept) or not np.isfinite(height_um * width_um):
        return None
    *_, n_y, n_x = easel.field.layout.shape
    middle = glimpses[len(glimpses) // 2]
    image = tinted(window_of([middle.projection]).apply(middle.projection) * _TRAILS_DIM, "FFFFFF")
    total, drawn = own["track_id"].nunique(), kept["track_id"].nunique()
    which = "all" if drawn == total else f"the {drawn:,} longest of"
    bare = easel.picture(image, f"{which} {counted(total, 'track')} over the projection at {easel.time(middle.frame)}")
    frame = Frame(height_um, width_um, height_um / n_y, width_um / n_x)
    return Picture(bare.image, bare.caption, bare.aspect, bare.bar, drawing=drawing(kept, frame))

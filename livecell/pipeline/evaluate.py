"""A prediction against the truth: images, objects and tracks, per structure, per plane, per timepoint."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from livecell.config.evaluate import EvaluateSettings
from livecell.metrics import Coverage, Moments, Spectrum, StraightLine, moments_of
from livecell.pipeline.comparison_frames import UM, VOXEL, Frame, FrameReader, Match
from livecell.pipeline.comparison_matches import match_structures
from livecell.pipeline.comparison_notes import require_figures, warn_of_blank, warn_of_labels, warn_of_lengths
from livecell.pipeline.comparison_sides import Side, open_side
from livecell.pipeline.image_scores import ImageScore, coverage_figures, score_images, spectral_figures
from livecell.pipeline.object_scores import ObjectScore, score_objects
from livecell.pipeline.run_side import NETWORK
from livecell.pipeline.track_scores import score_tracks

FRAMES = EvaluateSettings().frames


@dataclass(frozen=True)
class StructureScore:
    """One structure: its figures, the counts behind those of its tracks, tables, and the curves pooled over frames."""

    match: Match
    figures: dict[str, float]
    counts: Mapping[str, float]
    units: str
    line: StraightLine
    noise_from: str
    per_z: pd.DataFrame
    per_t: pd.DataFrame
    spectrum: Spectrum | None
    curve: Coverage | None
    shown: tuple[str, int] | None
    """(position, frame) of median correlation, where there are volumes."""
    left_out: tuple[tuple[str, int], ...]
    """(position, frame) where no voxel could be compared."""
    length_unit: str
    """um; voxel where the images do not say how large one is."""


@dataclass(frozen=True)
class Evaluation:
    """What came of a comparison."""

    predicted: Side
    true: Side
    settings: EvaluateSettings
    structures: tuple[StructureScore, ...]

    @property
    def length_unit(self) -> str:
        """Unit of all lengths: um, or voxel where it is not known how large one is."""
        return VOXEL if any(score.length_unit == VOXEL for score in self.structures) else UM

    @property
    def table(self) -> pd.DataFrame:
        """One row per structure."""
        return pd.DataFrame([{"structure": score.match.name, **score.figures} for score in self.structures])

    @property
    def per_z(self) -> pd.DataFrame:
        """One row per structure, position and plane: means over the timepoints."""
        return _stacked((score.match.name, score.per_z) for score in self.structures)

    @property
    def per_t(self) -> pd.DataFrame:
        """One row per structure, position and timepoint."""
        return _stacked((score.match.name, score.per_t) for score in self.structures)


def evaluate(
    predicted: str | Path, truth: str | Path, frames: int = FRAMES, max_distance_um: float | None = None
) -> pd.DataFrame:
    """Compare a prediction with the truth; returns one row of figures per structure that both have.

    Each side is a run folder, an OME-Zarr, a TIFF or a folder of the Cell Tracking Challenge. Images and objects are
    compared at `frames` timepoints spread over the movie, tracks over all. With `max_distance_um`, objects of tracks
    are matched by distance, at most that. See `compare` for tables over planes and timepoints, masks and regions.
    """
    settings = EvaluateSettings(frames=frames, max_distance_um=max_distance_um)
    return compare(predicted, truth, settings).table


def compare(predicted: str | Path, truth: str | Path, settings: EvaluateSettings | None = None) -> Evaluation:
    """Compare a prediction with the truth in all detail.

    Raises MissingPathError, AcquisitionError or RunFolderError where a side cannot be read, ConfigError where both
    have no structure in common, AcquisitionError where there is not a voxel, an object or a track to compare.
    """
    settings = settings or EvaluateSettings()
    reader = FrameReader(open_side(predicted, settings), open_side(truth, settings), settings)
    matches = match_structures(reader.predicted, reader.true, settings.structures)
    warn_of_lengths(reader, matches)
    scores = tuple(_score_structure(reader, match) for match in matches)
    blank = {score.match.name: score.left_out for score in scores if score.left_out}
    require_figures(reader, blank, any(not score.per_t.empty or score.figures for score in scores))
    warn_of_blank(reader, blank)
    return Evaluation(reader.predicted, reader.true, settings, scores)


def _score_structure(reader: FrameReader, match: Match) -> StructureScore:
    fit = reader.settings.fit_scale
    fit = reader.predicted.units == NETWORK if fit is None else fit
    line = _line(reader.frames(match)) if fit else StraightLine()
    frames = list(_score_frames(reader, match, line))
    images = {frame.where: frame.image for frame in frames if frame.image is not None}
    objects = {frame.where: frame.objects for frame in frames if frame.objects is not None}
    per_t = _per_t(images, objects)
    spectrum = _spectrum(images.values())
    coverage = _coverage(score.coverage for score in images.values())
    figures = _means(per_t)
    figures |= spectral_figures(spectrum) if spectrum is not None else {}
    figures |= coverage_figures(coverage) if coverage is not None else {}
    figures |= sum(objects.values(), ObjectScore()).figures if objects else {}
    size_um = frames[-1].voxel_size_um if frames else None
    tracked = score_tracks(reader.predicted, reader.true, match, reader.settings, size_um, reader.positions())
    figures |= tracked.figures
    return StructureScore(
        match=match,
        figures=figures,
        counts=tracked.counts,
        units="fitted to the truth" if fit else reader.predicted.units,
        line=line,
        noise_from=next((score.noise_from for score in images.values()), ""),
        per_z=_per_z(images),
        per_t=per_t,
        spectrum=spectrum,
        curve=_coverage(score.curve for score in images.values()),
        shown=_median_frame(images),
        left_out=tuple(frame.where for frame in frames if frame.blank),
        length_unit=frames[-1].length_unit if frames else UM,
    )


@dataclass(frozen=True)
class _FrameScore:
    """What was found at one (position, frame)."""

    where: tuple[str, int]
    image: ImageScore | None
    objects: ObjectScore | None
    blank: bool
    voxel_size_um: tuple[float, float, float]
    length_unit: str


def _score_frames(reader: FrameReader, match: Match, line: StraightLine) -> Iterator[_FrameScore]:
    for k, frame in enumerate(reader.frames(match)):
        if k == 0:
            warn_of_labels(reader, match, frame)
        image = None if frame.is_blank else score_images(frame, line, reader.settings)
        counted = None if frame.is_blank else score_objects(frame, reader.settings)
        where = (frame.position, frame.t)
        yield _FrameScore(where, image, counted, frame.is_blank, frame.voxel_size_um, frame.length_unit)


def _line(frames: Iterable[Frame]) -> StraightLine:
    """The line of least squares over all frames."""
    pairs = (moments_of(*frame.volumes, frame.compared) for frame in frames if frame.volumes is not None)
    return sum(pairs, Moments()).line


def _per_t(images: dict[tuple[str, int], ImageScore], objects: dict[tuple[str, int], ObjectScore]) -> pd.DataFrame:
    rows = []
    for position, t in sorted(images.keys() | objects.keys()):
        image, counted = images.get((position, t)), objects.get((position, t))
        row = (image.figures if image else {}) | (counted.figures if counted else {})
        rows.append({"position": position, "frame": t, **row})
    return pd.DataFrame(rows, columns=None if rows else ["position", "frame"])


def _per_z(images: dict[tuple[str, int], ImageScore]) -> pd.DataFrame:
    rows = [{"position": position, **plane} for (position, _), score in images.items() for plane in score.planes]
    if not rows:
        return pd.DataFrame(columns=["position", "z", "z_um"])
    return pd.DataFrame(rows).groupby(["position", "z", "z_um"], as_index=False, sort=True).mean()


def _means(per_t: pd.DataFrame) -> dict[str, float]:
    """Means over the timepoints; what is not known at one of them does not count."""
    return {str(name): float(per_t[name].mean()) for name in per_t.columns if name not in ("position", "frame")}


def _spectrum(scores: Iterable[ImageScore]) -> Spectrum | None:
    """The pooled spectrum of all images that are as large as the first."""
    known = [score.spectrum for score in scores if score.spectrum is not None]
    return functools.reduce(operator.add, (each for each in known if each.poolable(known[0]))) if known else None


def _coverage(found: Iterable[Coverage | None]) -> Coverage | None:
    known = [each for each in found if each is not None]
    return functools.reduce(operator.add, known) if known else None


def _median_frame(images: dict[tuple[str, int], ImageScore]) -> tuple[str, int] | None:
    """The frame whose correlation is the median of all: neither the best nor the worst is shown."""
    ranked = sorted(images, key=lambda where: (images[where].figures["pearson_r"], where))
    return ranked[len(ranked) // 2] if ranked else None


def _stacked(tables: Iterable[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    named = [table.assign(structure=name) for name, table in tables if len(table)]
    if not named:
        return pd.DataFrame(columns=["structure", "position"])
    every = pd.concat(named, ignore_index=True)
    return every[["structure", *(name for name in every.columns if name != "structure")]]

"""What the user has to know of a comparison: what was left out, cut short, or is of another kind than it seems."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence

from livecell.errors import AcquisitionError
from livecell.pipeline.comparison_frames import Frame, FrameReader, Match
from livecell.pipeline.comparison_sides import ImageSide
from livecell.pipeline.label_side import look_like_labels

logger = logging.getLogger(__name__)

Places = Sequence[tuple[str, int]]
"""(position, frame)."""
_NAMED = 10
"""Timepoints that are named in one line."""


def warn_of_lengths(reader: FrameReader, matches: Iterable[Match]) -> None:
    """Warn, once, where one side has more timepoints than the other: what is beyond the shorter is not compared."""
    found = {lengths for match in matches for lengths in reader.lengths(match)}
    for ours, theirs in sorted(found):
        if ours != theirs:
            logger.warning(
                "%s has %d timepoints, %s has %d: only the first %d are compared",
                *(reader.predicted.path, ours, reader.true.path, theirs, min(ours, theirs)),
            )


def warn_of_labels(reader: FrameReader, match: Match, frame: Frame) -> None:
    """Warn of an image that seems to hold labels: how bright they are says nothing."""
    given = ((reader.predicted, frame.prediction, frame.labels), (reader.true, frame.truth, frame.true_labels))
    for side, volume, labels in given:
        if isinstance(side, ImageSide) and labels is None and volume is not None and look_like_labels(volume):
            logger.warning(
                "%s: %s looks like labels; --labels compares the objects, not the values as intensities",
                *(side.path, match.name),
            )


def warn_of_blank(reader: FrameReader, blank: Mapping[str, Places]) -> None:
    """Warn of timepoints without a voxel that could be compared."""
    inside = "" if reader.settings.mask is None else " and inside the mask"
    for name, places in blank.items():
        logger.warning("%s: %s: no voxel is known on both sides%s; left out", name, _named(places), inside)


def require_figures(reader: FrameReader, blank: Mapping[str, Places], found: bool) -> None:
    """Raise AcquisitionError where nothing could be compared; `blank` has the timepoints of each structure without a
    voxel that could."""
    if found:
        return
    if not blank:
        raise AcquisitionError(
            reader.predicted.path,
            expected="images, labels or tracks that both sides have",
            found="nothing that both have",
            hint="segment the images of one side first, or say --labels if they are labels",
        )
    mask = reader.settings.mask
    raise AcquisitionError(
        reader.predicted.path if mask is None else mask,
        expected="voxels that are known on both sides" + ("" if mask is None else " where the mask is not 0"),
        found=f"none in {_named(next(iter(blank.values())))}",
        hint="NaN means unknown: give images with values" + ("" if mask is None else ", and a mask that is not all 0"),
    )


def _named(places: Places) -> str:
    frames = sorted({t for _, t in places})
    shown = ", ".join(map(str, frames[:_NAMED])) + (f" and {len(frames) - _NAMED} more" if len(frames) > _NAMED else "")
    positions = dict.fromkeys(position for position, _ in places)
    where = f" of {', '.join(positions)}" if len(positions) > 1 else ""
    return f"timepoint{'s' if len(frames) > 1 else ''} {shown}{where}"

"""Tables of timepoints: how they look, where the stage was, and when they came."""

from __future__ import annotations

from livecell.tables.columns import FRAME, POSITION, STRUCTURE, TIME, Table, maybe_whole, real, text

DRIFT = Table(
    "drift",
    (
        POSITION,
        FRAME,
        TIME,
        real("z_um", "um", "drift along z since the first frame", required=True),
        real("y_um", "um", "drift along y since the first frame", required=True),
        real("x_um", "um", "drift along x since the first frame", required=True),
        real("found_z_um", "um", "the same along z as estimated, certain or not"),
        real("found_y_um", "um", "the same along y as estimated, certain or not"),
        real("found_x_um", "um", "the same along x as estimated, certain or not"),
        real("error_z_um", "um", "standard error of the estimate along z"),
        real("error_um", "um", "standard error of the estimate along y and x, each"),
        real("agreement", "1", "share of the parts of the field that agree with the shift from the frame before"),
    ),
    ("position", "frame"),
)
"""Drift that is taken out of the tracks, and what it was estimated from."""

FRAMES = Table(
    "frames",
    (
        POSITION,
        FRAME,
        TIME,
        text("state", "predicted, given, missing, blank, saturated, torn or failed"),
        real("input_mean", "1", "mean of the input, in counts"),
        real("input_level", "1", "mean of the middle half of the values of the input, in counts"),
        real("input_spread", "1", "standard deviation of the input without its outliers, in counts"),
        real("saturated_share", "1", "share of the voxels of the input at the ceiling of the camera"),
        real("empty_row_share", "1", "share of the rows of the input without contrast"),
        real("input_sharpness", "1", "fine details of the input, relative to its level"),
        maybe_whole("input_checksum", "checksum of the voxels of the input"),
        text("doubt", "unsharp, flicker, duplicated, late, or none", required=False),
        real("normalisation_offset", "1", "counts that the network saw as 0"),
        real("normalisation_scale", "1", "counts that the network saw as 1"),
    ),
    ("position", "frame"),
)
"""One row per timepoint: whether it was used, how it looked, and how it was normalised."""

DELAYS = Table(
    "delays",
    (
        POSITION,
        FRAME,
        real("delay_s", "s", "time from the last write of the timepoint until tables and tracks had it", required=True),
    ),
    ("position", "frame"),
)

LEVELS = Table(
    "levels",
    (
        POSITION,
        STRUCTURE,
        FRAME,
        real("level", "1", "mean of the middle half of the values of the predicted volume", required=True),
        real("mean", "1", "mean of the predicted volume", required=True),
        real("spread", "1", "standard deviation of the predicted volume", required=True),
    ),
    ("position", "structure", "frame"),
)
"""How bright each predicted volume is as a whole, in units of the network."""

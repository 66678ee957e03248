"""The tables of livecell: their columns, types and units, as users and other programs see them.

A missing value is NaN in memory and empty in CSV. Columns that livecell does not know are kept, after the known ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from livecell.errors import TableError


@dataclass(frozen=True)
class Column:
    """One column: its name, pandas type, unit in CF spelling ('1' if it has none) and meaning."""

    name: str
    dtype: str
    units: str
    long_name: str
    required: bool = True


@dataclass(frozen=True)
class Table:
    """A kind of table: its columns in order, and the columns its rows are sorted by."""

    name: str
    columns: tuple[Column, ...]
    sort_by: tuple[str, ...]

    def column(self, name: str) -> Column | None:
        """Return the column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)


def _text(name: str, long_name: str, *, required: bool = True) -> Column:
    return Column(name, "object", "1", long_name, required)


def _whole(name: str, long_name: str, *, required: bool = True) -> Column:
    return Column(name, "int64", "1", long_name, required)


def _maybe_whole(name: str, long_name: str) -> Column:
    return Column(name, "Int64", "1", long_name, required=False)


def _real(name: str, units: str, long_name: str, *, required: bool = False) -> Column:
    return Column(name, "float64", units, long_name, required)


_POSITION = _text("position", "field of view")
_STRUCTURE = _text("structure", "structure")
_FRAME = _whole("frame", "timepoint index")
_TIME = _real("t_s", "s", "time since the first frame", required=True)

_CENTROID = tuple(_real(f"{axis}_um", "um", f"centroid along {axis}", required=True) for axis in "zyx")
_RAW_CENTROID = tuple(_real(f"{axis}_raw_um", "um", f"centroid along {axis}, drift not corrected") for axis in "zyx")
_SHAPE = (
    _real("volume_um3", "um3", "volume"),
    _real("surface_um2", "um2", "surface area"),
    _real("area_um2", "um2", "area"),
    _real("perimeter_um", "um", "perimeter"),
    _real("sphericity", "1", "sphericity (2D: circularity)"),
    _real("extent_z_um", "um", "extent of the bounding box along z"),
    _real("extent_y_um", "um", "extent of the bounding box along y"),
    _real("extent_x_um", "um", "extent of the bounding box along x"),
    _real("intensity_mean", "1", "mean intensity"),
    _real("intensity_sum", "1", "summed intensity"),
    _real("confidence", "1", "probability that it differs from its surroundings, given the uncertainty"),
)
_SKELETON = (
    _real("skeleton_length_um", "um", "length of the skeleton"),
    _real("n_branches", "1", "number of branches of the skeleton between ends and junctions"),
    _real("n_junctions", "1", "number of points of the skeleton where three branches or more meet"),
    _real("n_ends", "1", "number of ends of the skeleton"),
)
_BORDER = _real("touches_border", "1", "1 where the edge of the image, in y or x, may cut the object off, else 0")
_CELL = (
    _maybe_whole("cell_id", "track_id of the cell that contains the object"),
    _real("distance_to_nucleus_um", "um", "distance to the surface of the nucleus of that cell"),
    *(_real(f"{axis}_in_cell_um", "um", f"{axis}_um less that of the cell in the same frame") for axis in "zyx"),
)

OBJECTS = Table(
    "objects",
    (
        _POSITION,
        _STRUCTURE,
        _FRAME,
        _TIME,
        _whole("label", "value in the label image"),
        *_CENTROID,
        *_SHAPE,
        *_SKELETON,
        _BORDER,
    ),
    ("position", "structure", "frame", "label"),
)
"""One row per object per timepoint, as measured: centroids are in the frame of the image, without drift correction."""

TRACKS = Table(
    "tracks",
    (
        _POSITION,
        _STRUCTURE,
        _whole("track_id", "track, unique within position and structure, from 1"),
        _FRAME,
        _TIME,
        *_CENTROID,
        *_RAW_CENTROID,
        _whole("label", "value in the label image"),
        *_SHAPE,
        *_SKELETON,
        *_CELL,
    ),
    ("position", "structure", "track_id", "frame"),
)

SUMMARY = Table(
    "tracks_summary",
    (
        _POSITION,
        _STRUCTURE,
        _whole("track_id", "track"),
        _whole("start_frame", "first frame"),
        _whole("end_frame", "last frame"),
        _whole("n_points", "number of observations"),
        _real("duration_s", "s", "time from first to last observation", required=True),
        _real("path_length_um", "um", "length of the path", required=True),
        _real("net_displacement_um", "um", "distance from first to last observation", required=True),
        _real("speed_mean_um_s", "um s-1", "mean speed", required=True),
        _real("speed_median_um_s", "um s-1", "median speed", required=True),
        _real("speed_max_um_s", "um s-1", "maximum speed", required=True),
        _real("straightness", "1", "net displacement over path length", required=True),
        _real("turning_angle_mean_rad", "rad", "mean angle between consecutive displacements, 0 if straight"),
        _real("persistence", "1", "mean cosine of the turning angle"),
        _real("persistence_s", "s", "time constant of the memory of directions"),
        _real("diffusion_um2_s", "um2 s-1", "diffusion coefficient, free of the localisation error", required=True),
        _real("diffusion_se", "um2 s-1", "standard error of the diffusion coefficient", required=True),
        _real("diffusion_low_um2_s", "um2 s-1", "lower end of the 95 % interval of the diffusion coefficient"),
        _real("diffusion_high_um2_s", "um2 s-1", "upper end of the 95 % interval of the diffusion coefficient"),
        _real("localisation_error_um", "um", "standard deviation of the localisation error along each axis"),
        _real("alpha", "1", "anomalous exponent of the mean squared displacement", required=True),
        _real("alpha_se", "1", "standard error of the anomalous exponent", required=True),
        _real("alpha_low", "1", "lower end of the 95 % interval of the anomalous exponent"),
        _real("alpha_high", "1", "upper end of the 95 % interval of the anomalous exponent"),
        _maybe_whole("n_lags", "number of lags, in intervals between frames, that the fits know of"),
        _text("motion", "most probable kind of motion: diffusive, directed or confined", required=False),
        _real("motion_probability", "1", "probability of this kind of motion among the three"),
        _real("confinement_radius_um", "um", "radius of confinement", required=True),
        _real("volume_mean_um3", "um3", "mean volume"),
        _real("area_mean_um2", "um2", "mean area"),
        _text("parents", "track_ids this track came from, joined by ;"),
        _text("began", "how the track began"),
        _text("ended", "how the track ended"),
        _text("censored", "whether the object lived longer than it was seen: no, begin, end or both", required=False),
    ),
    ("position", "structure", "track_id"),
)

EVENTS = Table(
    "events",
    (
        _POSITION,
        _STRUCTURE,
        _FRAME,
        _TIME,
        _text("kind", "division, fission, fusion, appearance or disappearance"),
        _text("parents", "track_ids before, joined by ;"),
        _text("children", "track_ids after, joined by ;"),
        _real("probability", "1", "how sure a division, fission or fusion is"),
    ),
    ("position", "structure", "frame", "kind", "parents", "children"),
)

OVERLAPS = Table(
    "overlaps",
    (
        _POSITION,
        _STRUCTURE,
        _FRAME,
        _whole("label_before", "value in the label image of the frame before"),
        _whole("label", "value in the label image of this frame"),
        _whole("voxels", "number of voxels shared"),
        _whole("voxels_before", "number of voxels of the object in the frame before", required=False),
        _whole("voxels_now", "number of voxels of the object in this frame", required=False),
    ),
    ("position", "structure", "frame", "label_before", "label"),
)
"""Which object of a frame lies where which object of the frame before lay."""

NEIGHBOURS = Table(
    "neighbours",
    (
        _POSITION,
        _STRUCTURE,
        _FRAME,
        _whole("label_a", "value in the label image of one object"),
        _whole("label_b", "value in the label image of the other, which is higher"),
        _real("gap_um", "um", "distance between the centres of their nearest voxels", required=True),
    ),
    ("position", "structure", "frame", "label_a", "label_b"),
)
"""Objects of one structure that lie near each other in one timepoint."""

NODES = Table(
    "nodes",
    (
        _POSITION,
        _STRUCTURE,
        _FRAME,
        _whole("label", "value in the label image"),
        _whole("node", "number of the node within the frame, from 1"),
        *_CENTROID,
        _whole("degree", "number of branches that meet here (1: an end)"),
    ),
    ("position", "structure", "frame", "node"),
)
"""Ends and junctions of the skeletons of networks and filaments."""

NODE_TRACKS = Table(
    "node_tracks",
    (
        _POSITION,
        _STRUCTURE,
        _whole("node_track_id", "track of the node, unique within position and structure, from 1"),
        _FRAME,
        _TIME,
        *_CENTROID,
        *_RAW_CENTROID,
        _whole("node", "number of the node within the frame"),
        _whole("label", "value of its object in the label image"),
        _whole("degree", "number of branches that meet here (1: an end)"),
        _maybe_whole("track_id", "track of its object"),
    ),
    ("position", "structure", "node_track_id", "frame"),
)
"""Ends and junctions followed over time: how networks move."""

LINEAGE = Table(
    "lineage",
    (
        _POSITION,
        _STRUCTURE,
        _whole("track_id", "track"),
        _maybe_whole("parent_id", "a track that it came from; one row for each of them, empty for a root"),
        _maybe_whole("frame", "timepoint index of the event that it came from"),
        _text("kind", "division, fission or fusion; empty for a root"),
        _whole("root_id", "earliest track that it comes from; of several the lowest"),
        _whole("generation", "number of divisions since then, on the shortest way"),
    ),
    ("position", "structure", "track_id", "parent_id"),
)
"""Trees of tracks."""

CONTACTS = Table(
    "contacts",
    (
        _POSITION,
        _FRAME,
        _TIME,
        _text("structure_a", "first structure"),
        _whole("track_id_a", "track of the first structure"),
        _text("structure_b", "second structure"),
        _whole("track_id_b", "track of the second structure"),
        _real("contact_um3", "um3", "volume shared"),
        _real("contact_um2", "um2", "area shared (2D)"),
    ),
    ("position", "frame", "structure_a", "track_id_a", "structure_b", "track_id_b"),
)

LABEL_CONTACTS = Table(
    "label_contacts",
    (
        _POSITION,
        _FRAME,
        _TIME,
        _text("structure_a", "first structure"),
        _whole("label_a", "value in the label image of the first structure"),
        _text("structure_b", "second structure"),
        _whole("label_b", "value in the label image of the second structure"),
        _real("contact_um3", "um3", "volume shared"),
        _real("contact_um2", "um2", "area shared (2D)"),
    ),
    ("position", "frame", "structure_a", "label_a", "structure_b", "label_b"),
)
"""Contacts within one timepoint, before tracks are known."""

CONTAINMENT = Table(
    "containment",
    (
        _POSITION,
        _STRUCTURE,
        _FRAME,
        _whole("label", "value in the label image"),
        _whole("cell_label", "value of the cell in the label image of cells, 0 if in none"),
        _real("distance_to_nucleus_um", "um", "distance to the surface of the nucleus of that cell", required=True),
    ),
    ("position", "structure", "frame", "label"),
)
"""Which cell each object of a timepoint lies in, before tracks are known."""

CELLS = Table(
    "cells",
    (
        _POSITION,
        _whole("cell_id", "track_id of the cell"),
        _FRAME,
        _TIME,
        _STRUCTURE,
        _whole("n_objects", "number of objects of the structure in the cell"),
        _real("volume_um3", "um3", "summed volume of these objects"),
        _real("area_um2", "um2", "summed area of these objects"),
        _real("intensity_mean", "1", "mean intensity over these objects, weighted by size"),
    ),
    ("position", "cell_id", "structure", "frame"),
)

_EVENT_COUNTS = tuple(
    _whole(f"n_{kind}s", f"number of {kind}s that led to this frame")
    for kind in ("division", "fission", "fusion", "appearance", "disappearance")
)
_OF_CELL = _maybe_whole("cell_id", "track_id of the cell; missing: the whole field")

DYNAMICS = Table(
    "dynamics",
    (
        _POSITION,
        _STRUCTURE,
        _OF_CELL,
        _FRAME,
        _TIME,
        _whole("n_objects", "number of objects"),
        _real("volume_um3", "um3", "summed volume of the objects"),
        _real("area_um2", "um2", "summed area of the objects"),
        _real("skeleton_length_um", "um", "summed length of their skeletons"),
        _real("n_branches", "1", "summed number of branches of their skeletons"),
        _real("n_junctions", "1", "summed number of junctions of their skeletons"),
        _real("n_ends", "1", "summed number of ends of their skeletons"),
        _real(
            "distance_to_nucleus_um", "um", "mean distance of the objects to the surface of the nucleus of their cell"
        ),
        *_EVENT_COUNTS,
    ),
    ("position", "structure", "cell_id", "frame"),
)
"""One row per structure and timepoint, for the whole field and for each cell."""

RATES = Table(
    "rates",
    (
        _POSITION,
        _STRUCTURE,
        _OF_CELL,
        _text("kind", "division, fission, fusion, appearance or disappearance"),
        _whole("n_events", "number of events"),
        _real("object_h", "h", "time for which objects were watched, summed over them", required=True),
        _real("rate_per_h", "h-1", "events per object and hour", required=True),
        _real("rate_low_per_h", "h-1", "lower end of the 95 % interval of the rate", required=True),
        _real("rate_high_per_h", "h-1", "upper end of the 95 % interval of the rate", required=True),
    ),
    ("position", "structure", "cell_id", "kind"),
)
"""How often things happen to the objects of a structure, in the whole field and in each cell."""

PAIRS = Table(
    "pairs",
    (
        _POSITION,
        _text("structure_a", "first structure"),
        _text("structure_b", "second structure"),
        _OF_CELL,
        _FRAME,
        _TIME,
        _whole("n_contacts", "number of pairs of objects in contact"),
        _real("contact_um3", "um3", "volume shared"),
        _real("contact_um2", "um2", "area shared (2D)"),
        _real("share_a", "1", "share of the first structure's volume (2D: area) that lies in the second"),
        _real("share_b", "1", "share of the second structure's volume (2D: area) that lies in the first"),
    ),
    ("position", "structure_a", "structure_b", "cell_id", "frame"),
)
"""Contact and colocalisation of two structures over time, in the whole field and in each cell."""

CELL_CYCLES = Table(
    "cell_cycles",
    (
        _POSITION,
        _STRUCTURE,
        _whole("track_id", "track"),
        _maybe_whole("parent_id", "track that divided into this one"),
        _whole("start_frame", "first frame"),
        _whole("end_frame", "last frame"),
        _real("start_s", "s", "time of the first observation", required=True),
        _real("end_s", "s", "time of the last observation", required=True),
        _real("duration_s", "s", "from the first frame after one division to the first after the next", required=True),
        _text("censored", "no for a whole cycle; begin, end or both where a division is not seen"),
    ),
    ("position", "structure", "track_id"),
)
"""One row per track of structures that divide. Where a division was not seen, the cycle lasts at least `duration_s`."""

MSD = Table(
    "msd",
    (
        _POSITION,
        _STRUCTURE,
        _whole("lag", "lag in frames"),
        _real("lag_s", "s", "mean time between the observations", required=True),
        _real("msd_um2", "um2", "mean squared displacement over all tracks", required=True),
        _real("msd_se_um2", "um2", "its standard error, from the scatter between tracks", required=True),
        _whole("n_tracks", "number of tracks with this lag"),
        _whole("n_pairs", "number of pairs of observations"),
    ),
    ("position", "structure", "lag"),
)
"""Mean squared displacement of all tracks of a structure together."""

DRIFT = Table(
    "drift",
    (
        _POSITION,
        _FRAME,
        _TIME,
        _real("z_um", "um", "drift along z since the first frame", required=True),
        _real("y_um", "um", "drift along y since the first frame", required=True),
        _real("x_um", "um", "drift along x since the first frame", required=True),
        _real("found_z_um", "um", "the same along z as estimated, certain or not"),
        _real("found_y_um", "um", "the same along y as estimated, certain or not"),
        _real("found_x_um", "um", "the same along x as estimated, certain or not"),
        _real("error_z_um", "um", "standard error of the estimate along z"),
        _real("error_um", "um", "standard error of the estimate along y and x, each"),
        _real("agreement", "1", "share of the parts of the field that agree with the shift from the frame before"),
    ),
    ("position", "frame"),
)
"""Drift that is taken out of the tracks, and what it was estimated from."""

FRAMES = Table(
    "frames",
    (
        _POSITION,
        _FRAME,
        _TIME,
        _text("state", "predicted, given, missing, blank, saturated, torn or failed"),
        _real("input_mean", "1", "mean of the input, in counts"),
        _real("input_level", "1", "mean of the middle half of the values of the input, in counts"),
        _real("input_spread", "1", "standard deviation of the input without its outliers, in counts"),
        _real("saturated_share", "1", "share of the voxels of the input at the ceiling of the camera"),
        _real("empty_row_share", "1", "share of the rows of the input without contrast"),
        _real("input_sharpness", "1", "fine details of the input, relative to its level"),
        _maybe_whole("input_checksum", "checksum of the voxels of the input"),
        _text("doubt", "unsharp, flicker, duplicated, late, or none", required=False),
        _real("normalisation_offset", "1", "counts that the network saw as 0"),
        _real("normalisation_scale", "1", "counts that the network saw as 1"),
    ),
    ("position", "frame"),
)
"""One row per timepoint: whether it was used, how it looked, and how it was normalised."""

DELAYS = Table(
    "delays",
    (
        _POSITION,
        _FRAME,
        _real(
            "delay_s", "s", "time from the last write of the timepoint until tables and tracks had it", required=True
        ),
    ),
    ("position", "frame"),
)

LEVELS = Table(
    "levels",
    (
        _POSITION,
        _STRUCTURE,
        _FRAME,
        _real("level", "1", "mean of the middle half of the values of the predicted volume", required=True),
        _real("mean", "1", "mean of the predicted volume", required=True),
        _real("spread", "1", "standard deviation of the predicted volume", required=True),
    ),
    ("position", "structure", "frame"),
)
"""How bright each predicted volume is as a whole, in units of the network."""


def empty(table: Table) -> pd.DataFrame:
    """Return the table without rows, with its required columns in their types."""
    return pd.DataFrame({c.name: pd.Series(dtype=c.dtype) for c in table.columns if c.required})


def check(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the frame with columns in order, in their types, and rows sorted.

    Raises TableError when a required column is absent or a value does not fit its type.
    """
    absent = [column.name for column in table.columns if column.required and column.name not in frame.columns]
    if absent:
        raise TableError(
            f"table {table.name}",
            expected=f"the columns {', '.join(c.name for c in table.columns if c.required)}",
            found=f"no {', '.join(absent)}",
            hint="add the missing columns",
        )
    known = [column.name for column in table.columns if column.name in frame.columns]
    ordered = frame[known + [name for name in frame.columns if name not in known]]
    try:
        # From float to int64, pandas would cut fractions off; to Int64 it refuses them.
        whole = {c.name: "Int64" for c in table.columns if c.dtype == "int64" and _is_real(ordered.get(c.name))}
        # Casting a column to the type it has takes time, too: tables are checked often.
        wrong = {c.name: c.dtype for c in table.columns if c.name in known and ordered[c.name].dtype != c.dtype}
        typed = ordered.astype(whole).astype(wrong) if wrong else ordered
    except (TypeError, ValueError) as error:
        raise TableError(
            f"table {table.name}", expected="numbers in the number columns", found=str(error), hint="mend those values"
        ) from error
    by = [name for name in table.sort_by if name in typed.columns]
    return typed.sort_values(by, kind="stable", ignore_index=True)


def _is_real(column: pd.Series | None) -> bool:
    return column is not None and pd.api.types.is_float_dtype(column.dtype)


def concat(frames: Iterable[pd.DataFrame], table: Table) -> pd.DataFrame:
    """Return all rows of the frames as one checked table; without rows, the empty table."""
    filled: Sequence[pd.DataFrame] = [frame for frame in frames if len(frame)]
    return check(pd.concat(filled, ignore_index=True) if filled else empty(table), table)

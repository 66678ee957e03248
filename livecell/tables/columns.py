"""What a table is, and the columns that several tables have."""

from __future__ import annotations

from dataclasses import dataclass


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


def text(name: str, long_name: str, *, required: bool = True) -> Column:
    return Column(name, "object", "1", long_name, required)


def whole(name: str, long_name: str, *, required: bool = True) -> Column:
    return Column(name, "int64", "1", long_name, required)


def maybe_whole(name: str, long_name: str) -> Column:
    return Column(name, "Int64", "1", long_name, required=False)


def real(name: str, units: str, long_name: str, *, required: bool = False) -> Column:
    return Column(name, "float64", units, long_name, required)


POSITION = text("position", "field of view")
STRUCTURE = text("structure", "structure")
FRAME = whole("frame", "timepoint index")
TIME = real("t_s", "s", "time since the first frame", required=True)
CENTROID = tuple(real(f"{axis}_um", "um", f"centroid along {axis}", required=True) for axis in "zyx")
RAW_CENTROID = tuple(real(f"{axis}_raw_um", "um", f"centroid along {axis}, drift not corrected") for axis in "zyx")

SHAPE = (
    real("volume_um3", "um3", "volume"),
    real("surface_um2", "um2", "surface area"),
    real("area_um2", "um2", "area"),
    real("perimeter_um", "um", "perimeter"),
    real("sphericity", "1", "sphericity (2D: circularity)"),
    real("extent_z_um", "um", "extent of the bounding box along z"),
    real("extent_y_um", "um", "extent of the bounding box along y"),
    real("extent_x_um", "um", "extent of the bounding box along x"),
    real("intensity_mean", "1", "mean intensity"),
    real("intensity_sum", "1", "summed intensity"),
    real("confidence", "1", "probability that it differs from its surroundings, given the uncertainty"),
)

SKELETON = (
    real("skeleton_length_um", "um", "length of the skeleton"),
    real("n_branches", "1", "number of branches of the skeleton between ends and junctions"),
    real("n_junctions", "1", "number of points of the skeleton where three branches or more meet"),
    real("n_ends", "1", "number of ends of the skeleton"),
)

BORDER = real("touches_border", "1", "1 where the edge of the image, in y or x, may cut the object off, else 0")

CELL = (
    maybe_whole("cell_id", "track_id of the cell that contains the object"),
    real("distance_to_nucleus_um", "um", "distance to the surface of the nucleus of that cell"),
    *(real(f"{axis}_in_cell_um", "um", f"{axis}_um less that of the cell in the same frame") for axis in "zyx"),
)

OF_CELL = maybe_whole("cell_id", "track_id of the cell; missing: the whole field")

"""Structures over time as one xarray tree, /<position>/<table>, on disk as Zarr."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from livecell.exchange.tree import node_path
from livecell.tables import CELL_CYCLES, DYNAMICS, MSD, PAIRS, RATES, Table, check

_ROW = "row"


@dataclass(frozen=True)
class _Branch:
    """A table, and along what it runs besides structures; None where it has no grid of its own."""

    table: Table
    along: str | None


_BRANCHES = (
    _Branch(DYNAMICS, "frame"),
    _Branch(RATES, "kind"),
    _Branch(MSD, "lag"),
    _Branch(PAIRS, None),
    _Branch(CELL_CYCLES, None),
)


def to_dynamics_tree(found: Mapping[str, pd.DataFrame], provenance: Mapping[str, Any] | None = None) -> xr.DataTree:
    """Return the tables of dynamics over time, with units and meanings as CF has them.

    Of the whole field, `/<position>/dynamics` has arrays (structure, frame), `rates` (structure, kind) and `msd`
    (structure, lag), with NaN where there is nothing. `dynamics_in_cells` and `rates_in_cells` hold the rows of cells,
    `pairs` and `cell_cycles` those of their tables, along `row`.

    Parameters
    ----------
    found : tables by name: dynamics, rates, msd, pairs and cell_cycles; one that is absent or empty has no node.
    provenance : what JSON can hold; goes into the attributes of the root.
    """
    nodes = {"/": xr.Dataset(attrs={**(provenance or {}), "Conventions": "CF-1.11"})}
    for branch in _BRANCHES:
        table = check(found[branch.table.name], branch.table) if branch.table.name in found else pd.DataFrame()
        for position, rows in table.groupby("position") if len(table) else ():
            path = node_path(str(position), branch.table.name)
            nodes |= _nodes_of(path, branch, rows.drop(columns="position"))
    return xr.DataTree.from_dict(nodes)


def _nodes_of(path: str, branch: _Branch, rows: pd.DataFrame) -> dict[str, xr.Dataset]:
    if branch.along is None:
        return {path: _listed(rows, branch.table)}
    whole = rows["cell_id"].isna() if "cell_id" in rows else pd.Series(True, rows.index)
    found = {path: _grid(rows[whole].drop(columns="cell_id", errors="ignore"), branch.along, branch.table)}
    if not whole.all():
        found[f"{path}_in_cells"] = _listed(rows[~whole], branch.table)
    return found


def _listed(rows: pd.DataFrame, table: Table) -> xr.Dataset:
    return xr.Dataset({str(name): (_ROW, _values(rows[name]), _attrs(str(name), table)) for name in rows})


def _grid(rows: pd.DataFrame, along: str, table: Table) -> xr.Dataset:
    """Every column over structures and one more axis."""
    axes = {name: np.unique(_values(rows[name])) for name in ("structure", along)}
    at = tuple(np.searchsorted(axis, _values(rows[name])) for name, axis in axes.items())
    data = {}
    for name in (str(column) for column in rows if column not in axes):
        values = np.full(tuple(len(axis) for axis in axes.values()), np.nan)
        values[at] = rows[name].to_numpy("float64", na_value=np.nan)
        data[name] = (tuple(axes), values, _attrs(name, table))
    return xr.Dataset(data, coords={name: (name, axis, _attrs(name, table)) for name, axis in axes.items()})


def _values(column: pd.Series[Any]) -> np.ndarray[Any, Any]:
    """Texts as objects, which Zarr has a type for; whole numbers that may be missing as NaN there."""
    if pd.api.types.is_string_dtype(column.dtype) or column.dtype == object:
        return column.fillna("").astype(str).to_numpy(dtype=object)
    return column.to_numpy("float64", na_value=np.nan) if column.dtype == "Int64" else column.to_numpy(copy=True)


def _attrs(name: str, table: Table) -> dict[str, str]:
    known = table.column(name)
    if known is None:
        return {}
    return {"long_name": known.long_name} | ({} if known.dtype == "object" else {"units": known.units})

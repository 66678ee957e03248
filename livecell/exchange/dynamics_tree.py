"""Structures over time as one xarray tree, /<position>/<structure>, on disk as Zarr."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import xarray as xr

from livecell.exchange.tree import node_path
from livecell.tables import CELL_CYCLES, DYNAMICS, MSD, PAIRS, RATES, Table, check


@dataclass(frozen=True)
class _Branch:
    """A table below a structure: along what it runs, and whether cells have a row of their own in it."""

    table: Table
    along: str
    of_cells: bool


_BRANCHES = (
    _Branch(DYNAMICS, "frame", True),
    _Branch(RATES, "kind", True),
    _Branch(MSD, "lag", False),
    _Branch(CELL_CYCLES, "track_id", False),
)


def to_dynamics_tree(found: Mapping[str, pd.DataFrame], provenance: Mapping[str, Any] | None = None) -> xr.DataTree:
    """Return the tables of dynamics over time, with units and meanings as CF has them.

    `/<position>/<structure>` holds datasets named as the tables: `dynamics` along `frame`, `rates` along `kind`, `msd`
    along `lag` and `cell_cycles` along `track_id`, of the whole field. `dynamics_in_cells` and `rates_in_cells` have a
    row for each cell and frame or kind, along `row`. `/<position>/pairs` has the same of pairs of structures: the
    whole field and each cell, along `row`.

    Parameters
    ----------
    found : tables by name: dynamics, rates, msd, cell_cycles and pairs; one that is absent has no node.
    provenance : what JSON can hold; goes into the attributes of the root.
    """
    nodes: dict[str, xr.Dataset] = {"/": xr.Dataset(attrs={**(provenance or {}), "Conventions": "CF-1.11"})}
    for branch in _BRANCHES:
        table = check(found[branch.table.name], branch.table) if branch.table.name in found else pd.DataFrame()
        for name, rows in table.groupby(["position", "structure"]) if len(table) else ():
            path = f"{node_path(str(name[0]), str(name[1]))}/{branch.table.name}"
            nodes |= _nodes_of(path, branch, rows.drop(columns=["position", "structure"]))
    pairs = check(found["pairs"], PAIRS) if "pairs" in found else pd.DataFrame()
    for position, rows in pairs.groupby("position") if len(pairs) else ():
        nodes[node_path(str(position), "pairs")] = _dataset(rows.drop(columns="position"), "row", PAIRS)
    return xr.DataTree.from_dict(nodes)


def _nodes_of(path: str, branch: _Branch, rows: pd.DataFrame) -> dict[str, xr.Dataset]:
    if not branch.of_cells:
        return {path: _dataset(rows, branch.along, branch.table)}
    whole = rows["cell_id"].isna()
    found = {path: _dataset(rows[whole].drop(columns="cell_id"), branch.along, branch.table)}
    if not whole.all():
        found[f"{path}_in_cells"] = _dataset(rows[~whole], "row", branch.table)
    return found


def _dataset(rows: pd.DataFrame, along: str, table: Table) -> xr.Dataset:
    data = {str(name): _variable(rows, str(name), along, table) for name in rows}
    coordinate = {along: data.pop(along)} if along in data else {}
    return xr.Dataset(data, coords=coordinate)


def _variable(rows: pd.DataFrame, name: str, along: str, table: Table) -> xr.Variable:
    column, known = rows[name], table.column(name)
    attrs = {} if known is None else {"units": known.units, "long_name": known.long_name}
    if column.dtype == "Int64":
        # What is missing is not a number, so that it cannot be taken for a track.
        return xr.Variable(along, column.to_numpy("float64", na_value=float("nan")), attrs)
    if pd.api.types.is_string_dtype(column.dtype) or column.dtype == object:
        attrs.pop("units", None)
        return xr.Variable(along, column.fillna("").astype(str).to_numpy(dtype=object), attrs)
    return xr.Variable(along, column.to_numpy(copy=True), attrs)

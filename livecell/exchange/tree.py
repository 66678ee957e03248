"""All tracks of a run as one xarray tree, /<position>/<structure>, on disk as Zarr."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from livecell.errors import MissingPathError
from livecell.exchange.dataset import to_dataset
from livecell.exchange.replace import replacing
from livecell.tables import SUMMARY, TRACKS, check


def to_tree(tracks: pd.DataFrame, summary: pd.DataFrame, provenance: Mapping[str, Any] | None = None) -> xr.DataTree:
    """Return the tracks of every structure at every position.

    Parameters
    ----------
    provenance : what JSON can hold; goes into the attributes of the root and of every structure.
    """
    tracks, summary = check(tracks, TRACKS), check(summary, SUMMARY)
    rows = _by_structure(tracks)
    sums = _by_structure(summary)
    nodes = {"/": xr.Dataset(attrs=dict(provenance or {}))}
    for (position, structure), mine in rows.items():
        one = sums.get((position, structure), summary.iloc[:0])
        nodes[node_path(position, structure)] = to_dataset(mine, one, provenance)
    return xr.DataTree.from_dict(nodes)


def node_path(position: str, structure: str) -> str:
    """Return where in the tree the tracks of a structure are."""
    return f"/{position.replace('/', '_')}/{structure}"


def _by_structure(table: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    return {(str(name[0]), str(name[1])): rows for name, rows in table.groupby(["position", "structure"])}


def write_tree(tree: xr.DataTree, path: str | Path) -> Path:
    """Write the tree as Zarr, in place of what is there. Raises StorageError when it cannot be written."""
    with replacing(path) as fresh:
        # Zarr v3 has no consolidated metadata.
        tree.to_zarr(fresh, mode="w", consolidated=False)
    return Path(path)


def read_tree(path: str | Path) -> xr.DataTree:
    """Open a tree lazily. Raises MissingPathError when there is none."""
    path = Path(path)
    if not (path / "zarr.json").is_file():
        raise MissingPathError(path, expected="tracks as Zarr", found="none", hint="run `livecell export` on this run")
    return xr.open_datatree(path, engine="zarr", consolidated=False)

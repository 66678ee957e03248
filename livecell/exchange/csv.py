"""Tables as CSV: a missing value is empty, and numbers read back as they were, to the last bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from livecell.errors import MissingPathError, TableError
from livecell.exchange.replace import replacing
from livecell.tables import Table, check


def write_csv(frame: pd.DataFrame, path: str | Path, table: Table | None = None) -> Path:
    """Write a table, with its columns in order and rows sorted when its kind is given.

    Raises TableError when a column is absent, StorageError when it cannot be written.
    """
    checked = frame if table is None else check(frame, table)
    with replacing(path) as fresh:
        checked.to_csv(fresh, index=False, lineterminator="\n")
    return Path(path)


def read_csv(path: str | Path, table: Table) -> pd.DataFrame:
    """Read a table of that kind; what is empty becomes NaN in number columns and stays empty in text columns.

    Raises MissingPathError when there is no such file, TableError when it is not that table.
    """
    path = Path(path)
    if not path.is_file():
        raise MissingPathError(path, expected="a CSV table", found="no such file", hint="check the path")
    known = {column.name: column.dtype for column in table.columns}
    try:
        unknown = {name: [""] for name in pd.read_csv(path, nrows=0).columns if name not in known}
        frame = pd.read_csv(path, dtype=dict.fromkeys(known, str), keep_default_na=False, na_values=unknown)
        for name in (name for name, dtype in known.items() if dtype != "object" and name in frame):
            frame[name] = _numbers(frame[name], known[name])
    except ValueError as error:
        raise TableError(path, expected=f"a table of {table.name}", found=str(error), hint="check the file") from error
    return check(frame, table)


def _numbers(texts: pd.Series[str], dtype: str) -> pd.Series[Any]:
    """Read numbers as Python does: pandas' own parsing is off by a bit now and then."""
    given = [text for text in texts if text]
    read = [float(text) for text in given] if dtype == "float64" else [int(text) for text in given]
    found = pd.Series(read, index=texts.index[texts != ""], dtype="float64" if dtype == "float64" else "Int64")
    return found.reindex(texts.index)

"""Tables as Parquet: types and missing values are kept."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from livecell.errors import MissingPathError, TableError
from livecell.exchange.replace import replacing
from livecell.tables import Table, check

_END = b"PAR1"
"""Last bytes of every Parquet file; one that was cut short ends with others."""


def write_parquet(frame: pd.DataFrame, path: str | Path, table: Table) -> Path:
    """Write a checked table. Raises TableError when a column is absent, StorageError when it cannot be written."""
    with replacing(path) as fresh:
        check(frame, table).to_parquet(fresh, index=False)
    return Path(path)


def is_whole_parquet(path: Path) -> bool:
    """Say whether a Parquet file is there and ends as one does; looks at its end only."""
    try:
        with path.open("rb") as file:
            file.seek(-len(_END), os.SEEK_END)
            return file.read() == _END
    except OSError:
        return False


def read_parquet(path: str | Path, table: Table) -> pd.DataFrame:
    """Read a table of that kind. Raises MissingPathError when there is no such file, TableError when it is not one."""
    path = Path(path)
    if not path.is_file():
        raise MissingPathError(path, expected="a Parquet table", found="no such file", hint="check the path")
    try:
        frame = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise TableError(path, expected=f"a table of {table.name}", found=str(error), hint="write it again") from error
    return check(frame, table)

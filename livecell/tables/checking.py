"""The check that every table passes through."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from livecell.errors import TableError
from livecell.tables.columns import Table


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

"""From the order of pages in a file to their places along t, c and z."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from livecell.errors import AxesError

STACK = "tcz"
"""Axes along which pages are stacked, in the order of every table of pages."""


def arrange(axes: str, sizes: Sequence[int]) -> NDArray[np.int64]:
    """Return page numbers (t, c, z) for pages counted along `axes`, slowest first; a subset of t, c, z."""
    pages = np.arange(math.prod(sizes), dtype=np.int64).reshape(tuple(sizes))
    missing = [axis for axis in STACK if axis not in axes]
    pages = pages.reshape(pages.shape + (1,) * len(missing))
    order = [(axes + "".join(missing)).index(axis) for axis in STACK]
    return pages.transpose(order)


def rename_axes(path: Path, axes: str, sizes: Sequence[int], wanted: str | None) -> tuple[str, tuple[int, ...]]:
    """Return the page axes and sizes of a file, with the names the user gave.

    Parameters
    ----------
    axes, sizes : page axes of the file, slowest first; '?' for one the file does not name.
    wanted : axes given by the user, ending in yx; they name all axes of the file or those longer than one.

    Raises AxesError when an axis has no name, or the names do not fit.
    """
    long = tuple(n for n in sizes if n > 1)
    if wanted is None:
        return _named(path, axes, tuple(sizes))
    names = wanted.removesuffix("yx")
    if len(names) > len(wanted) - 2 or len(set(wanted)) != len(wanted):
        raise AxesError(
            path, expected="axes that end in yx, each once", found=repr(wanted), hint="correct --axes, such as tzyx"
        )
    for known in (tuple(sizes), long):
        if len(names) == len(known):
            return names, known
    found = f"{len(names) + 2} axes for pages stacked as {tuple(sizes)}"
    raise AxesError(path, expected=f"{len(long) + 2} axes", found=found, hint="correct --axes, such as tzyx")


def _named(path: Path, axes: str, sizes: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    kept = [(axis, n) for axis, n in zip(axes, sizes, strict=True) if axis in STACK or n > 1]
    names = "".join(axis for axis, _ in kept)
    if any(axis not in STACK for axis in names):
        found = f"{names}yx with sizes {tuple(n for _, n in kept)}"
        raise AxesError(
            path, expected="named axes (t, c, z)", found=found, hint="say what they are, with --axes tyx or --axes zyx"
        )
    return names, tuple(n for _, n in kept)

"""Pages to their places."""

from __future__ import annotations

from itertools import product
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from livecell.acquisition.page_order import arrange, rename_axes

ORDERS = st.lists(st.sampled_from("tcz"), unique=True, max_size=3)


@given(ORDERS, st.tuples(*[st.integers(1, 4)] * 3))
def test_pages_are_counted_along_the_axes_slowest_first(order: list[str], numbers: tuple[int, int, int]) -> None:
    sizes = dict(zip(order, numbers, strict=False))
    table = arrange("".join(order), list(sizes.values()))
    assert table.shape == tuple(sizes.get(axis, 1) for axis in "tcz")
    for page, place in enumerate(product(*[range(n) for n in sizes.values()])):
        at = dict(zip(order, place, strict=True))
        assert table[at.get("t", 0), at.get("c", 0), at.get("z", 0)] == page


def test_given_axes_name_all_or_the_long_ones() -> None:
    path = Path("a.tif")
    assert rename_axes(path, "tzc", (1, 5, 1), None) == ("tzc", (1, 5, 1))
    assert rename_axes(path, "tzc", (1, 5, 1), "tyx") == ("t", (5,))
    assert rename_axes(path, "tzc", (1, 5, 1), "ztcyx") == ("ztc", (1, 5, 1))
    assert rename_axes(path, "?", (1,), None) == ("", ())
    assert rename_axes(path, "?q", (5, 2), "tzyx") == ("tz", (5, 2))

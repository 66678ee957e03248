"""Windows beyond the edges against numpy's own padding."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from livecell.volumes import read_window, round_up
from livecell.volumes.padding import padding_before, reflected_indices
from tests.scenes.volumes import textured

SIZES = st.tuples(*[st.integers(1, 5)] * 3)
STARTS = st.tuples(*[st.integers(-9, 4)] * 3)
FAR = 16


@given(shape=SIZES, start=STARTS, size=SIZES)
def test_window_is_that_of_the_padded_volume(
    shape: tuple[int, int, int], start: tuple[int, int, int], size: tuple[int, int, int]
) -> None:
    volume = textured(shape)
    padded = np.pad(volume, FAR, mode="reflect")
    expected = padded[tuple(slice(s + FAR, s + FAR + n) for s, n in zip(start, size, strict=True))]
    np.testing.assert_array_equal(read_window(volume, start, size), expected)


def test_window_inside_is_a_view() -> None:
    volume = textured((3, 4, 5))
    assert np.shares_memory(read_window(volume, (0, 1, 2), (3, 2, 2)), volume)


def test_reflection_repeats_neither_edge() -> None:
    assert reflected_indices(-3, 6, 3).tolist() == [1, 2, 1, 0, 1, 2, 1, 0, 1]
    assert reflected_indices(-2, 3, 1).tolist() == [0] * 5


@given(size=st.integers(1, 200), stride=st.integers(1, 32))
def test_round_up_is_the_next_multiple(size: int, stride: int) -> None:
    rounded = round_up(size, stride)
    assert rounded % stride == 0
    assert size <= rounded < size + stride
    assert 0 <= 2 * padding_before(size, stride) <= rounded - size

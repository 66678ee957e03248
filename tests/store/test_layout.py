"""Layouts: levels, chunks, shards, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecell.errors import StorageError
from livecell.store import Channel, Encoding, ImageLayout
from livecell.store.layout import SMALLEST_SIDE, chunk_shape, shard_shape
from tests.scenes.store import SAMPLING

PLAIN = ImageLayout((2, 1, 5, 300, 520), "uint16", SAMPLING, (Channel("dna"),))

_SIDES = st.integers(1, 1200)
_SHAPES = st.tuples(st.integers(1, 3), st.integers(1, 2), st.integers(1, 70), _SIDES, _SIDES)


def test_levels_halve_y_and_x_and_keep_z() -> None:
    assert PLAIN.level_shapes == ((2, 1, 5, 300, 520), (2, 1, 5, 150, 260), (2, 1, 5, 75, 130))
    assert replace(PLAIN, levels=9).level_shapes[-1] == (2, 1, 5, 38, 65)


@given(_SHAPES, st.integers(1, 8))
def test_no_level_is_smaller_than_the_smallest_side(shape: Any, levels: int) -> None:
    layout = ImageLayout(shape, "uint8", SAMPLING, tuple(Channel(str(c)) for c in range(shape[1])), levels)
    shapes = layout.level_shapes
    assert shapes[0] == shape
    assert 1 <= len(shapes) <= levels
    assert all(min(smaller[3:]) >= SMALLEST_SIDE for smaller in shapes[1:])
    assert layout.resolved.levels == len(shapes)


@given(_SHAPES)
def test_a_shard_is_one_volume_of_whole_chunks(shape: Any) -> None:
    chunk, shard = chunk_shape(shape), shard_shape(shape)
    assert shard[:2] == (1, 1)
    for size, step, whole in zip(shape[2:], chunk[2:], shard[2:], strict=True):
        assert whole % step == 0
        assert size <= whole < size + step


def test_the_measured_shard_of_a_large_volume() -> None:
    assert chunk_shape((1, 1, 50, 256, 500)) == (1, 1, 16, 256, 256)
    assert shard_shape((1, 1, 50, 256, 500)) == (1, 1, 64, 256, 512)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"shape": (2, 1, 5, 300)}, "five positive sizes"),
        ({"shape": (0, 1, 5, 30, 30)}, "five positive sizes"),
        ({"dtype": "complex64"}, "integer or floating"),
        ({"channels": ()}, "1 channels"),
        ({"channels": (Channel("dna", "blue"),)}, "a colour"),
        ({"levels": 0}, "one level or more"),
        ({"encodings": ()}, "1 encodings"),
        ({"encodings": (Encoding(1.0, 0.0),), "dtype": "float32"}, "an unsigned type"),
        ({"shape": (2, 2, 5, 30, 30), "channels": (Channel("a"), Channel("a"))}, "names that differ"),
    ],
)
def test_what_makes_no_sense_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(StorageError, match=words):
        replace(PLAIN, **changes)


def test_sampling_of_levels() -> None:
    coarse = PLAIN.sampling_of(2)
    assert (coarse.z_um, coarse.y_um, coarse.x_um) == pytest.approx((0.3, 0.44, 0.48))

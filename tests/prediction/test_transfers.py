"""Tiles that are read, computed and handed on at the same time: the same values, in order, and nothing left behind."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import torch
from torch import Tensor

from livecell.prediction.transfers import overlapped
from livecell.volumes import Tile

ONE = np.ones(1, np.float32)


def _tiles(count: int) -> list[Tile]:
    return [Tile((index, 0, 0), (1, 2, 2), (ONE, ONE, ONE)) for index in range(count)]


def _read(tile: Tile) -> np.ndarray:
    return np.full(tile.size, tile.start[0], np.float32)


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_values_come_in_the_order_of_the_tiles(count: int) -> None:
    tiles = _tiles(count)
    found = list(overlapped(tiles, _read, lambda image: image * 2 + 1, "cpu"))
    assert [tile for tile, _ in found] == tiles
    for index, (_, values) in enumerate(found):
        np.testing.assert_array_equal(values, np.full((1, 2, 2), 2 * index + 1))


def test_one_tile_is_read_ahead_and_no_more() -> None:
    read: list[int] = []
    told: list[int] = []

    def reading(tile: Tile) -> np.ndarray:
        read.append(tile.start[0])
        return _read(tile)

    def telling(image: Tensor) -> Tensor:
        told.append(int(image.max()))
        assert max(read) <= told[-1] + 1
        return image

    for tile, _ in overlapped(_tiles(9), reading, telling, "cpu"):
        assert tile.start[0] >= told[-1] - 1
    assert read == told == list(range(9))


def test_the_next_tile_is_read_while_one_is_computed() -> None:
    """A computation that waits until the next tile was read ends; in a plain loop it would not."""
    was_read = [threading.Event() for _ in range(4)]

    def reading(tile: Tile) -> np.ndarray:
        was_read[tile.start[0]].set()
        return _read(tile)

    def telling(image: Tensor) -> Tensor:
        assert was_read[min(int(image.max()) + 1, 3)].wait(timeout=20)
        return image

    assert len(list(overlapped(_tiles(4), reading, telling, "cpu"))) == 4


@pytest.mark.parametrize("broken", [0, 1, 6])
def test_one_tile_that_cannot_be_read_stops_at_that_tile(broken: int) -> None:
    def reading(tile: Tile) -> np.ndarray:
        if tile.start[0] == broken:
            raise OSError("the disk is gone")
        return _read(tile)

    told = []
    with pytest.raises(OSError, match="the disk is gone"):
        told.extend(overlapped(_tiles(7), reading, torch.relu, "cpu"))
    assert len(told) <= broken


def _fail(_: object) -> Tensor:
    raise RuntimeError("broken")


@pytest.mark.parametrize(("read", "tell"), [(_fail, torch.relu), (_read, _fail)])
def test_what_goes_wrong_reaches_the_caller_and_no_thread_stays(read: object, tell: object) -> None:
    before = threading.active_count()
    with pytest.raises(RuntimeError, match="broken"):
        list(overlapped(_tiles(3), read, tell, "cpu"))
    assert threading.active_count() == before


def test_nothing_stays_when_no_more_is_wanted() -> None:
    before = threading.active_count()
    coming = overlapped(_tiles(5), _read, torch.relu, "cpu")
    next(coming)
    coming.close()
    assert threading.active_count() == before

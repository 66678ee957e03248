"""Reading the next tile and handing on the last one while a tile is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from livecell.volumes import Tile

Voxels = NDArray[np.float32]


def overlapped(
    tiles: Iterable[Tile], read: Callable[[Tile], Voxels], tell: Callable[[Tensor], Tensor], device: str
) -> Iterator[tuple[Tile, Voxels]]:
    """Yield what `tell` says of each tile, in their order, as numpy arrays.

    `read` runs in a thread of its own, one tile ahead; `tell` gets what it read as a tensor on the device. On a GPU,
    transfers run beside the computation, from and to pinned memory, and a result is only waited for once the next tile
    is under way: whoever takes it can work on it meanwhile.
    """
    pinned = torch.device(device).type == "cuda"
    waiting: tuple[Tile, Tensor, torch.cuda.Event | None] | None = None
    with ThreadPoolExecutor(1, "tiles") as reader:

        def ready(tile: Tile) -> tuple[Tile, Tensor]:
            image = torch.from_numpy(read(tile))
            return tile, image.pin_memory() if pinned else image

        for tile, image in _ahead(reader, ready, tiles):
            told = _to_host(tell(image.to(device, non_blocking=True)), pinned)
            if waiting is not None:
                yield _arrived(*waiting)
            waiting = (tile, *told)
        if waiting is not None:
            yield _arrived(*waiting)


def _ahead(
    reader: ThreadPoolExecutor, ready: Callable[[Tile], tuple[Tile, Tensor]], tiles: Iterable[Tile]
) -> Iterator[tuple[Tile, Tensor]]:
    """Yield the tiles that the reader has made ready, while it reads the one after."""
    coming = None
    for tile in tiles:
        following = reader.submit(ready, tile)
        if coming is not None:
            yield coming.result()
        coming = following
    if coming is not None:
        yield coming.result()


def _to_host(told: Tensor, pinned: bool) -> tuple[Tensor, torch.cuda.Event | None]:
    """Send a result on its way to the memory of the machine; the event is over when it is there."""
    if not pinned:
        return told, None
    host = torch.empty(told.shape, dtype=told.dtype, pin_memory=True)
    host.copy_(told, non_blocking=True)
    return host, torch.cuda.current_stream(told.device).record_event()


def _arrived(tile: Tile, told: Tensor, event: torch.cuda.Event | None) -> tuple[Tile, Voxels]:
    if event is not None:
        event.synchronize()
    return tile, told.numpy()

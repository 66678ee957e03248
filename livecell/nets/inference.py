"""A U-Net for inference: the same function as the one that was trained, in less time and memory.

What costs memory in a U-Net are the features of its finest levels, and their concatenation with what comes from below.
Here every level is computed in slabs of a few rows (along the first spatial axis): a slab runs through all convolutions
of its level while it lies in the cache, and each convolution keeps the last two rows it saw for the next slab. So
nothing is computed twice, and of a whole level only the features on the way down are ever kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from math import prod

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from livecell.nets.unet import Convolution, Level, Pair, UNet, UNetShape

_has_onednn: Callable[[], bool] = torch.backends.mkldnn.is_available

SLAB_BYTES = {"cpu": 2**25, "cuda": 2**31}
"""Features of one slab: on CPUs what the cache holds, on GPUs what fills the device."""

Slab = tuple[Tensor, ...]
"""Some rows of an image, (n, c, rows, [y,] x) each; several tensors share the channels of the image among them."""


class InferenceUNet(nn.Module):
    """A folded U-Net in evaluation mode; images (n, inputs, [z,] y, x) of any type to predictions in float32.

    Called with `channels`, it leaves those of its outputs, in that order.

    Parameters
    ----------
    folded : without batch normalisation (see `livecell.models.fold`), of the precision it is to compute in.
    slab_bytes : features of a level that are computed at once; by default what suits the device.
    """

    def __init__(self, folded: UNet, slab_bytes: int | None = None) -> None:
        super().__init__()
        self.shape = folded.shape
        self.levels = folded.levels
        self.head = folded.head
        self.slab_bytes = slab_bytes

    def forward(self, image: Tensor, channels: Sequence[int] | None = None) -> Tensor:
        weight = self.head.weight
        image = image.to(weight.device, weight.dtype).contiguous(memory_format=_layout(image.dim()))
        slab_bytes = self.slab_bytes or SLAB_BYTES[weight.device.type]
        features = ((slab,) for slab in _above(self.levels, image, slab_bytes))  # (n, width, rows, y, x)
        rows = image.shape[2]
        predicted = _assembled((slab.float() for slab in _convolved(self.head, features, rows)), rows)
        return predicted if channels is None else predicted[:, list(channels)]


class InferenceSet(nn.Module):
    """Several networks for inference that see the same image; their outputs one after the other.

    Called with `channels`, it leaves those outputs, in that order, and runs only the networks that have them.
    """

    def __init__(self, members: Sequence[InferenceUNet]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.places = [(m, own) for m, member in enumerate(members) for own in range(member.shape.outputs)]

    def forward(self, image: Tensor, channels: Sequence[int] | None = None) -> Tensor:
        wanted = range(len(self.places)) if channels is None else channels
        said: dict[int, Tensor] = {}
        for member in sorted({self.places[channel][0] for channel in wanted}):
            own = [channel for channel in wanted if self.places[channel][0] == member]
            predicted = self.members[member](image, [self.places[channel][1] for channel in own])
            said |= zip(own, predicted.unbind(dim=1), strict=True)
        return torch.stack([said[channel] for channel in wanted], dim=1)  # (n, wanted, z, y, x)


def peak_bytes(shape: UNetShape, size: Sequence[int], itemsize: int, slab_bytes: int, images: int = 1) -> int:
    """Return the most memory that features take while images of that size ([z,] y, x) are predicted, in bytes.

    Image and prediction are included, weights and what the convolutions need for themselves are not.
    """
    voxels = images * prod(size)
    features = _peak(shape, tuple(size), images * itemsize, slab_bytes, 0)
    return int(features + 4 * shape.outputs * voxels + shape.inputs * voxels * itemsize)


def _peak(shape: UNetShape, size: tuple[int, ...], itemsize: int, slab_bytes: int, depth: int) -> float:
    """What a level and those below it hold at their peak."""
    channels: int = shape.width * 2**depth
    row = prod(size[1:]) * channels * itemsize
    whole = row * size[0]
    rows = _rows(row, slab_bytes)
    in_one = rows >= size[0]
    slab = whole if in_one else row * (rows + 4)
    # The image, what the first convolution leaves, what the second takes and leaves, and what has come of slabs before.
    encoding = (0.5 * whole if depth else 0) + (2 * slab if in_one else 3 * slab + whole)
    if depth == shape.depth:
        # Where there is no other level, the head takes the slabs as they come.
        return encoding if depth or in_one else 6 * slab
    smaller = tuple(-(-length // 2) for length in size)
    below = whole / (2 if shape.ndim == 2 else 4)
    # What has risen from below, joined to the skip, and what each convolution takes and leaves.
    decoding = 5 * slab if in_one else 9 * slab + (whole if depth else 0)
    deeper = _peak(shape, smaller, itemsize, slab_bytes, depth + 1)
    return max(encoding, whole + deeper, whole + below + decoding)


def _rows(row_bytes: int, slab_bytes: int) -> int:
    """Rows of a slab: an even number, since the level below has half as many."""
    return max(2, slab_bytes // row_bytes // 2 * 2)


def _above(level: Level, image: Tensor, slab_bytes: int) -> Iterator[Tensor]:
    """Yield the features that a level hands up, slab by slab, each (n, c, rows, y, x)."""
    height, channels = image.shape[2], level.encode.convolutions[0].out_channels
    rows = _rows(len(image) * channels * prod(image.shape[3:]) * image.element_size(), slab_bytes)
    encoded = _both(level.encode, ((slab,) for slab in torch.split(image, rows, dim=2)), height)
    del image
    if level.is_bottom:
        yield from encoded
        return
    skip = _assembled(encoded, height)
    below = _assembled(_above(level.below, level.down(skip), slab_bytes), height // 2)
    yield from _both(level.decode, _joined(level, skip, below, rows), height)


def _joined(level: Level, skip: Tensor, below: Tensor, rows: int) -> Iterator[Slab]:
    """Yield the features of the way down and those risen from below, the former first, slab by slab."""
    for slab, deeper in zip(torch.split(skip, rows, dim=2), torch.split(below, rows // 2, dim=2), strict=True):
        yield slab, level.up(deeper)


def _both(pair: Pair, slabs: Iterator[Slab], height: int) -> Iterator[Tensor]:
    """Yield what a pair of convolutions, each with its ReLU, makes of an image that comes in slabs."""
    first, second = pair.convolutions
    between = ((torch.relu_(slab),) for slab in _convolved(first, slabs, height))
    yield from (torch.relu_(slab) for slab in _convolved(second, between, height))


def _convolved(conv: Convolution, slabs: Iterator[Slab], height: int) -> Iterator[Tensor]:
    """Yield the convolution (kernel 3, zeros around the image) of an image that comes in slabs.

    The slabs that leave are one row behind those that enter: a row waits for the one after it.
    """
    before: Tensor | None = None
    for slab in slabs:
        if slab[0].shape[2] == height:
            yield _convolve(conv, torch.cat(slab, dim=1) if len(slab) > 1 else slab[0], 1)
            return
        window = _window(before, slab)
        before = window[:, :, -2:].clone()
        if window.shape[2] > 2:
            yield _convolve(conv, window, 0)
    if before is not None:
        yield _convolve(conv, torch.cat((before, torch.zeros_like(before[:, :, :1])), dim=2), 0)


def _window(before: Tensor | None, slab: Slab) -> Tensor:
    """A slab below the two rows before it, or below a row of zeros; its channels in one tensor."""
    ahead = 1 if before is None else 2
    channels = sum(tensor.shape[1] for tensor in slab)
    window = _empty_like(slab[0], channels, slab[0].shape[2] + ahead)
    window[:, :, :ahead] = 0 if before is None else before
    start = 0
    for tensor in slab:
        window[:, start : start + tensor.shape[1], ahead:] = tensor
        start += tensor.shape[1]
    return window


def _convolve(conv: Convolution, image: Tensor, rows_of_zeros: int) -> Tensor:
    """The convolution, with so many rows of zeros above and below the image, and one beside it along the other axes."""
    padding = [rows_of_zeros, *[1] * (image.dim() - 3)]
    if _is_for_onednn(image):
        ones = [1] * len(padding)
        return torch.mkldnn_convolution(image, conv.weight, conv.bias, padding, ones, ones, 1)
    convolve = F.conv2d if image.dim() == 4 else F.conv3d
    return convolve(image, conv.weight, conv.bias, padding=padding)


def _is_for_onednn(image: Tensor) -> bool:
    """Thin images of float32 torch would unfold, to 27 times their size, and take ten times as long: oneDNN does not.

    Unfolding a single channel costs little.
    """
    return image.device.type == "cpu" and image.dtype == torch.float32 and image.shape[1] > 1 and _has_onednn()


def _assembled(slabs: Iterator[Tensor], height: int) -> Tensor:
    """The whole image, of so many rows, that comes in slabs."""
    first = next(slabs)
    if first.shape[2] == height:
        return first
    whole = _empty_like(first, first.shape[1], height)
    start = 0
    for slab in chain((first,), slabs):
        whole[:, :, start : start + slab.shape[2]] = slab
        start += slab.shape[2]
    return whole


def _empty_like(tensor: Tensor, channels: int, rows: int) -> Tensor:
    """Room for that many channels and rows, otherwise as the tensor is."""
    size = (len(tensor), channels, rows, *tensor.shape[3:])
    return torch.empty(size, dtype=tensor.dtype, device=tensor.device, memory_format=_layout(tensor.dim()))


def _layout(dim: int) -> torch.memory_format:
    """Channels innermost, as convolutions like it."""
    return torch.channels_last if dim == 4 else torch.channels_last_3d

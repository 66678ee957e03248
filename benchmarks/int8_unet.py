"""A U-Net in eight bits, as an experiment: is it faster than in bfloat16, and as good?

All features between the first convolution and the head are kept as whole numbers from 0 to 255, times a step of their
own per channel: every such layer ends in a ReLU, which rounding to unsigned numbers does for free. Since a ReLU lets
positive factors through, the steps are part of the weights; nothing is rescaled while it runs, and features from two
sources are joined as they are. The image enters, and the prediction leaves, in floating point.

`torch.ops.onednn` is private to torch, and used here only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from livecell.nets import UNet
from livecell.nets.unet import Level, Step

LEVELS = 255
WEIGHT_LEVELS = 127
ONE = [1, 1, 1]
SMALLEST = 1e-12
"""Below any feature or weight; keeps divisions finite where all are zero."""
CHANNELS_LAST = torch.channels_last_3d
FRACTIONS = torch.linspace(0.3, 1, 29)
"""Of the largest value, the candidates for where features are cut off."""
SEEN_PER_IMAGE = 2**14
"""Voxels of an image that tell the errors of rounding; the largest value is that of all voxels."""
HIGH = 0.999
"""Of the values of a layer, the share below the percentile that is tried as the end of its scale."""


@dataclass(frozen=True)
class Seen:
    """Features that a layer left: the largest of each channel (channels,), and a sample (channels, voxels)."""

    largest: Tensor
    sample: Tensor


Steps = dict[nn.Module, Tensor]
"""For each step of the network, what one of its 255 levels is worth, per channel."""
Choice = Callable[[Seen], Tensor]
"""The value of each channel that is its level 255."""


def largest_of_layer(seen: Seen) -> Tensor:
    """One scale for all channels: it suits the weights of the next layer, and is coarse for faint channels."""
    return seen.largest.max().expand_as(seen.largest)


def largest_of_channel(seen: Seen) -> Tensor:
    """One for each channel: it suits the channels, and leaves weights of very different size to the next layer."""
    return seen.largest


def balanced(seen: Seen) -> Tensor:
    """The geometric mean of both, so that features and weights share the difficulty (Xiao et al. 2023, SmoothQuant)."""
    return (largest_of_layer(seen) * largest_of_channel(seen)).sqrt()


def percentile_of_layer(seen: Seen) -> Tensor:
    """One scale for all channels, which the brightest voxels are above."""
    return seen.sample.flatten().sort().values[int(HIGH * seen.sample.numel())].expand_as(seen.largest)


def least_error_of_channel(seen: Seen) -> Tensor:
    """The end at which rounding and cutting off together cost least, in mean square."""
    ends = seen.largest[:, None] * FRACTIONS  # (channels, candidates)
    errors = torch.stack([_squared_error(seen.sample, end) for end in ends.T], dim=1)
    return ends.gather(1, errors.argmin(dim=1, keepdim=True))[:, 0]


def _squared_error(sample: Tensor, end: Tensor) -> Tensor:
    step = (end[:, None] / LEVELS).clamp_min(SMALLEST)
    return ((sample / step).round().clamp(0, LEVELS) * step - sample).square().mean(dim=1)


@torch.inference_mode()
def see(folded: UNet, images: Sequence[Tensor]) -> dict[nn.Module, Seen]:
    """What all layers of a network in float32 make of these images, each (1, inputs, z, y, x)."""
    parts: dict[nn.Module, list[Seen]] = {step: [] for step in folded.modules() if isinstance(step, Step)}

    def keep(step: nn.Module, _: object, features: Tensor) -> None:
        channels = features[0].flatten(1)  # (c, voxels)
        some = torch.randint(channels.shape[1], (SEEN_PER_IMAGE,))
        parts[step].append(Seen(channels.amax(dim=1), channels[:, some]))

    hooks = [step.register_forward_hook(keep) for step in parts]
    for image in images:
        folded(image)
    for hook in hooks:
        hook.remove()
    return {step: _pooled(seen) for step, seen in parts.items()}


def _pooled(seen: Sequence[Seen]) -> Seen:
    largest = torch.stack([one.largest for one in seen]).amax(dim=0)
    return Seen(largest, torch.cat([one.sample for one in seen], dim=1))


def choose_steps(layers: dict[nn.Module, Seen], choice: Choice) -> Steps:
    """The steps of all layers; a channel that is nowhere above zero gets a coarse one."""
    ends = {step: choice(seen) for step, seen in layers.items()}
    return {step: torch.where(end > 0, end, end.max()) / LEVELS for step, end in ends.items()}


class Int8UNet(nn.Module):
    """Images (n, inputs, z, y, x) of one size to predictions (n, outputs, z, y, x), float32.

    Parameters
    ----------
    folded : 3D, without batch normalisation.
    steps : see `choose_steps`.
    """

    def __init__(self, folded: UNet, steps: Steps) -> None:
        super().__init__()
        first, second = folded.levels.encode
        self.entry = _Entry(first, steps[first])
        self.second = _layer(second, steps[first], steps[second])
        self.top = _Int8Level(folded.levels, steps)
        bias = folded.head.bias
        self.head = Int8Convolution(folded.head.weight * _along_inputs(self.top.out_steps), bias, 1, torch.float32)

    def forward(self, image: Tensor) -> Tensor:
        return self.head(self.top.around(self.second(self.entry(image))))


class _Int8Level(nn.Module):
    """What follows the encoding of a level."""

    def __init__(self, level: Level, steps: Steps) -> None:
        super().__init__()
        self.is_bottom = level.is_bottom
        skip_steps = steps[level.encode[1]]
        self.out_steps = skip_steps
        if level.is_bottom:
            return
        below = level.below
        self.down = _layer(level.down, skip_steps, steps[level.down], stride=2)
        first, second = below.encode
        self.encode = nn.Sequential(
            _layer(first, steps[level.down], steps[first]), _layer(second, steps[first], steps[second])
        )
        self.below = _Int8Level(below, steps)
        self.up = _Rise(level.up, self.below.out_steps, steps[level.up])
        third, fourth = level.decode
        joined = torch.cat((skip_steps, steps[level.up]))
        self.decode = nn.Sequential(_layer(third, joined, steps[third]), _layer(fourth, steps[third], steps[fourth]))
        self.out_steps = steps[fourth]

    def around(self, skip: Tensor) -> Tensor:
        """From the features of the way down (n, c, z, y, x) to those handed up."""
        if self.is_bottom:
            return skip
        risen = self.up(self.below.around(self.encode(self.down(skip))))
        joined: Tensor = self.decode(torch.cat((skip, risen), dim=1))
        return joined


class _Entry(nn.Module):
    """The first convolution, of an image in floating point."""

    def __init__(self, step: Step, out_steps: Tensor) -> None:
        super().__init__()
        scale = out_steps.reshape(-1, 1, 1, 1, 1)
        self.weight = (step.conv.weight / scale).bfloat16().contiguous(memory_format=CHANNELS_LAST)
        # Half a level more, since what follows rounds down.
        self.bias = (step.conv.bias / out_steps + 0.5).bfloat16()

    def forward(self, image: Tensor) -> Tensor:
        image = image.bfloat16().contiguous(memory_format=CHANNELS_LAST)
        return nn.functional.conv3d(image, self.weight, self.bias, padding=1).clamp_(0, LEVELS).byte()


class _Rise(nn.Module):
    """A transposed convolution whose kernel is its stride, 2: eight products per voxel, laid out as its eight parts."""

    def __init__(self, step: Step, in_steps: Tensor, out_steps: Tensor) -> None:
        super().__init__()
        weight = step.conv.weight.permute(2, 3, 4, 1, 0).flatten(0, 3)[..., None, None, None]  # (8 c, inputs, 1, 1, 1)
        eight = out_steps.repeat(8)
        weight = weight * _along_inputs(in_steps) / _along_outputs(eight)
        self.conv = Int8Convolution(weight, step.conv.bias.repeat(8) / eight)

    def forward(self, features: Tensor) -> Tensor:
        n, _, z, y, x = features.shape
        parts = self.conv(features).permute(0, 2, 3, 4, 1).reshape(n, z, y, x, 2, 2, 2, -1)
        risen = parts.permute(0, 1, 4, 2, 5, 3, 6, 7).reshape(n, 2 * z, 2 * y, 2 * x, -1)
        return risen.permute(0, 4, 1, 2, 3)


class Int8Convolution(nn.Module):
    """A convolution of features in levels; to levels, with a ReLU, or to floating point without.

    Parameters
    ----------
    weight, bias : in units of the levels that enter and leave.
    stride : a kernel of 3 has zeros around the image, others have none.
    """

    def __init__(self, weight: Tensor, bias: Tensor, stride: int = 1, dtype: torch.dtype = torch.uint8) -> None:
        super().__init__()
        ends = weight.abs().flatten(1).amax(dim=1).clamp_min(SMALLEST)
        self.scales = ends / WEIGHT_LEVELS
        self.weight = (weight / _along_outputs(self.scales)).round().to(torch.int8)
        self.zeros = torch.zeros(len(weight), dtype=torch.int64)
        self.bias = bias.clone()
        self.stride, self.padding = [stride] * 3, [int(weight.shape[-1] == 3)] * 3
        self.dtype = dtype
        self.packed: Tensor | None = None

    def forward(self, features: Tensor) -> Tensor:
        onednn = torch.ops.onednn
        if self.packed is None:
            self.packed = onednn.qconv_prepack(
                self.weight, self.scales, 1.0, 0, self.stride, self.padding, ONE, 1, list(features.shape)
            )
        weight = (self.packed, self.scales, self.zeros, self.bias)
        geometry = (self.stride, self.padding, ONE, 1)
        convolved: Tensor = onednn.qconv_pointwise(
            features, 1.0, 0, *weight, *geometry, 1.0, 0, self.dtype, "none", [], ""
        )
        return convolved


def _layer(step: Step, in_steps: Tensor, out_steps: Tensor, stride: int = 1) -> Int8Convolution:
    weight = step.conv.weight * _along_inputs(in_steps) / _along_outputs(out_steps)
    return Int8Convolution(weight, step.conv.bias / out_steps, stride)


def _along_inputs(steps: Tensor) -> Tensor:
    return steps.reshape(1, -1, 1, 1, 1)


def _along_outputs(steps: Tensor) -> Tensor:
    return steps.reshape(-1, 1, 1, 1, 1)

"""The network of Ounkomol et al., Nature Methods 2018: a U-Net in 2D or 3D, on one page with its shape."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class UNetShape:
    """What has to be known to build the network; the defaults are those of the paper.

    Parameters
    ----------
    ndim : spatial axes, 2 or 3.
    depth : how many times the image is halved.
    width : channels of the first level; every level below has twice as many.
    inputs, outputs : channels of the image and of the prediction.
    """

    ndim: int = 3
    depth: int = 4
    width: int = 32
    inputs: int = 1
    outputs: int = 1

    def __post_init__(self) -> None:
        if self.ndim not in (2, 3):
            raise ValueError(f"ndim must be 2 or 3, not {self.ndim}")
        for name in ("width", "inputs", "outputs"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.depth < 0:
            raise ValueError(f"depth must not be negative, but is {self.depth}")

    @property
    def stride(self) -> int:
        """Every spatial axis of the input must be a multiple of this."""
        return int(2**self.depth)

    @property
    def halo(self) -> int:
        """Voxels on each side of an output voxel that can influence it, an upper bound.

        Two convolutions before and two after the halving reach 4 * 2^L voxels at level L, the two of the bottom
        2 * 2^depth; halving and doubling together reach at most one voxel of the next level; the head reaches one.
        """
        levels = sum(4 * 2**level + 2 ** (level + 1) for level in range(self.depth))
        return int(levels + 2 * self.stride + 1)


Convolution = nn.Conv2d | nn.Conv3d | nn.ConvTranspose2d | nn.ConvTranspose3d


class UNet(nn.Module):
    """Images (n, inputs, [z,] y, x) to predictions (n, outputs, [z,] y, x); no normalisation inside."""

    def __init__(self, shape: UNetShape) -> None:
        super().__init__()
        self.shape = shape
        self.levels = Level(shape, level=0)
        self.head = _conv(shape.ndim)(shape.width, shape.outputs, kernel_size=3, padding=1)

    def forward(self, image: Tensor) -> Tensor:
        features: Tensor = self.levels(image)  # (n, width, z, y, x)
        prediction: Tensor = self.head(features)  # (n, outputs, z, y, x)
        return prediction


class Level(nn.Module):
    """One level of the U, with all the levels below it inside."""

    def __init__(self, shape: UNetShape, level: int) -> None:
        super().__init__()
        channels = shape.width * 2**level
        inputs = shape.inputs if level == 0 else channels // 2
        self.is_bottom = level == shape.depth
        self.encode = Pair(shape.ndim, inputs, channels)
        if not self.is_bottom:
            self.down = Step(_conv(shape.ndim)(channels, channels, kernel_size=2, stride=2), shape.ndim)
            self.below = Level(shape, level + 1)
            self.up = Step(_deconv(shape.ndim)(2 * channels, channels, kernel_size=2, stride=2), shape.ndim)
            self.decode = Pair(shape.ndim, 2 * channels, channels)

    def forward(self, image: Tensor) -> Tensor:
        skip: Tensor = self.encode(image)  # (n, c, z, y, x)
        if self.is_bottom:
            return skip
        below = self.below(self.down(skip))  # (n, 2 c, z/2, y/2, x/2)
        joined = torch.cat((skip, self.up(below)), dim=1)  # (n, 2 c, z, y, x), the skip first
        decoded: Tensor = self.decode(joined)  # (n, c, z, y, x)
        return decoded


class Pair(nn.Sequential):
    """Two steps of convolution of kernel 3, batch norm and ReLU."""

    def __init__(self, ndim: int, inputs: int, outputs: int) -> None:
        conv = _conv(ndim)
        super().__init__(
            Step(conv(inputs, outputs, kernel_size=3, padding=1), ndim),
            Step(conv(outputs, outputs, kernel_size=3, padding=1), ndim),
        )

    @property
    def convolutions(self) -> tuple[Convolution, Convolution]:
        """Both convolutions, in their order."""
        first, second = (step.conv for step in self if isinstance(step, Step))
        return first, second


class Step(nn.Module):
    """A convolution (up, down or level), batch norm and ReLU."""

    conv: Convolution

    def __init__(self, conv: Convolution, ndim: int) -> None:
        super().__init__()
        self.conv = conv
        self.norm = (nn.BatchNorm2d if ndim == 2 else nn.BatchNorm3d)(conv.out_channels)

    def forward(self, image: Tensor) -> Tensor:
        if _is_mistaken_in_bfloat16(image):
            with torch.autocast("cpu", enabled=False):
                return torch.relu_(self.norm(self.conv(image.float())))
        return torch.relu_(self.norm(self.conv(image)))


def _is_mistaken_in_bfloat16(image: Tensor) -> bool:
    """Whether oneDNN, in mixed precision on CPUs, gives values that are noise or infinite.

    Seen with torch 2.13 for 3D convolutions of kernel 3: on images of two planes, whatever their channels and other
    sizes, the gradients of the weights; on one plane of one channel, now and then, the result. With three planes or
    more all is right. Levels of so few planes cost little.
    """
    return image.dim() == 5 and image.shape[2] <= 2 and image.device.type == "cpu" and torch.is_autocast_enabled("cpu")


def _conv(ndim: int) -> type[nn.Conv2d] | type[nn.Conv3d]:
    return nn.Conv2d if ndim == 2 else nn.Conv3d


def _deconv(ndim: int) -> type[nn.ConvTranspose2d] | type[nn.ConvTranspose3d]:
    return nn.ConvTranspose2d if ndim == 2 else nn.ConvTranspose3d

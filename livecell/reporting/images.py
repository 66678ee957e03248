"""Pictures as they stand in the page: pixels as PNG data URIs, with a scale bar and layers above them."""

from __future__ import annotations

import base64
import io
import math
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray
from PIL import Image

from livecell.reporting.inks import rgb
from livecell.reporting.rounding import number

LEVELS = 96
"""Steps of brightness of a picture; more cannot be told apart and only make the page larger."""
_BAR_SHARE = 0.25
_NICE = (1.0, 2.0, 5.0)


@dataclass(frozen=True)
class ScaleBar:
    """A length, and the percentage of the picture's width it spans."""

    label: str
    percent: float


@dataclass(frozen=True)
class Picture:
    """An image of the page: data URIs, and what is drawn above; `aspect` is width over height in micrometres."""

    image: str
    caption: str
    aspect: float
    bar: ScaleBar | None
    outlines: str | None = None
    drawing: Markup | None = None


def scale_bar(width_um: float) -> ScaleBar | None:
    """Return the longest bar of 1, 2 or 5 times a power of ten that spans at most a quarter of the width."""
    if not math.isfinite(width_um) or width_um <= 0:
        return None
    longest = width_um * _BAR_SHARE
    decade = 10.0 ** math.floor(math.log10(longest))
    length = max(step * decade for step in _NICE if step * decade <= longest * (1 + 1e-9))
    return ScaleBar(f"{number(length, 1)} µm", 100 * length / width_um)


def tinted(brightness: NDArray[np.float64], color: str) -> str:
    """Return (y, x) values between 0 and 1 as a picture from black to a colour, as data URI."""
    indices = np.rint(np.clip(np.nan_to_num(brightness), 0, 1) * (LEVELS - 1)).astype(np.uint8)
    image = Image.fromarray(indices).convert("L")
    image = Image.frombytes("P", image.size, image.tobytes())
    ramp = np.linspace(0, 1, LEVELS)[:, None] * rgb(color)[None, :] * 255
    image.putpalette(np.rint(ramp).astype(np.uint8).tobytes())
    return _data_uri(image)


def blended(layers: list[tuple[NDArray[np.float64], str]]) -> str:
    """Return layers of (y, x) values between 0 and 1, each in its colour, screened over one another."""
    dark = np.ones((*layers[0][0].shape, 3))
    for brightness, color in layers:
        dark *= 1 - np.clip(np.nan_to_num(brightness), 0, 1)[..., None] * rgb(color)
    # 32 steps per colour: a third of the size, and no difference to the eye in pictures this small.
    quantised = np.rint((1 - dark) * 31) * (255 / 31)
    return _data_uri(Image.fromarray(quantised.astype(np.uint8)))


def stencil(mask: NDArray[np.bool_]) -> str:
    """Return a (y, x) mask as white pixels on a transparent ground, as data URI."""
    image = Image.frombytes("P", mask.shape[::-1], mask.astype(np.uint8).tobytes())
    image.putpalette([0, 0, 0, 255, 255, 255])
    return _data_uri(image, transparency=0, bits=1)


def _data_uri(image: Image.Image, **options: int) -> str:
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", optimize=True, **options)
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"

"""How the input is read, where it does not say it itself."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from livecell.config.base import Positive, Settings, VoxelSize

_AXES = "^[tczyx]{2,5}$"


def _lower_case(given: Any) -> Any:
    """Return axes in lower-case letters; microscopes write ZYX."""
    if not isinstance(given, str):
        return given
    axes = given.lower()
    if not re.match(_AXES, axes):
        raise ValueError("two to five of the letters t, c, z, y and x, slowest first, such as zyx or tzyx")
    return axes


Axes = Annotated[str, BeforeValidator(_lower_case), Field(pattern=_AXES)]


class AcquisitionSettings(Settings):
    """What the input is; given values replace those read from the file."""

    axes: Axes | None = Field(None, description="order of the axes in the file, such as tzyx")
    voxel_size_um: VoxelSize | None = Field(None, description="z, y, x in micrometres")
    interval_s: Positive | None = Field(None, description="seconds between timepoints")
    channel: str | int | None = Field(None, description="name or index of the transmitted-light channel")
    positions: tuple[str, ...] | None = Field(None, description="positions to process, such as A/1/0; default: all")
    pattern: str | None = Field(
        None, description="file name pattern of a folder of TIFFs, such as img_t{t}_z{z}_{c}.tif"
    )

"""How the input is read, where it does not say it itself."""

from __future__ import annotations

from pydantic import Field

from livecell.config.base import Positive, Settings, VoxelSize


class AcquisitionSettings(Settings):
    """What the input is; given values replace those read from the file."""

    axes: str | None = Field(None, pattern="^[tczyx]{2,5}$", description="order of the axes in the file, such as tzyx")
    voxel_size_um: VoxelSize | None = Field(None, description="z, y, x in micrometres")
    interval_s: Positive | None = Field(None, description="seconds between timepoints")
    channel: str | int | None = Field(None, description="name or index of the transmitted-light channel")
    positions: tuple[str, ...] | None = Field(None, description="positions to process, such as A/1/0; default: all")
    pattern: str | None = Field(
        None, description="file name pattern of a folder of TIFFs, such as img_t{t}_z{z}_{c}.tif"
    )

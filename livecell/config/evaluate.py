"""How a prediction is compared with the truth."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from livecell.config.acquisition import Axes
from livecell.config.base import Count, NonNegative, Positive, Settings, VoxelSize, WholeNumber

IoU = Annotated[float, Field(gt=0, le=1)]


class Region(Settings):
    """A box in voxels, first to last but one along each axis; an axis that is not given is taken as a whole."""

    z: tuple[int, int] | None = None
    y: tuple[int, int] | None = None
    x: tuple[int, int] | None = None


class EvaluateSettings(Settings):
    """What is compared, and what is known of the truth."""

    structures: tuple[str, ...] | None = Field(None, description="structures to compare; default: all that both have")
    frames: Count = Field(5, description="timepoints, spread over the movie, at which images and objects are compared")
    region: Region = Field(Region(), description="box outside of which nothing is compared")
    mask: str | None = Field(None, description="image; voxels where it is 0 are not compared")
    labels: bool = Field(
        False, description="images given for a side hold labels: objects are compared, not intensities"
    )
    axes: Axes | None = Field(None, description="order of the axes of images that do not say it, such as tzyx")
    voxel_size_um: VoxelSize | None = Field(
        None, description="z, y, x in micrometres, of images that do not say how large their voxels are"
    )
    max_distance_um: Positive | None = Field(
        None,
        description="match objects of tracks by distance, at most this; default: by the voxels they share, and puncta "
        "by distance, at most the mean radius of the true ones",
    )
    event_tolerance_frames: WholeNumber = Field(
        2, description="how many frames a division, fission or fusion may be from the true one"
    )
    min_iou: IoU = Field(0.5, description="intersection over union from which on two objects are one")
    noise_sd: NonNegative | None = Field(
        None, description="standard deviation of the noise of the truth, in its units; default: from the noisy twin"
    )
    fit_scale: bool | None = Field(
        None, description="fit predictions to the truth by a straight line; default: those in units of a network"
    )
    prediction_threshold: float | None = Field(None, description="foreground of predictions; default: after Otsu")
    truth_threshold: float | None = Field(None, description="foreground of the truth; default: after Otsu")

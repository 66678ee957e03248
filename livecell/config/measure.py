"""What is measured of each object."""

from __future__ import annotations

from pydantic import Field

from livecell.config.base import NonNegative, Settings


class MeasureSettings(Settings):
    """Measurements beyond centroid, size and intensity."""

    surface: bool = Field(True, description="measure surface and sphericity (2D: perimeter and circularity)")
    skeletons: bool = Field(True, description="find ends and junctions of networks and filaments")
    contacts: bool = Field(True, description="measure the volume that objects of two structures share")
    min_branch_um: NonNegative = Field(0.5, description="a side branch of a skeleton shorter than this is no branch")

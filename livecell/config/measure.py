"""What is measured of each object."""

from __future__ import annotations

from livecell.config.base import Settings


class MeasureSettings(Settings):
    """Measurements beyond centroid, size and intensity."""

    surface: bool = True
    skeletons: bool = True
    contacts: bool = True

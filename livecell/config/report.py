"""What the report shows."""

from __future__ import annotations

from pydantic import Field

from livecell.config.base import Count, Settings


class ReportSettings(Settings):
    """The page that sums up a run."""

    title: str | None = Field(None, description="heading of the page; default: name of the input")
    example_frames: Count = Field(3, description="timepoints shown as example planes")
    max_tracks: Count = Field(500, description="tracks drawn over a projection, longest first")
    max_positions: Count = Field(3, description="positions shown with pictures; the tables name all of them")

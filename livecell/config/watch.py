"""How an acquisition is watched while it is being written."""

from __future__ import annotations

from pydantic import Field

from livecell.config.base import NonNegative, Positive, Settings


class WatchSettings(Settings):
    """How `livecell watch` looks at the folder, and when it ends."""

    poll_s: Positive = Field(2.0, description="seconds between looks at the folder")
    settle_s: NonNegative = Field(3.0, description="seconds for which a file must not change before it is read")
    quiet_minutes: Positive = Field(
        30.0, description="minutes without anything new after which the acquisition is over; more than its interval"
    )
    report_every_s: NonNegative = Field(60.0, description="seconds between report pages; tables are always up to date")

"""Settings of what becomes of doubtful timepoints."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from livecell.config.base import Settings


class FramesSettings(Settings):
    """Doubtful timepoints are listed in any case. Blank, saturated and torn ones are never used."""

    leave_out: tuple[Literal["duplicated", "unsharp", "flicker"], ...] = Field(
        ("duplicated",), description="doubtful timepoints that are left out of tracking: duplicated, unsharp, flicker"
    )

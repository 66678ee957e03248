"""How predicted volumes become labels."""

from __future__ import annotations

from livecell.config.base import Settings


class SegmentSettings(Settings):
    """One workflow per structure; a structure that is not named uses the default of its form."""

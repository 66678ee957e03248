"""What is simulated."""

from __future__ import annotations

from livecell.config.base import Settings


class SimulateSettings(Settings):
    """A simulated acquisition."""

    seed: int = 0

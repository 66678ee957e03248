"""What a model is trained on, and how."""

from __future__ import annotations

from livecell.config.base import Settings


class TrainSettings(Settings):
    """Training of a model package."""

    seed: int = 0

"""What ImageJ's description says, sound or damaged."""

from __future__ import annotations

from typing import Any

import pytest

from livecell.acquisition.imagej import imagej_stack


@pytest.mark.parametrize(
    ("description", "axes", "sizes"),
    [
        ({"images": 24, "frames": 4, "slices": 3, "channels": 2}, "tzc", (4, 3, 2)),
        ({"images": 3, "slices": 3}, "tzc", (1, 3, 1)),
        ({"images": 5, "frames": 5}, "tzc", (5, 1, 1)),
        ({"images": 7}, "?", (7,)),
        ({}, "tzc", (1, 1, 1)),
        ({"images": "2k", "frames": "4x", "slices": 0}, "tzc", (1, 1, 1)),
    ],
)
def test_axes_and_sizes(description: dict[str, Any], axes: str, sizes: tuple[int, ...]) -> None:
    assert imagej_stack(description) == (axes, sizes)

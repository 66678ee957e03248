"""Patches arrive in the network in their places."""

from __future__ import annotations

import numpy as np

from livecell.nets import UNetShape
from livecell.training import Patch
from livecell.training.batches import to_batch


def _patches(inputs: int, size: tuple[int, int, int]) -> list[Patch]:
    rng = np.random.default_rng(0)
    return [
        Patch(rng.normal(size=(inputs, *size)).astype(np.float32), rng.normal(size=(2, *size)).astype(np.float32))
        for _ in range(3)
    ]


def test_volumes_are_stacked() -> None:
    patches = _patches(1, (2, 4, 6))
    source, target = to_batch(patches, UNetShape(ndim=3, outputs=2))
    assert source.shape == (3, 1, 2, 4, 6)
    np.testing.assert_array_equal(target[2, 1].numpy(), patches[2].target[1])


def test_planes_lose_their_z_axis() -> None:
    patches = _patches(5, (1, 4, 6))
    source, target = to_batch(patches, UNetShape(ndim=2, inputs=5, outputs=2))
    assert source.shape == (3, 5, 4, 6)
    assert target.shape == (3, 2, 4, 6)
    np.testing.assert_array_equal(source[1, 3].numpy(), patches[1].source[3, 0])

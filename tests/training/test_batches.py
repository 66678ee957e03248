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
    batch = to_batch(patches, UNetShape(ndim=3, outputs=2))
    source, target = batch.source, batch.target
    assert source.shape == (3, 1, 2, 4, 6)
    np.testing.assert_array_equal(target[2, 1].numpy(), patches[2].target[1])


def test_planes_lose_their_z_axis() -> None:
    patches = _patches(5, (1, 4, 6))
    batch = to_batch(patches, UNetShape(ndim=2, inputs=5, outputs=2))
    source, target = batch.source, batch.target
    assert source.shape == (3, 5, 4, 6)
    assert target.shape == (3, 2, 4, 6)
    np.testing.assert_array_equal(source[1, 3].numpy(), patches[1].source[3, 0])


def test_stacks_that_predict_one_plane_are_padded_and_averaged_over_their_planes() -> None:
    source = np.arange(5, dtype=np.float32)[None, :, None, None] * np.ones((1, 5, 2, 2), np.float32)
    shape = UNetShape(ndim=3, depth=2, outputs=1)
    batch = to_batch([Patch(source, np.zeros((1, 1, 2, 2), np.float32))], shape)
    assert batch.planes == 5
    assert batch.source.shape == (1, 1, 8, 2, 2)
    # Continued by reflection, as for predictions: 1 0 ... 4 3 2.
    assert batch.source[0, 0, :, 0, 0].tolist() == [1, 0, 1, 2, 3, 4, 3, 2]
    assert batch.answer(batch.source, 1).squeeze().tolist() == [[2, 2], [2, 2]]

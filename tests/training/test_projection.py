"""The mean over planes, of values and of variances."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from livecell.training.projection import pad_planes, project
from livecell.volumes import plan_tiles


@pytest.mark.parametrize("planes", [1, 2, 3, 5, 8, 13])
def test_planes_are_continued_as_for_a_prediction(planes: int) -> None:
    source = np.random.default_rng(0).normal(size=(1, planes, 4, 4)).astype(np.float32)
    [tile] = list(plan_tiles((planes, 4, 4), (-(-planes // 4) * 4, 4, 4), (0, 0, 0), (4, 4, 4), (0, 0, 0)).tiles())
    np.testing.assert_array_equal(pad_planes(source, 4)[0], tile.read(source[0]))


def test_values_and_variances_are_averaged_over_the_planes_that_are_real() -> None:
    rng = np.random.default_rng(0)
    mean, variance = rng.normal(size=(2, 3, 8, 4, 4)), rng.uniform(0.1, 3, (2, 3, 8, 4, 4))
    said = torch.tensor(np.concatenate([mean, np.log(variance)], axis=1))
    projected = project(said, planes=5, structures=3).numpy()
    assert projected.shape == (2, 6, 1, 4, 4)
    # Eight planes of which one was added before, and two after.
    np.testing.assert_allclose(projected[:, :3], mean[:, :, 1:6].mean(axis=2, keepdims=True))
    np.testing.assert_allclose(np.exp(projected[:, 3:]), variance[:, :, 1:6].mean(axis=2, keepdims=True))

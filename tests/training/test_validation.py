"""Validation of networks whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from livecell.nets import UNetShape
from livecell.training import Sample
from livecell.training.validation import validate

SHAPE = UNetShape(ndim=3, outputs=2)
PATCH = (2, 4, 4)


class _Twice(nn.Module):
    """Says that the first structure is the image, and the second its negative."""

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return torch.cat((image, -image), dim=1)


def _sample() -> Sample:
    source = np.random.default_rng(0).normal(size=(1, 4, 8, 8)).astype(np.float32)
    return Sample("sample", source, np.concatenate([source, source]))


def test_loss_and_correlation_of_each_structure() -> None:
    sample = _sample()
    loss, (first, second) = validate(_Twice(), [sample], PATCH, SHAPE)
    assert (first, second) == (pytest.approx(1), pytest.approx(-1))
    assert loss == pytest.approx(np.mean((2 * sample.source) ** 2) / 2, rel=1e-5)


def test_what_is_unknown_does_not_count() -> None:
    sample = _sample()
    sample.target[1] *= -1
    sample.source[:, :, :2] = 100
    sample.target[:, :, :2] = np.nan
    loss, figures = validate(_Twice(), [sample], PATCH, SHAPE)
    assert loss == pytest.approx(0)
    assert figures == (pytest.approx(1), pytest.approx(1))


def test_without_samples_nothing_is_claimed() -> None:
    loss, figures = validate(_Twice(), [], PATCH, SHAPE)
    assert np.isnan([loss, *figures]).all()
    assert len(figures) == 2

"""Validation of networks whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from livecell.nets import UNetShape
from livecell.training import Sample
from livecell.training.loss import SquaredError
from livecell.training.validation import Validation

SHAPE = UNetShape(ndim=3, outputs=2)


class _Twice(nn.Module):
    """Says that the first structure is the image, and the second its negative."""

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return torch.cat((image, -image), dim=1)


def _sample(seed: int = 0) -> Sample:
    source = np.random.default_rng(seed).normal(size=(1, 4, 8, 8)).astype(np.float32)
    return Sample("sample", source, np.concatenate([source, source]))


def _validate(samples: list[Sample]) -> tuple[float, tuple[float, ...]]:
    return Validation(samples, (2, 4, 4), SquaredError()).of(_Twice(), SHAPE, 2)


def test_loss_and_correlation_of_each_structure() -> None:
    sample = _sample()
    loss, (first, second) = _validate([sample])
    assert (first, second) == (pytest.approx(1), pytest.approx(-1))
    assert loss == pytest.approx(np.mean((2 * sample.source) ** 2) / 2, rel=1e-5)


def test_what_is_unknown_does_not_count() -> None:
    sample = _sample()
    sample.target[1] *= -1
    sample.source[:, :, :2] = 100
    sample.target[:, :, :2] = np.nan
    loss, figures = _validate([sample])
    assert loss == pytest.approx(0)
    assert figures == (pytest.approx(1), pytest.approx(1))


def test_without_samples_nothing_is_claimed() -> None:
    loss, figures = _validate([])
    assert np.isnan([loss, *figures]).all()
    assert len(figures) == 2


def test_correlation_is_that_of_all_samples_together() -> None:
    samples = [_sample(seed) for seed in range(3)]
    rng = np.random.default_rng(1)
    for sample in samples:
        sample.target[0] += rng.normal(size=sample.target[0].shape)
        sample.target[0, rng.random(sample.target[0].shape) < 0.3] = np.nan
    _, (first, _) = _validate(samples)
    said = np.concatenate([sample.source[0].ravel() for sample in samples])
    true = np.concatenate([sample.target[0].ravel() for sample in samples])
    known = np.isfinite(true)
    assert first == pytest.approx(np.corrcoef(said[known], true[known])[0, 1])


def test_of_a_constant_nothing_is_claimed() -> None:
    sample = _sample()
    sample.target[0] = 0.25
    assert np.isnan(_validate([sample])[1][0])

"""The learning rate rises, falls, and ends at zero."""

from __future__ import annotations

import numpy as np
import pytest

from livecell.training.schedule import rate_factor

WARM_UP = 0.1


def test_rate_rises_to_its_peak_and_falls_to_zero() -> None:
    progress = np.linspace(0, 1, 201)
    factors = np.array([rate_factor(p, WARM_UP) for p in progress])
    warm = progress <= WARM_UP
    assert (np.diff(factors[warm]) > 0).all()
    assert (np.diff(factors[~warm]) < 0).all()
    assert factors.min() >= 0
    assert rate_factor(0, WARM_UP) > 0
    assert rate_factor(WARM_UP, WARM_UP) == pytest.approx(1)
    assert rate_factor((1 + WARM_UP) / 2, WARM_UP) == pytest.approx(0.5)
    assert rate_factor(1.5, WARM_UP) == pytest.approx(0)


def test_without_warm_up_it_begins_at_its_peak() -> None:
    assert rate_factor(0, 0) == pytest.approx(1)

"""Least squares over pairs, against a plain solver."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.registration.course import Span, course


def pairs_of(place: np.ndarray, lags: tuple[int, ...], noise: float, seed: int) -> list[Span]:
    rng = np.random.default_rng(seed)
    return [
        Span(t, t + lag, place[t + lag] - place[t] + rng.normal(0, noise, 3), np.full(3, 0.1))
        for lag in lags
        for t in range(len(place) - lag)
    ]


@settings(max_examples=20, deadline=None)
@given(frames=st.integers(2, 25), seed=st.integers(0, 99))
def test_it_is_the_least_squares_solution(frames: int, seed: int) -> None:
    place = np.cumsum(np.random.default_rng(seed).normal(size=(frames, 3)), axis=0)
    pairs = pairs_of(place, (1, 3, 9), 0.02, seed)
    rows = np.zeros((len(pairs), frames))
    for row, pair in zip(rows, pairs, strict=True):
        row[[pair.earlier, pair.later]] = -1, 1
    expected, *_ = np.linalg.lstsq(rows[:, 1:], np.array([pair.shift for pair in pairs]), rcond=None)
    found, _ = course(pairs, frames)
    # Noise is far below the errors given, so nothing is down-weighted; the tie to the frame before is 1e-4 of a pair.
    np.testing.assert_allclose(found[1:], expected, atol=0.05)
    assert (found[0] == 0).all()


def test_wrong_pairs_are_outvoted() -> None:
    place = np.cumsum(np.full((30, 3), 0.5), axis=0)
    pairs = pairs_of(place, (1, 3, 9), 0.02, 0)
    wrong = [Span(p.earlier, p.later, p.shift + 40, p.error) if k % 15 == 7 else p for k, p in enumerate(pairs)]
    found, _ = course(wrong, 30)
    assert np.abs(found - (place - place[0])).max() < 0.3


def test_long_lags_keep_errors_from_adding_up() -> None:
    place = np.zeros((80, 3))
    short = pairs_of(place, (1,), 0.1, 4)
    found, error = course(short, 80)
    held, small = course([*short, *pairs_of(place, (9, 27), 0.1, 5)], 80)
    assert np.abs(held).max() < 0.5 * np.abs(found).max()
    assert small[-1, 0] < 0.5 * error[-1, 0]


def test_frames_that_no_pair_reaches_stay_where_they_were() -> None:
    found, _ = course([Span(0, 1, np.ones(3), np.full(3, 0.1))], 4)
    np.testing.assert_allclose(found[1:], 1.0, atol=0.01)
    assert course([], 3)[0].tolist() == [[0.0] * 3] * 3

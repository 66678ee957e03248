from __future__ import annotations

import numpy as np
import pytest

from livecell.segmentation.thresholds import noise_floor, otsu, pool, upper_otsu


def brute_force_otsu(sample: np.ndarray) -> tuple[float, float]:
    """The gap between sorted values at which the variance between the two classes is largest."""
    values = np.sort(sample)
    cuts = np.arange(1, len(values))
    low, high = np.cumsum(values)[:-1] / cuts, (values.sum() - np.cumsum(values)[:-1]) / (len(values) - cuts)
    best = int(np.argmax(cuts * (len(values) - cuts) * (high - low) ** 2))
    return float(values[best]), float(values[best + 1])


def test_otsu_parts_where_brute_force_does() -> None:
    rng = np.random.default_rng(0)
    sample = np.concatenate([rng.normal(0, 1, 700), rng.normal(9, 1, 300)])
    below, above = brute_force_otsu(sample)
    width = np.ptp(sample) / 256
    assert below - width <= otsu(sample) <= above + width


def test_one_value_is_its_own_threshold() -> None:
    assert otsu(np.full(9, 2.5)) == 2.5
    assert upper_otsu(np.full(9, 2.5)) == 2.5


def test_three_classes() -> None:
    rng = np.random.default_rng(2)
    sample = np.concatenate([rng.normal(m, 0.2, 500) for m in (0, 5, 10)])
    assert np.count_nonzero(sample > upper_otsu(sample)) == pytest.approx(500, abs=5)


def test_noise_floor_ignores_a_few_bright_values() -> None:
    noise = np.random.default_rng(3).normal(2.0, 0.5, 20_000)
    bright = np.append(noise, np.full(200, 1e4))
    assert noise_floor(bright, 4.0) == pytest.approx(2.0 + 4 * 0.5, abs=0.1)


def test_pool_takes_every_frame_evenly_and_no_missing_value() -> None:
    frames = [np.full((8, 512, 512), value, np.float32) for value in (1, 2)]
    frames[0][:, :256] = np.nan
    sample = pool(iter(frames))
    assert len(sample) < 1_000_000
    assert np.mean(sample == 1) == pytest.approx(1 / 3, abs=0.01)


def test_pool_favours_no_column() -> None:
    columns = np.broadcast_to(np.arange(512, dtype=np.float32), (8, 512, 512))
    assert len(np.unique(pool([columns]))) == 512

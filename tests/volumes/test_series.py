"""What is doubtful in a series of frames, and what is not."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import tifffile
from scipy.ndimage import gaussian_filter

from livecell.volumes import checksum_of, doubts, level_of, sharpness_of
from tests.scenes.volumes import textured

SHAPE = (6, 64, 64)


def series(frames: int = 12) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    cells = gaussian_filter(rng.normal(size=(frames + 8, *SHAPE)), (3, 1, 1.5, 1.5))[4:-4]
    return [1000 + 200 * each / cells.std() + rng.normal(0, 8, SHAPE) for each in cells]


def judged(volumes: list[np.ndarray], t_s: np.ndarray | None = None) -> list[tuple[str, ...]]:
    level, sharpness = (np.array([of(v) for v in volumes]) for of in (level_of, sharpness_of))
    times = np.arange(len(volumes), dtype=float) if t_s is None else t_s
    return list(doubts(level, sharpness, [checksum_of(v) for v in volumes], times))


def test_good_frames_are_not_doubted() -> None:
    assert judged(series()) == [()] * 12
    assert judged([textured(SHAPE, seed) for seed in range(8)]) == [()] * 8


def test_each_defect_is_told_and_only_there() -> None:
    volumes = series()
    volumes[3] = gaussian_filter(volumes[3], (0, 4, 4))
    volumes[6] = volumes[6] * 1.1
    volumes[9] = volumes[8].copy()
    expected = {3: ("unsharp",), 6: ("flicker",), 9: ("duplicated",)}
    assert judged(volumes) == [expected.get(t, ()) for t in range(12)]


def test_a_lamp_that_wanes_slowly_is_no_flicker() -> None:
    assert judged([volume * 0.985**t for t, volume in enumerate(series(40))]) == [()] * 40


def test_a_lamp_that_always_flickers_is_usual() -> None:
    gains = 1 + 0.02 * np.random.default_rng(1).normal(size=30)
    assert judged([volume * gain for volume, gain in zip(series(30), gains, strict=True)]) == [()] * 30


def test_a_sample_that_stands_still_is_not_duplicated() -> None:
    assert judged([series(1)[0]] * 6) == [()] * 6


def test_frames_after_a_gap_are_late() -> None:
    t_s = np.arange(12) * 60.0
    t_s[7:] += 120
    assert judged(series(), t_s) == [("late",) if t == 7 else () for t in range(12)]


def test_what_is_not_known_is_not_doubted() -> None:
    nothing = np.full(4, np.nan)
    assert doubts(nothing, nothing, [None] * 4, np.arange(4.0)) == [()] * 4
    assert doubts(nothing[:1], nothing[:1], [None], np.zeros(1)) == [()]
    assert np.isnan(sharpness_of(np.zeros(SHAPE)))


@pytest.mark.skipif("LIVECELL_REAL_DATA" not in os.environ, reason="needs LIVECELL_REAL_DATA")
def test_real_frames() -> None:
    golgi = Path(os.environ["LIVECELL_REAL_DATA"]) / "golgi" / "xyt_calibrated_16bit__golgi_bfa_sum_projection.tif"
    volumes = [frame[None].astype(float) for frame in tifffile.imread(golgi)]
    before = judged(volumes)
    volumes[14] = gaussian_filter(volumes[14], (0, 5, 5))
    volumes[20] = volumes[19].copy()
    after = judged(volumes)
    assert [t for t in range(30) if after[t] != before[t]] == [14, 20]
    assert "unsharp" in after[14]
    assert "duplicated" in after[20]
    assert sum(bool(told) for told in before) <= 3

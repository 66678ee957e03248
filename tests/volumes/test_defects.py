"""What counts as blank, saturated or torn, and what does not, in any type of image."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecell.volumes import defect_of, look_at, usual_looks
from livecell.volumes.defects import FrameLooks
from tests.scenes.volumes import textured

SHAPE = (6, 40, 32)


def series(frames: int = 5, **more: float) -> list[np.ndarray]:
    return [textured(SHAPE, seed, **more) for seed in range(frames)]


def usual(volumes: list[np.ndarray]) -> FrameLooks:
    found = usual_looks([look_at(volume) for volume in volumes])
    assert found is not None
    return found


def verdict(volume: np.ndarray, among: list[np.ndarray] | None = None) -> str | None:
    return defect_of(look_at(volume), usual([*(among or series()), volume]))


def torn_at(volume: np.ndarray, share: float, fill: float = 0) -> np.ndarray:
    torn = volume.copy()
    torn.reshape(-1, volume.shape[-1])[int(len(volume) * volume.shape[1] * (1 - share)) :] = fill
    return torn


def test_good_frames_are_good() -> None:
    assert [verdict(volume) for volume in series()] == [None] * 5


@pytest.mark.parametrize("value", [0, 100, 1000])
def test_constant_frames_are_blank(value: int) -> None:
    assert verdict(np.full(SHAPE, value, np.uint16)) == "blank"


def test_a_frame_of_camera_noise_alone_is_blank() -> None:
    assert verdict(textured(SHAPE, 9, mean=100, spread=2)) == "blank"
    assert verdict(textured(SHAPE, 9, mean=500, spread=20)) is None


def test_a_single_volume_is_judged_by_itself() -> None:
    assert defect_of(look_at(series()[0]), None) is None
    assert defect_of(look_at(np.full(SHAPE, np.nan)), None) == "blank"


@pytest.mark.parametrize(("ceiling", "dtype"), [(255, "uint8"), (4095, "uint16"), (65535, "uint16"), (1.0, "float32")])
def test_saturated_frames_of_any_camera(ceiling: float, dtype: str) -> None:
    def exposed(gain: float, seed: int) -> np.ndarray:
        values = np.random.default_rng(seed).normal(0.5, 0.1, SHAPE) * gain * ceiling
        return np.minimum(values, ceiling).astype(dtype)

    normal = [exposed(1, seed) for seed in range(5)]
    assert verdict(normal[0], normal) is None
    assert verdict(exposed(2.0, 9), normal) == "saturated"
    assert verdict(np.full(SHAPE, ceiling, dtype), normal) in ("saturated", "blank")
    assert verdict(exposed(1.4, 9), normal) is None


def test_few_levels_are_not_saturation() -> None:
    coarse = [np.random.default_rng(seed).binomial(8, 0.3, SHAPE).astype("uint8") + 100 for seed in range(5)]
    assert [verdict(volume, coarse) for volume in coarse] == [None] * 5
    assert verdict(coarse[0] / np.float32(7), [volume / np.float32(7) for volume in coarse]) is None


def test_a_series_that_is_always_a_little_saturated_is_used() -> None:
    bright = [np.minimum(volume, np.quantile(volume, 0.92)).astype("uint16") for volume in series()]
    assert [verdict(volume, bright) for volume in bright] == [None] * 5
    harsh = [np.minimum(volume, np.quantile(volume, 0.5)).astype("uint16") for volume in series()]
    assert {verdict(volume, harsh) for volume in harsh} == {"saturated"}


@pytest.mark.parametrize("fill", [0, 7, 1000])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_torn_frames(share: float, fill: int) -> None:
    assert verdict(torn_at(series()[0], share, fill)) == "torn"


def test_parts_that_are_not_numbers_are_torn() -> None:
    volumes = [volume.astype("float32") for volume in series()]
    assert verdict(torn_at(volumes[0], 0.3, np.nan), volumes) == "torn"
    holes = volumes[0].copy()
    holes[:, ::2, 3] = np.inf
    assert verdict(holes, volumes) == "torn"


def test_padded_and_registered_movies_are_not_torn() -> None:
    padded = [np.pad(volume, ((1, 1), (5 + t % 2, 6 - t % 2), (4, 4))) for t, volume in enumerate(series())]
    assert [verdict(volume, padded) for volume in padded] == [None] * 5
    assert verdict(torn_at(padded[0], 0.6), padded) == "torn"


def test_bad_frames_do_not_decide_what_is_usual() -> None:
    good = series(3)
    noise = textured(SHAPE, 8, mean=100, spread=2)
    mixed = [*good, torn_at(good[0], 0.5), noise]
    assert [verdict(volume, mixed) for volume in mixed] == [None, None, None, "torn", "blank"]
    assert usual_looks([look_at(np.zeros(SHAPE)), look_at(np.full(SHAPE, np.nan))]) is None


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 1, 9), (1, 9, 1), (3, 5, 5)])
def test_any_shape_can_be_looked_at(shape: tuple[int, int, int]) -> None:
    looks = look_at(textured(shape))
    assert looks.empty_row_share == 0
    assert np.isfinite([looks.mean, looks.level, looks.spread]).all()


@given(gain=st.integers(1, 8), offset=st.integers(0, 500), kind=st.sampled_from(["good", "blank", "torn"]))
def test_gain_and_pedestal_of_the_camera_do_not_matter(gain: int, offset: int, kind: str) -> None:
    volumes = series(4)
    bad = {"good": volumes[1], "blank": textured(SHAPE, 7, spread=3), "torn": torn_at(volumes[2], 0.3)}[kind]
    scaled = [volume.astype(float) * gain + offset for volume in [*volumes, bad]]
    assert (verdict(scaled[-1], scaled[:-1]) or "good") == kind

"""Normalisation against plain statistics, and that it can be undone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecell.errors import AcquisitionError
from livecell.volumes import Normalisation, normalisation_of, pooled_normalisation, robust_moments
from tests.scenes.volumes import textured


@given(offset=st.floats(-1e4, 1e4), scale=st.floats(1e-2, 1e4))
def test_invert_undoes_apply(offset: float, scale: float) -> None:
    volume = textured((2, 3, 4))
    normalisation = Normalisation(offset, scale)
    np.testing.assert_allclose(normalisation.invert(normalisation.apply(volume)), volume, rtol=1e-5, atol=1e-2)


def test_applied_to_its_own_volume_gives_zero_mean_and_unit_spread() -> None:
    volume = textured((4, 16, 16))
    normalised = normalisation_of([volume], (0, 100)).apply(volume)
    assert normalised.dtype == np.float32
    assert normalised.mean(dtype=float) == pytest.approx(0, abs=1e-5)
    assert normalised.std(dtype=float) == pytest.approx(1, abs=1e-5)


def test_volumes_are_pooled_as_if_they_were_one() -> None:
    volumes = [textured((2, 9, 9), seed=1), textured((3, 5, 5), seed=2, mean=3000, spread=400)]
    everything = np.concatenate([volume.ravel() for volume in volumes]).astype(float)
    pooled = normalisation_of(iter(volumes), (0, 100))
    assert (pooled.offset, pooled.scale) == pytest.approx((everything.mean(), everything.std()))


@given(gain=st.floats(0.1, 10), pedestal=st.floats(-1e3, 1e3))
def test_camera_gain_and_pedestal_do_not_matter(gain: float, pedestal: float) -> None:
    volume = textured((3, 8, 8)).astype(float)
    other = volume * gain + pedestal
    expected = normalisation_of([volume]).apply(volume)
    np.testing.assert_allclose(normalisation_of([other]).apply(other), expected, atol=1e-3)


def test_hot_pixels_do_not_count() -> None:
    volume = textured((4, 32, 32))
    hot = volume.copy()
    hot[0, 0, :3] = 65535
    clean, dusty = normalisation_of([volume]), normalisation_of([hot])
    assert dusty.scale == pytest.approx(clean.scale, rel=0.02)
    assert normalisation_of([hot], (0, 100)).scale > 10 * clean.scale


@given(
    places=st.lists(st.integers(0, 4 * 48 * 48 - 1), min_size=1, max_size=8, unique=True),
    values=st.sampled_from([0, 4095, 65535]),
)
def test_dust_and_hot_pixels_move_it_by_little(places: list[int], values: int) -> None:
    volume = textured((4, 48, 48))
    dusty = volume.copy()
    dusty.flat[places] = values
    clean, found = normalisation_of([volume]), normalisation_of([dusty])
    assert abs(found.offset - clean.offset) < 0.01 * clean.scale
    assert found.scale == pytest.approx(clean.scale, rel=0.01)


def test_pooled_moments_are_the_pooled_volumes() -> None:
    volumes = [textured((2, 9, 9), seed=1), textured((3, 5, 5), seed=2, mean=3000, spread=400)]
    moments = [robust_moments(volume, (0.1, 99.9)) for volume in volumes]
    assert pooled_normalisation(moments) == normalisation_of(volumes)


def test_missing_voxels_and_blank_frames_do_not_hinder() -> None:
    volume = textured((2, 8, 8)).astype(np.float32)
    torn = volume.copy()
    torn[0, 0] = np.nan
    kept = torn[np.isfinite(torn)]
    of_torn = normalisation_of([torn, np.full((2, 2, 2), np.nan, np.float32)], (0, 100))
    assert of_torn.offset == pytest.approx(kept.mean(dtype=float))
    assert normalisation_of([volume, np.zeros((2, 8, 8))]).scale > 0


@pytest.mark.parametrize("volumes", [[], [np.full((2, 3, 3), 7)], [np.full((1, 2, 2), np.nan)]])
def test_without_contrast_there_is_no_normalisation(volumes: list[np.ndarray]) -> None:
    with pytest.raises(AcquisitionError, match="contrast"):
        normalisation_of(volumes)


@pytest.mark.parametrize(("offset", "scale"), [(0, 0), (0, -1), (np.nan, 1), (0, np.inf)])
def test_impossible_normalisations_are_refused(offset: float, scale: float) -> None:
    with pytest.raises(AcquisitionError, match="scale above 0"):
        Normalisation(offset, scale)


@given(seed=st.integers(0, 99), dtype=st.sampled_from([np.uint8, np.uint16, np.int16, np.float32, np.float64]))
def test_percentiles_0_and_100_are_plain_mean_and_spread(seed: int, dtype: type[np.generic]) -> None:
    volume = (np.random.default_rng(seed).gamma(2.0, 12.0, (2, 5, 7)) % 127).astype(dtype)
    found = normalisation_of([volume], (0.0, 100.0))
    assert found.offset == float(volume.mean(dtype=np.float64))
    assert found.scale == float(np.sqrt(volume.var(dtype=np.float64)))

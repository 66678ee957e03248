"""Drift of the stage, estimated from images that were shifted by a known amount."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.ndimage import fourier_shift, gaussian_filter

from livecell.registration import accumulate, drift_um
from livecell.tables import DRIFT, check, empty

VOXEL_UM = (1.0, 0.2, 0.3)


def field(seed=0, shape=(3, 96, 128)):
    """A crowded brightfield-like volume with uneven illumination that belongs to the microscope."""
    texture = gaussian_filter(np.random.default_rng(seed).normal(size=shape), (0, 2, 2))
    return 100 * texture / texture.std()


def shifted(volume, dy, dx):
    return np.fft.ifftn(fourier_shift(np.fft.fftn(volume), (0, dy, dx))).real


def lit(volume, noise_seed):
    rows, columns = np.indices(volume.shape[1:])
    light = 1000 + 8 * rows + 5 * columns
    return volume + light + np.random.default_rng(noise_seed).normal(0, 20, volume.shape)


@pytest.mark.parametrize(("dy", "dx"), [(0.0, 0.0), (3.0, -5.0), (-0.4, 1.7), (8.2, 0.0)])
def test_the_shift_is_found_to_a_tenth_of_a_pixel(dy, dx):
    volume = field()
    found = drift_um(lit(volume, 1), lit(shifted(volume, dy, dx), 2), VOXEL_UM)
    assert found == pytest.approx((0.0, dy * VOXEL_UM[1], dx * VOXEL_UM[2]), abs=0.11 * 0.3)


def test_back_is_the_opposite_of_forth():
    before, now = field(), shifted(field(), 2.5, -4.0)
    forth, back = drift_um(before, now, VOXEL_UM, upsampling=20), drift_um(now, before, VOXEL_UM, upsampling=20)
    assert forth == pytest.approx(tuple(-value for value in back), abs=0.05)
    assert forth[1] == pytest.approx(0.5, abs=0.03)


def test_without_contrast_there_is_no_drift():
    assert drift_um(np.full((1, 32, 32), 7, dtype=np.uint16), field(shape=(1, 32, 32)), VOXEL_UM) == (0.0, 0.0, 0.0)


def test_voxels_that_are_missing_do_no_harm():
    volume = field()
    now = shifted(volume, 3.0, -5.0)
    now[0, :4] = np.nan
    assert drift_um(volume, now, VOXEL_UM) == pytest.approx((0.0, 0.6, -1.5), abs=0.03)


def test_steps_add_up_from_the_first_frame_of_each_position():
    steps = pd.DataFrame({"position": ["1", "0", "0", "0", "1"], "frame": [0, 2, 0, 1, 5], "t_s": 0.0, "z_um": 0.0})
    steps = steps.assign(y_um=[9.0, 0.25, 9.0, 1.0, -2.0], x_um=[9.0, np.nan, 9.0, 3.0, 4.0])
    found = accumulate(steps)
    assert found[["position", "frame"]].to_numpy().tolist() == [["0", 0], ["0", 1], ["0", 2], ["1", 0], ["1", 5]]
    assert found["y_um"].tolist() == [0.0, 1.0, 1.25, 0.0, -2.0]
    assert found["x_um"].tolist() == [0.0, 3.0, 3.0, 0.0, 4.0]
    pd.testing.assert_frame_equal(check(found, DRIFT), found)


def test_no_steps_are_no_drift():
    assert accumulate(empty(DRIFT)).empty

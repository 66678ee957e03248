"""The shift between transmitted light and fluorescence, of simulated pairs and of drawn cells."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter, gaussian_gradient_magnitude

from livecell.registration import estimate_shift
from livecell.simulation import simulate
from tests.scenes.simulation import small_settings

SHAPE = (128, 144)


def _cells(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Spread cells (1, y, x): a rim in transmitted light, filled in fluorescence."""
    rng = np.random.default_rng(seed)
    filled = gaussian_filter(rng.normal(size=SHAPE), 6)
    filled = gaussian_filter((filled > filled.std()).astype(float), 1)
    rim = gaussian_gradient_magnitude(filled, 1)
    image = 1000 - 800 * rim + rng.normal(0, 3, SHAPE)
    return image[None], (100 + 500 * filled + rng.normal(0, 3, SHAPE))[None]


@settings(deadline=None, max_examples=20)
@given(st.integers(-12, 12), st.integers(-12, 12))
def test_a_known_shift_is_found(y: int, x: int) -> None:
    image, fluorescence = _cells()
    found = estimate_shift(image, np.roll(fluorescence, (y, x), axis=(1, 2)))
    assert found.certain
    assert np.abs(np.subtract(found.shift_px, (y, x))).max() <= 1


@pytest.mark.parametrize("shift_px", [(0, 0), (3, -5)])
def test_a_simulated_membrane_is_found(shift_px: tuple[int, int]) -> None:
    frame = simulate(small_settings(structures=("cell_membrane",))).frame(0)
    moved = np.roll(frame.targets["cell_membrane"], shift_px, axis=(1, 2))
    found = estimate_shift(frame.brightfield, moved)
    assert np.abs(np.subtract(found.shift_px, shift_px)).max() <= 1


def test_burnt_in_text_and_black_frames_do_not_win() -> None:
    image, fluorescence = (volume.copy() for volume in _cells())
    fluorescence = np.roll(fluorescence, (7, -4), axis=(1, 2))
    for volume in (image, fluorescence):
        volume[:, -1] = volume[:, :, 0] = 0
        volume[0, 100:114, 10:70] = 0
        volume[0, 104:110, 13:67:5] = volume.max()
    found = estimate_shift(image, fluorescence)
    assert np.abs(np.subtract(found.shift_px, (7, -4))).max() <= 1


def test_what_is_unknown_does_not_count() -> None:
    image, fluorescence = _cells()
    moved = np.roll(fluorescence, (5, 6), axis=(1, 2))
    moved[:, :, 100:] = np.nan
    assert np.abs(np.subtract(estimate_shift(image, moved).shift_px, (5, 6))).max() <= 1


def test_a_stack_that_is_known_in_part_is_enough() -> None:
    image, fluorescence = (np.repeat(volume, 4, axis=0) for volume in _cells())
    moved = np.roll(fluorescence, (5, 6), axis=(1, 2))
    moved[0, 30:60] = moved[:, 90:] = np.nan
    assert np.abs(np.subtract(estimate_shift(image, moved).shift_px, (5, 6))).max() <= 1


def test_other_fields_are_not_certain() -> None:
    image, _ = _cells()
    found = [estimate_shift(image, _cells(seed)[1]) for seed in range(1, 9)]
    assert not any(shift.certain for shift in found)


@pytest.mark.parametrize("kind", ["blank", "unknown", "tiny"])
def test_without_contrast_nothing_is_claimed(kind: str) -> None:
    image, fluorescence = _cells()
    if kind == "tiny":
        image, fluorescence = image[:, :3, :3], fluorescence[:, :3, :3]
    else:
        fluorescence = np.full_like(fluorescence, 5.0 if kind == "blank" else np.nan)
    assert estimate_shift(image, fluorescence).shift_px == (0, 0)
    assert estimate_shift(image, fluorescence).confidence == 0


@pytest.mark.skipif("LIVECELL_REAL_DATA" not in os.environ, reason="needs LIVECELL_REAL_DATA")
@pytest.mark.parametrize("number", range(1, 7))
def test_real_cells_are_found_where_they_were_moved_to(number: int) -> None:
    folder = Path(os.environ["LIVECELL_REAL_DATA"]) / "a549_green"
    image, dye = (tifffile.imread(folder / f"pair{number:02}_{kind}.tif")[None] for kind in ("brightfield", "green"))
    there = estimate_shift(image, dye)
    moved = estimate_shift(image, np.roll(dye, (9, -14), axis=(1, 2)))
    assert there.certain
    assert np.abs(there.shift_px).max() <= 4
    # Cells moved between the two pictures, each by some pixels: the peak is as broad as that.
    assert np.abs(np.subtract(moved.shift_px, there.shift_px) - (9, -14)).max() <= 3

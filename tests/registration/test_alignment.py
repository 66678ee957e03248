"""Electron-microscope-like over fluorescence-like images, by a map that is known."""

from __future__ import annotations

import numpy as np
import pytest

from livecell.registration import Example, Prediction, align, learn
from livecell.registration.appearance import appearance_of, standardised, whitened
from livecell.registration.refine import match, refine
from tests.scenes.two_microscopes import TwoImages, mean_error_px, two_images

SIDE = 160


@pytest.fixture(scope="module")
def pair() -> TwoImages:
    return two_images(2, SIDE, nuclei=8)


@pytest.fixture(scope="module")
def learnt() -> Prediction:
    """From other fields that are laid over each other already."""
    others = [two_images(500 + seed, SIDE, nuclei=8) for seed in range(4)]
    return learn(Example(each.fluorescence, each.electrons, each.truth) for each in others)


def test_the_map_is_found_by_what_was_learnt_from_other_fields(pair: TwoImages, learnt: Prediction) -> None:
    found = align(pair.fluorescence, pair.electrons, scales=(0.88, 1.0, 1.13), predicted=learnt(pair.electrons))
    assert mean_error_px(found.plane, pair.truth, SIDE) < 3
    assert found.credible
    assert found.margin > 1.2
    assert found.plane.scale == pytest.approx(pair.truth.scale, rel=0.05)


@pytest.mark.parametrize("seed", [77, 78])
def test_another_field_is_refused(pair: TwoImages, learnt: Prediction, seed: int) -> None:
    other = two_images(seed, SIDE, nuclei=8)
    found = align(pair.fluorescence, other.electrons, scales=(1.0,), predicted=learnt(other.electrons))
    assert not found.credible
    assert found.doubts


def test_what_a_model_predicts_is_used_in_place_of_looks(pair: TwoImages) -> None:
    found = align(
        pair.fluorescence, pair.electrons, scales=(0.88, 1.0, 1.13), predicted=as_a_perfect_model_predicts(pair)
    )
    assert found.credible
    assert mean_error_px(found.plane, pair.truth, SIDE) < 1.5


def test_refining_goes_uphill_to_the_place(pair: TwoImages) -> None:
    maps = appearance_of(pair.electrons)
    off = type(pair.truth)(pair.truth.linear, pair.truth.offset + np.array([2.0, -1.5]))
    found = refine(pair.fluorescence, maps, off)
    assert found.likelihood > match(pair.fluorescence, maps, off).likelihood
    assert mean_error_px(found.plane, pair.truth, SIDE) < mean_error_px(off, pair.truth, SIDE)


def as_a_perfect_model_predicts(pair: TwoImages) -> np.ndarray:
    """The fluorescence (1, y, x) as it lies over the electrons."""
    linear = np.linalg.inv(pair.truth.linear)
    onto = type(pair.truth)(linear, -linear @ pair.truth.offset)
    return onto.warp(pair.fluorescence, (SIDE, SIDE), missing=float(np.median(pair.fluorescence)))[None]


def test_shear_and_unequal_scales_are_found(pair: TwoImages) -> None:
    centre = np.full(2, (SIDE - 1) / 2)
    sheared = pair.truth.linear @ np.array([[1.04, 0.03], [-0.01, 0.97]])
    truth = type(pair.truth)(sheared, pair.truth(centre[None])[0] - sheared @ centre)
    # A pixel of the sheared image shows what the fixed one shows where both mean the same place of the moving one.
    back = np.linalg.inv(pair.truth.linear)
    onto = type(truth)(back @ truth.linear, back @ (truth.offset - pair.truth.offset))
    fixed = onto.warp(pair.fluorescence, (SIDE, SIDE), missing=float(np.median(pair.fluorescence)))
    maps = standardised(as_a_perfect_model_predicts(pair))
    found = [refine(fixed, maps, pair.truth, affine).plane for affine in (False, True)]
    similar, affine = (mean_error_px(each, truth, SIDE) for each in found)
    assert affine < 1.5 < similar


def test_whitened_maps_are_uncorrelated(pair: TwoImages) -> None:
    flat = whitened(appearance_of(pair.electrons), 4).reshape(4, -1)
    np.testing.assert_allclose(flat @ flat.T / flat.shape[1], np.eye(4), atol=1e-8)


def test_images_without_contrast_are_refused() -> None:
    blank = np.full((96, 96), 5.0)
    assert not align(blank, blank, scales=(1.0,)).credible

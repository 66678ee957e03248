"""Confidence of objects: the formula voxel by voxel, its limits, and what must not change it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from livecell.errors import AcquisitionError
from livecell.measurement import measure, measure_volume
from tests.scenes.measurement import block, scattered

SHAPE = (4, 6, 7)
VOXEL_UM = (0.5, 0.2, 0.3)


def confidence(labels: np.ndarray, prediction: np.ndarray, uncertainty: np.ndarray) -> np.ndarray:
    table = measure_volume(labels, prediction, VOXEL_UM, uncertainty=uncertainty)
    return table["confidence"].to_numpy()


def by_hand(labels: np.ndarray, prediction: np.ndarray, uncertainty: np.ndarray, label: int) -> float:
    """The formula, face by face."""
    own = np.argwhere(labels == label)
    beyond = []
    for place in own:
        for axis in range(3):
            for step in (-1, 1):
                neighbour = place.copy()
                neighbour[axis] += step
                if all(0 <= n < size for n, size in zip(neighbour, labels.shape, strict=True)):
                    beyond += [tuple(neighbour)] if labels[tuple(neighbour)] != label else []
    inside = [tuple(place) for place in own]
    p, s = (np.mean([volume[place] for place in inside]) for volume in (prediction, uncertainty))
    q, r = (np.mean([volume[place] for place in beyond]) for volume in (prediction, uncertainty))
    return 0.5 * (1 + math.erf(abs(p - q) / math.hypot(s, r) / math.sqrt(2)))


def scene(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = scattered(SHAPE, 6, seed)
    return labels, rng.normal(0.0, 1.0, SHAPE) + (labels > 0), rng.uniform(0.1, 2.0, SHAPE)


@given(st.integers(0, 999))
def test_it_is_the_formula(seed: int) -> None:
    labels, prediction, uncertainty = scene(seed)
    expected = [by_hand(labels, prediction, uncertainty, label) for label in np.unique(labels[labels > 0])]
    assert confidence(labels, prediction, uncertainty) == pytest.approx(expected)


@given(st.integers(0, 999), st.floats(1.0, 50.0))
def test_more_uncertainty_of_any_voxels_never_makes_it_larger(seed: int, factor: float) -> None:
    labels, prediction, uncertainty = scene(seed)
    worse = np.where(np.random.default_rng(seed + 1).random(SHAPE) < 0.3, uncertainty * factor, uncertainty)
    before, after = confidence(labels, prediction, uncertainty), confidence(labels, prediction, worse)
    assert (after <= before + 1e-12).all()
    assert ((after >= 0.5) & (before <= 1.0)).all()


@given(st.integers(0, 999))
def test_other_numbers_for_the_same_objects_change_nothing(seed: int) -> None:
    labels, prediction, uncertainty = scene(seed)
    names = np.unique(labels[labels > 0])
    shuffled = np.random.default_rng(seed).permutation(names)
    renamed = np.zeros_like(labels)
    for old, new in zip(names, shuffled, strict=True):
        renamed[labels == old] = new
    again = confidence(renamed, prediction, uncertainty)
    assert confidence(labels, prediction, uncertainty) == pytest.approx(again[np.searchsorted(names, shuffled)])


@pytest.mark.parametrize("contrast", [3.0, -3.0])
def test_its_limits(contrast: float) -> None:
    labels = block(SHAPE, (1, 2, 2), (2, 2, 3), 4)
    prediction = np.where(labels > 0, contrast, 0.0)
    assert confidence(labels, prediction, np.full(SHAPE, 1e-3)) == pytest.approx(1.0)
    assert confidence(labels, prediction, np.full(SHAPE, 1e6)) == pytest.approx(0.5, abs=1e-5)
    assert confidence(labels, np.ones(SHAPE), np.full(SHAPE, 1e-3)) == pytest.approx(0.5)


def test_missing_voxels_do_not_count() -> None:
    labels, prediction, uncertainty = scene(3)
    holes = np.random.default_rng(1).random(SHAPE) < 0.2
    in_value = confidence(labels, np.where(holes, np.nan, prediction), uncertainty)
    in_deviation = confidence(labels, prediction, np.where(holes, np.nan, uncertainty))
    assert in_value == pytest.approx(in_deviation, nan_ok=True)
    assert np.isfinite(in_value).any()


def test_it_is_empty_where_nothing_can_be_compared() -> None:
    labels = block(SHAPE, (1, 2, 2), (2, 2, 3), 4)
    assert np.isnan(measure_volume(labels, np.ones(SHAPE), VOXEL_UM)["confidence"]).all()
    assert np.isnan(confidence(np.ones(SHAPE, np.int32), np.ones(SHAPE), np.ones(SHAPE))).all()
    assert np.isnan(confidence(labels, np.full(SHAPE, np.nan), np.ones(SHAPE))).all()
    assert np.isnan(confidence(labels, labels, np.zeros(SHAPE))).all(), "no uncertainty was told: that is no certainty"
    assert confidence(np.zeros(SHAPE, np.int32), np.ones(SHAPE), np.ones(SHAPE)).size == 0


def test_uncertainty_of_another_shape_is_refused() -> None:
    labels = block(SHAPE, (1, 2, 2), (2, 2, 3), 4)
    with pytest.raises(AcquisitionError, match="uncertainty to measure"):
        measure_volume(labels, np.ones(SHAPE), VOXEL_UM, uncertainty=np.ones((1, 2, 3)))


def test_the_verb_takes_it_from_the_prediction() -> None:
    labels, prediction, uncertainty = scene(5)
    dims = ("structure", "z", "y", "x")
    volumes = xr.DataArray(np.stack([prediction, -9 * prediction]), dims=dims, coords={"structure": ["dna", "golgi"]})
    volumes = volumes.assign_coords(uncertainty=(dims, np.stack([uncertainty, 3 * uncertainty])))
    expected = confidence(labels, prediction, uncertainty)
    assert measure(labels, volumes, structure="dna")["confidence"].to_numpy() == pytest.approx(expected)
    alone = volumes.sel(structure="dna")
    assert measure(labels, alone, structure="dna")["confidence"].to_numpy() == pytest.approx(expected)
    given_apart = measure(labels, prediction, structure="dna", uncertainty=uncertainty)
    assert given_apart["confidence"].to_numpy() == pytest.approx(expected)

"""Normalising pairs, and the way back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from livecell.errors import ConfigError
from livecell.training import Pair, output_scales, to_sample
from livecell.training.samples import LARGEST_TARGET
from livecell.volumes import Normalisation
from tests.scenes.training import SHAPE, small_pair


def test_targets_are_z_scored_over_all_pairs_and_can_be_turned_back() -> None:
    pairs = [small_pair(0), small_pair(1)]
    scales = output_scales(pairs, ("dna",))
    targets = np.concatenate([to_sample(pair, scales).target for pair in pairs]).astype(np.float64)
    assert targets.mean() == pytest.approx(0, abs=1e-3)
    assert targets.std() == pytest.approx(1, rel=1e-3)
    counts = scales["dna"].invert(to_sample(pairs[0], scales).target[0])
    np.testing.assert_allclose(counts, pairs[0].targets["dna"], rtol=2e-3, atol=0.5)


def test_what_is_not_scored_is_unknown_and_does_not_shift_the_scale() -> None:
    pair = small_pair()
    scored = np.zeros(SHAPE, dtype=bool)
    scored[:, :10] = True
    spoilt = {"dna": np.where(scored, pair.targets["dna"], 1e6).astype(np.float32)}
    spoilt_pair = replace(pair, targets=spoilt, scored=scored)
    scales = output_scales([spoilt_pair], ("dna",))
    assert scales["dna"].scale == pytest.approx(float(pair.targets["dna"][:, :10].std()), rel=1e-4)
    np.testing.assert_array_equal(np.isfinite(to_sample(spoilt_pair, scales).target[0]), scored)


def test_a_structure_a_pair_does_not_show_is_unknown_there() -> None:
    pairs = [small_pair(0, structures=("dna", "vesicles")), small_pair(1, structures=("vesicles",))]
    sample = to_sample(pairs[1], output_scales(pairs, ("dna", "vesicles")))
    assert np.isnan(sample.target[0]).all()
    assert np.isfinite(sample.target[1]).all()


def test_planes_become_channels() -> None:
    pair = small_pair()
    flat = replace(pair, targets={"dna": pair.targets["dna"].max(axis=0, keepdims=True)})
    sample = to_sample(flat, output_scales([flat], ("dna",)), planes_as_channels=True)
    assert sample.source.shape == (4, 1, 24, 24)
    assert sample.target.shape == (1, *sample.shape) == (1, 1, 24, 24)


def test_a_stack_may_have_one_projected_plane_as_target() -> None:
    pair = small_pair()
    flat = replace(pair, targets={"dna": pair.targets["dna"].mean(axis=0, keepdims=True)})
    sample = to_sample(flat, output_scales([flat], ("dna",)))
    assert sample.projected
    assert sample.source.shape == (1, 4, 24, 24)
    assert sample.shape == (1, 24, 24)


def test_a_given_normalisation_is_used() -> None:
    pair = small_pair()
    sample = to_sample(pair, output_scales([pair], ("dna",)), source_normalisation=Normalisation(1000, 100))
    np.testing.assert_allclose(sample.source[0], (pair.source - 1000.0) / 100, atol=1e-2)


@pytest.mark.parametrize(
    "pair",
    [
        replace(small_pair(), targets={"dna": np.zeros((4, 24, 23))}),
        replace(small_pair(), scored=np.ones((4, 23, 24), dtype=bool)),
    ],
    ids=["target", "scored"],
)
def test_shapes_that_do_not_fit_are_refused(pair: Pair) -> None:
    with pytest.raises(ConfigError, match="shape"):
        to_sample(pair, {"dna": Normalisation(0, 1)})


@pytest.mark.parametrize("target", [np.ones(SHAPE), np.zeros(SHAPE)])
def test_a_target_without_contrast_is_refused(target: np.ndarray) -> None:
    with pytest.raises(ConfigError, match="constant"):
        output_scales([replace(small_pair(), targets={"dna": target})], ("dna",))
    with pytest.raises(ConfigError, match="vesicles"):
        output_scales([small_pair()], ("vesicles",))


def test_the_few_voxels_of_a_sparse_structure_are_bounded() -> None:
    pair = small_pair()
    sparse = np.zeros(SHAPE, dtype=np.float32)
    sparse[1, 2, 3] = 700
    spotted = replace(pair, targets={"dna": sparse})
    scales = output_scales([spotted], ("dna",))
    target = to_sample(spotted, scales).target[0]
    assert float(target.max()) == pytest.approx(LARGEST_TARGET, rel=1e-3)
    np.testing.assert_allclose(scales["dna"].invert(target), sparse, atol=0.5)

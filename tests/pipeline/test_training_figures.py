"""Figures of a test against the same by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from livecell.metrics import pearson_r
from livecell.pipeline.training_figures import ceilings, figures_of_test, merged
from livecell.prediction import predict
from livecell.training import Pair, Pairs, Part
from livecell.volumes import normalisation_of
from tests.scenes.models import card_of, package_of
from tests.scenes.training import Given, small_pair

RIGHT = slice(16, 24)


def test_whole_images_are_predicted_and_the_parts_that_test_are_scored(tmp_path: Path) -> None:
    model = package_of(tmp_path / "model", card_of("dna", "vesicles"))
    pairs = [small_pair(0, "a", ("dna",)), small_pair(1, "b", ("dna", "vesicles"))]
    normalisations = {pair.name: normalisation_of([pair.source]) for pair in pairs}
    parts = tuple(Part(Given(pair)).narrow(2, RIGHT) for pair in pairs)
    figures = figures_of_test(model, Pairs(parts), normalisations, "cpu")
    said = [predict(pair.source, model, normalisations[pair.name]).sel(structure="dna").values for pair in pairs]
    by_hand = [pearson_r(s[..., RIGHT], p.targets["dna"][..., RIGHT]) for s, p in zip(said, pairs, strict=True)]
    assert figures["dna"] == {"test_pearson_r": pytest.approx(np.mean(by_hand), abs=1e-4)}
    assert set(figures) == {"dna", "vesicles"}


def test_what_is_not_scored_does_not_count(tmp_path: Path) -> None:
    model = package_of(tmp_path / "model", card_of("dna"))
    pair = small_pair(0)
    scored = np.zeros(pair.source.shape, bool)
    scored[:, :, RIGHT] = True
    masked = Pair("pair", pair.source, pair.targets, scored)
    normalisations = {"pair": normalisation_of([pair.source])}
    whole = figures_of_test(model, Pairs((Part(Given(masked)),)), normalisations, "cpu")
    part = figures_of_test(model, Pairs((Part(Given(pair)).narrow(2, RIGHT),)), normalisations, "cpu")
    assert whole == part


def test_noise_sets_a_ceiling() -> None:
    rng = np.random.default_rng(0)
    clean = gaussian_filter(rng.normal(size=(4, 128, 128)), (0, 6, 6))
    clean /= clean.std()
    noisy = clean + rng.normal(0, 0.5, clean.shape)
    noisy[:, :, :20] = np.nan
    found = ceilings([Pair("pair", clean, {"dna": noisy})], "test")
    # C_max = 1 / sqrt(1 + 0.25): what the clean image itself reaches.
    assert found["dna"]["test_ceiling"] == pytest.approx(pearson_r(clean[:, :, 20:], noisy[:, :, 20:]), abs=0.02)


def test_masks_have_no_noise() -> None:
    mask = (np.random.default_rng(0).random((2, 16, 16)) > 0.5).astype(np.float32)
    assert ceilings([Pair("pair", mask, {"dna": mask})], "test") == {}


def test_figures_of_several_sources_are_put_together() -> None:
    found = merged({"dna": {"a": 1.0}}, {"golgi": {"a": 2.0}, "dna": {"b": 3.0}})
    assert found == {"dna": {"a": 1.0, "b": 3.0}, "golgi": {"a": 2.0}}

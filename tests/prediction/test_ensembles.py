"""Ensembles: who predicts what, and in whose units."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from livecell.errors import ModelError
from livecell.models import OutputScale
from livecell.prediction import ensembles_of, predict
from tests.scenes.prediction import NORMALISATION, head_model, model_3d
from tests.scenes.volumes import textured

SCALES = [{"offset": 100.0, "scale": 20.0}, {"offset": 40.0, "scale": 80.0}]


def test_models_of_the_same_structure_are_averaged(tmp_path: Path) -> None:
    first, second = model_3d(tmp_path), model_3d(tmp_path, "golgi", "actin_filaments", seed=1)
    stack = textured((4, 8, 12))
    together = predict(stack, [first, second], NORMALISATION)
    a, b = (predict(stack, model, NORMALISATION) for model in (first, second))
    assert together.structure.values.tolist() == ["dna", "golgi", "actin_filaments"]
    np.testing.assert_array_equal(together.sel(structure="dna"), a.sel(structure="dna"))
    np.testing.assert_array_equal(together.sel(structure="actin_filaments"), b.sel(structure="actin_filaments"))
    mean = (a.sel(structure="golgi") + b.sel(structure="golgi")) / 2
    np.testing.assert_allclose(together.sel(structure="golgi"), mean, rtol=1e-5, atol=1e-5)
    assert [record["structures"] for record in together.attrs["models"]] == [
        ["dna", "golgi"],
        ["golgi", "actin_filaments"],
    ]


def test_members_are_brought_to_the_units_of_the_first_through_counts(tmp_path: Path) -> None:
    models = [model_3d(tmp_path, "dna", seed=seed, output_scale={"dna": SCALES[seed]}) for seed in range(2)]
    stack = textured((4, 8, 12))
    counts = [
        OutputScale(**scale).to_counts(predict(stack, model, NORMALISATION).values)
        for model, scale in zip(models, SCALES, strict=True)
    ]
    together = predict(stack, models, NORMALISATION, uncertainty=("ensemble",))
    in_counts = OutputScale(**SCALES[0]).to_counts(together.values)
    np.testing.assert_allclose(in_counts, np.mean(counts, 0), rtol=1e-4, atol=0.01)
    spread = np.std(counts, 0, ddof=1)
    np.testing.assert_allclose(together.uncertainty * SCALES[0]["scale"], spread, rtol=1e-3, atol=0.01)


def test_variances_of_other_units_scale_by_the_square(tmp_path: Path) -> None:
    plain = model_3d(tmp_path, "dna", seed=1, output_scale={"dna": SCALES[0]})
    head = head_model(tmp_path, "dna", output_scale={"dna": SCALES[1]})
    alone = predict(textured((4, 8, 8)), head, NORMALISATION, uncertainty=("head",))
    both = predict(textured((4, 8, 8)), [plain, head], NORMALISATION, uncertainty=("head",))
    np.testing.assert_allclose(both.uncertainty, alone.uncertainty * 4, rtol=1e-5)


def test_units_that_only_some_know_are_refused(tmp_path: Path) -> None:
    known = model_3d(tmp_path, "dna", output_scale={"dna": SCALES[0]})
    unknown = model_3d(tmp_path, "dna", seed=1)
    with pytest.raises(ModelError, match=r"scene0 and scene1, found none in scene1"):
        ensembles_of([known, unknown], ["dna"])
    assert [len(each.members) for each in ensembles_of([known], ["dna"])] == [1]

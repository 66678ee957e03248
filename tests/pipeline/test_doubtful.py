"""What a model predicts badly is left out, unless it is asked for; the run says so."""

from __future__ import annotations

from pathlib import Path

from livecell.models import Model
from livecell.pipeline.begin import begin
from livecell.pipeline.doubtful import worth_predicting
from tests.scenes.models import card_of, package_of
from tests.scenes.pipeline import SAMPLING, acquisition, settings


def _model(folder: Path, name: str, seed: int, **r: dict[str, float]) -> Model:
    card = card_of(*r, name=name, voxel_size_um=SAMPLING.voxel_size_um, metrics=r)
    return package_of(folder / name, card, seed)


def test_a_bad_structure_is_left_out_and_named(tmp_path: Path) -> None:
    model = _model(tmp_path, "one", 1, dna={"pearson_r": 0.9}, golgi={"pearson_r": 0.1}, mitochondria={})
    source = acquisition(tmp_path / "a.ome.zarr", 1)
    record = begin(source, settings(model), "acquisition", "objects", None).record
    assert [structure["name"] for structure in record["structures"]] == ["dna", "mitochondria"]
    assert any("golgi (r = 0.10)" in said and "--structures" in said for said in record["warnings"])
    asked = settings(model, predict={"structures": ("dna", "golgi")})
    record = begin(source, asked, "acquisition", "objects", None).record
    assert [structure["name"] for structure in record["structures"]] == ["dna", "golgi"]
    assert not any("golgi" in said for said in record["warnings"])


def test_the_best_model_and_the_figure_of_its_test_decide(tmp_path: Path) -> None:
    worse = _model(tmp_path, "worse", 1, dna={"test_pearson_r": 0.2, "validation_pearson_r": 0.9}, golgi={})
    better = _model(tmp_path, "better", 2, dna={"test_pearson_r": 0.4})
    assert worth_predicting([worse]) == (("golgi",), {"dna": 0.2})
    assert worth_predicting([worse, better]) == (("dna", "golgi"), {})


def test_where_nothing_would_stay_all_does(tmp_path: Path) -> None:
    assert worth_predicting([_model(tmp_path, "bad", 1, dna={"pearson_r": 0.1})]) == (("dna",), {})

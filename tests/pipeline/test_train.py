"""From images on disk, or simulated ones, to a model package that predicts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
import torch

import livecell
from livecell.config import TrainSettings, load_settings, parse_settings
from livecell.errors import ConfigError, ModelError, PairsError, RunFolderError
from livecell.metrics import pearson_r
from livecell.models import Model, open_model
from livecell.pipeline.train import train
from livecell.prediction import predict
from livecell.training import Pair, Progress
from tests.scenes.training import FLIPS, small_pair

CONFIGS = Path(__file__).parents[2] / "sample_configs"
NETWORK = {"depth": 1, "width": 4}
FIT = {
    "patch": [4, 16, 16],
    "batch": 2,
    "steps": 80,
    "learning_rate": 0.03,
    "validate_every": 40,
    "augment": FLIPS.model_dump(),
}


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def _recorded(folder: Path, **changes: Any) -> dict[str, Any]:
    """Settings for two fields: the first shows nuclei and vesicles, the second only nuclei."""
    pairs = []
    for seed, structures in enumerate([("dna", "vesicles"), ("dna",)]):
        pair = small_pair(seed, structures=structures)
        images = {"source": pair.source, **pair.targets}
        for name, volume in images.items():
            path = folder / f"{name}_{seed}.ome.tif"
            sizes = {"PhysicalSizeZ": 0.5, "PhysicalSizeY": 0.3, "PhysicalSizeX": 0.3}
            tifffile.imwrite(path, volume, metadata={"axes": "ZYX", **sizes})
        targets = {name: {"path": str(folder / f"{name}_{seed}.ome.tif")} for name in structures}
        source = {"path": str(folder / f"source_{seed}.ome.tif")}
        pairs.append({"name": f"field {seed}", "source": source, "targets": targets})
    values = {"name": "small", "data": {"pairs": pairs}, "validation": {"pairs": ["field 1"]}}
    return {**values, "network": NETWORK, "fit": FIT, **changes}


def test_recorded_pairs_become_a_package_that_predicts(tmp_path: Path) -> None:
    progress: list[Progress] = []
    settings = parse_settings(_recorded(tmp_path), TrainSettings)
    train(settings, tmp_path / "model", on_progress=progress.append)
    model = open_model(tmp_path / "model")
    card, unseen = model.card, small_pair(1)
    assert card.structures == ("dna", "vesicles")
    assert card.voxel_size_um == (0.5, 0.3, 0.3)
    assert not card.simulated
    assert card.patch_planes == (4,)
    # The validation field shows no vesicles, so nothing is claimed of them.
    assert list(card.metrics) == ["dna"]
    assert card.training["split"] == "by image: field 1"
    assert [record.step for record in progress] == [40, 80]
    predicted = predict(unseen.source, model)
    dna = predicted.sel(structure="dna").values
    assert pearson_r(dna, unseen.targets["dna"]) > 0.8
    counts = card.output_scale["dna"].to_counts(dna)
    # In the units of the target: a prediction of a mean squared error explains it, it does not scale it.
    assert np.polyfit(counts.ravel(), unseen.targets["dna"].ravel(), 1)[0] == pytest.approx(1, abs=0.3)


def test_a_region_of_each_field_can_validate(tmp_path: Path) -> None:
    values = _recorded(tmp_path, validation={"axis": "x", "fraction": 0.34, "gap": 0})
    fit = {**FIT, "patch": [4, 16, 8], "steps": 2}
    settings = parse_settings({**values, "fit": fit}, TrainSettings)
    model = train(settings, tmp_path / "model")
    assert model.card.training["images"] == {"train": 2, "validation": 2}
    assert "34% along x" in model.card.training["split"]


def test_a_target_of_several_channels_must_be_chosen(tmp_path: Path) -> None:
    values = _recorded(tmp_path)
    pair = small_pair()
    both = np.stack([pair.source, pair.source])
    tifffile.imwrite(tmp_path / "dna_0.ome.tif", both, metadata={"axes": "CZYX", "Channel": {"Name": ["BF", "DAPI"]}})
    with pytest.raises(ConfigError, match=r"BF, DAPI.*channel"):
        train(parse_settings(values, TrainSettings), tmp_path / "model")


def test_an_unknown_structure_needs_a_description(tmp_path: Path) -> None:
    values = _recorded(tmp_path)
    values["data"]["pairs"][0]["targets"]["blebs"] = values["data"]["pairs"][0]["targets"]["dna"]
    with pytest.raises(ConfigError, match="blebs"):
        train(parse_settings(values, TrainSettings), tmp_path / "model")
    values = {**values, "structures": {"blebs": {"form": "puncta"}}, "fit": {**FIT, "steps": 1}}
    model = train(parse_settings(values, TrainSettings), tmp_path / "model")
    assert "blebs" in model.card.described_structures()
    assert "blebs" in model.card.structures


def test_importance_is_of_structures_that_are_learnt(tmp_path: Path) -> None:
    values = _recorded(tmp_path, fit={**FIT, "steps": 1, "importance": {"vesicles": 3.0, "golgi": 2.0}})
    with pytest.raises(PairsError, match=r"importance` names golgi, but what is learnt is dna, vesicles"):
        train(parse_settings(values, TrainSettings), tmp_path / "model")
    values["fit"]["importance"] = {"vesicles": 3.0}
    assert train(parse_settings(values, TrainSettings), tmp_path / "model").card.training["steps_done"] == 1


def test_the_card_says_what_it_does_on_images_that_decided_nothing(tmp_path: Path) -> None:
    ranges = {"axis": "x", "train": [0, 8], "validation": [8, 16], "test": [16, 24]}
    fit = {**FIT, "patch": [4, 16, 8], "steps": 10, "validate_every": 5}
    settings = parse_settings({**_recorded(tmp_path), "validation": ranges, "fit": fit}, TrainSettings)
    model = train(settings, tmp_path / "model")
    metrics = model.card.metrics
    assert set(metrics) == {"dna", "vesicles"}
    assert {"validation_pearson_r", "validation_ceiling", "test_pearson_r", "test_ceiling"} == set(metrics["dna"])
    assert 0 < metrics["dna"]["test_ceiling"] <= 1
    assert open_model(model.path).card == model.card


def test_a_network_for_each_structure(tmp_path: Path) -> None:
    network, fit = {**NETWORK, "separate": True}, {**FIT, "steps": 20, "validate_every": 20}
    model = train(parse_settings(_recorded(tmp_path, network=network, fit=fit), TrainSettings), tmp_path / "model")
    assert [shape.outputs for shape in model.shapes] == [1, 1]
    assert predict(small_pair(1).source, model).structure.values.tolist() == ["dna", "vesicles"]


def test_a_network_that_says_its_uncertainty(tmp_path: Path) -> None:
    fit = {**FIT, "loss": {"kind": "heteroscedastic"}}
    model = train(parse_settings(_recorded(tmp_path, fit=fit), TrainSettings), tmp_path / "model")
    assert model.card.log_variance
    predicted = predict(small_pair(1).source, model, uncertainty=("head",))
    error = np.abs(predicted.sel(structure="dna") - model_units(model, small_pair(1)))
    uncertainty = predicted.uncertainty.sel(structure="dna").values
    assert pearson_r(uncertainty, error.values) > 0.2
    with pytest.raises(ConfigError, match="separate: false"):
        parse_settings(_recorded(tmp_path, fit=fit, network={**NETWORK, "separate": True}), TrainSettings)


def model_units(model: Model, pair: Pair) -> np.ndarray:
    """The true DNA in units of the network."""
    scale = model.card.output_scale["dna"]
    return (pair.targets["dna"] - scale.offset) / scale.scale


def test_stacks_may_predict_the_mean_of_their_planes(tmp_path: Path) -> None:
    values = _recorded(tmp_path, network={**NETWORK, "project_z": True}, fit={**FIT, "patch": [1, 16, 16]})
    for seed in range(2):
        target = small_pair(seed).targets["dna"].mean(axis=0, keepdims=True)
        sizes = {"PhysicalSizeZ": 0.5, "PhysicalSizeY": 0.3, "PhysicalSizeX": 0.3}
        tifffile.imwrite(tmp_path / f"dna_{seed}.ome.tif", target, metadata={"axes": "ZYX", **sizes})
    del values["data"]["pairs"][0]["targets"]["vesicles"]
    model = train(parse_settings(values, TrainSettings), tmp_path / "model")
    assert model.card.project_z
    predicted = predict(small_pair(1).source, model).sel(structure="dna").values
    assert predicted.shape == (1, 24, 24)
    assert pearson_r(predicted[0], small_pair(1).targets["dna"].mean(axis=0)) > 0.7


def test_a_training_goes_on_from_a_package(tmp_path: Path) -> None:
    first = train(parse_settings(_recorded(tmp_path), TrainSettings), tmp_path / "first")
    again = {**FIT, "steps": 2, "validate_every": 2, "learning_rate": 1e-6}
    start = {"model": str(first.path), "freeze_steps": 1, "trunk_rate": 0.1}
    model = train(parse_settings(_recorded(tmp_path, start=start, fit=again), TrainSettings), tmp_path / "second")
    # It knows from the first step on what the other has learnt.
    assert model.card.metrics["dna"]["validation_pearson_r"] > first.card.metrics["dna"]["validation_pearson_r"] - 0.05
    told = model.card.training["start"]
    assert (told["name"], told["weights_sha256"], told["freeze_steps"]) == ("small", first.digest, 1)
    assert str(tmp_path) not in str(told)
    other = _recorded(tmp_path, start=str(first.path), network={"depth": 2, "width": 4})
    with pytest.raises(ModelError, match="ndim: 3, depth: 1, width: 4"):
        train(parse_settings(other, TrainSettings), tmp_path / "third")


def test_what_is_done_is_not_done_again_and_other_settings_are_refused(tmp_path: Path) -> None:
    short = {**FIT, "steps": 2}
    settings, out = parse_settings(_recorded(tmp_path, fit=short), TrainSettings), tmp_path / "model"
    first = train(settings, out)
    progress: list[Progress] = []
    assert train(settings, out, progress.append).digest == first.digest
    assert progress == []
    other = settings.model_copy(update={"seed": 1})
    with pytest.raises(RunFolderError, match="seed 0 instead of 1"):
        train(other, out)
    assert train(other, out, progress.append, overwrite=True).digest != first.digest
    assert [reached.step for reached in progress] == [2]
    assert not (out / ".training.lock").exists()


def test_a_model_of_other_data_is_not_given_as_the_one_of_these(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    values, out = _recorded(tmp_path, fit={**FIT, "steps": 1}), tmp_path / "model"
    settings = parse_settings(values, TrainSettings)
    train(settings, out)
    train(settings, out)
    assert "already trained, nothing to do" in caplog.text
    changed = Path(values["data"]["pairs"][0]["targets"]["dna"]["path"])
    changed.write_bytes(changed.read_bytes()[::-1])
    with pytest.raises(RunFolderError, match=r"dna_0.ome.tif, which has changed since.*--overwrite"):
        train(settings, out)


def test_a_gpu_is_used_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def first(device: str) -> str:
        asked.append(device)
        return "cpu"

    monkeypatch.setattr("livecell.pipeline.train.choose_device", first)
    train(parse_settings(_recorded(tmp_path, fit={**FIT, "steps": 1}), TrainSettings), tmp_path / "model")
    assert asked == ["auto"]


def test_pairs_that_are_wrong_do_not_bind_the_folder(tmp_path: Path) -> None:
    values, out = _recorded(tmp_path, fit={**FIT, "steps": 1}), tmp_path / "model"
    wrong = {**values, "fit": {**FIT, "patch": [4, 64, 64]}}
    with pytest.raises(ConfigError, match="64"):
        train(parse_settings(wrong, TrainSettings), out)
    assert not out.exists()
    assert livecell.train(parse_settings(values, TrainSettings), out).card.training["steps_done"] == 1


def test_simulated_movies_become_a_package_that_says_so(tmp_path: Path) -> None:
    values = {
        "name": "simulated",
        "data": {
            "simulate": {
                "timepoints": 2,
                "structures": ["dna"],
                "cells": {"count": 1},
                "shape": [8, 64, 64],
                "voxel_size_um": [0.8, 0.5, 0.5],
            },
            "train_seeds": [1],
            "validation_seeds": [2],
            "frames_per_seed": 1,
        },
        "network": NETWORK,
        "fit": {**FIT, "patch": [8, 32, 32], "steps": 2},
    }
    model = train(parse_settings(values, TrainSettings), tmp_path / "model")
    assert model.card.simulated
    assert model.card.structures == ("dna",)
    assert model.outputs == 1
    assert model.card.training["split"] == "by simulated movie"


def test_a_seed_cannot_train_and_validate() -> None:
    with pytest.raises(ConfigError, match="seeds"):
        parse_settings({"name": "x", "data": {"train_seeds": [1, 2], "validation_seeds": [2]}}, TrainSettings)


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("train_*.yaml")), ids=lambda path: path.name)
def test_sample_configurations_are_valid(path: Path) -> None:
    settings = load_settings(path, TrainSettings)
    assert parse_settings(settings.model_dump(mode="json"), TrainSettings) == settings


def test_a_misspelt_key_names_its_nearest_neighbour() -> None:
    with pytest.raises(ConfigError, match="did you mean 'train_seeds'"):
        parse_settings({"name": "x", "data": {"simulate": {}, "train_seedz": [1]}}, TrainSettings)

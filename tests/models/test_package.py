"""Packages: written, opened, refused, and their networks loaded once."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from livecell.errors import ModelError
from livecell.models import Model, check_distinct, open_model, open_models, write_package
from tests.scenes.models import card_of, image_for, network_of, package_of

SEVERAL = [{"depth": 1}, {"depth": 2, "width": 3}]


@pytest.mark.parametrize("network", [{"ndim": 3}, {"ndim": 2}, SEVERAL])
def test_an_opened_package_says_what_the_network_said(tmp_path: Path, network: Any) -> None:
    card = card_of("dna", "golgi", network=network)
    package_of(tmp_path / "m", card)
    model = open_model(tmp_path / "m")
    image = image_for(card)
    with torch.no_grad():
        expected = network_of(card)(image)
        torch.testing.assert_close(model.network()(image), expected, rtol=1e-4, atol=1e-4 * float(expected.std()))
    measured = {"weights_sha256": model.digest, "reach_voxels": model.reach}
    assert model.card == card.model_copy(update=measured)


def test_a_network_is_loaded_once_and_again_for_other_weights(tmp_path: Path) -> None:
    model = package_of(tmp_path / "m", card_of("dna"))
    network = model.network()
    assert open_model(tmp_path / "m").network("cpu") is model.network() is network
    other = package_of(tmp_path / "m", card_of("dna"), seed=1)
    assert other.network() is not network


def test_a_package_of_several_networks_sums_them_up(tmp_path: Path) -> None:
    model = package_of(tmp_path / "m", card_of("dna", "golgi", network=SEVERAL))
    assert [shape.depth for shape in model.shapes] == [1, 2]
    assert (model.ndim, model.stride, model.inputs, model.outputs) == (3, 4, 1, 2)


def test_outputs_of_several_networks_follow_one_another(tmp_path: Path) -> None:
    card = card_of("dna", "golgi", network=SEVERAL)
    model, original = package_of(tmp_path / "m", card), network_of(card)
    image = image_for(card)
    with torch.no_grad():
        apart = torch.cat([member(image) for member in original.members], dim=1)
        torch.testing.assert_close(model.network()(image), apart, rtol=1e-4, atol=1e-4 * float(apart.std()))


def test_a_dozen_packages_that_predict_in_turn_are_loaded_once(tmp_path: Path) -> None:
    card = card_of("dna", network={"depth": 0, "width": 1})
    models = [package_of(tmp_path / f"m{index}", card, seed=index) for index in range(12)]
    first = [model.network() for model in models]
    assert all(model.network() is network for _ in range(2) for model, network in zip(models, first, strict=True))


def test_a_model_travels_to_a_worker(tmp_path: Path) -> None:
    model = package_of(tmp_path / "m", card_of("dna"))
    assert pickle.loads(pickle.dumps(model)) == model


def test_a_relative_path_is_kept_as_an_absolute_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package_of(tmp_path / "m", card_of("dna"))
    monkeypatch.chdir(tmp_path)
    assert open_model("m").path == tmp_path / "m"


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return package_of(tmp_path / "m", card_of("dna"))


def test_changed_weights_are_refused_when_opened_and_when_loaded(model: Model) -> None:
    weights = model.path / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x7f")
    with pytest.raises(ModelError, match="digest of the card"):
        open_model(model.path)
    with pytest.raises(ModelError, match="digest of the card"):
        model.network()


def test_missing_weights_are_told(model: Model) -> None:
    (model.path / "weights.safetensors").unlink()
    with pytest.raises(ModelError, match=r"weights\.safetensors.*No such file"):
        open_model(model.path)


def test_a_card_without_a_digest_is_refused(model: Model) -> None:
    card = model.path / "model.yaml"
    card.write_text("\n".join(line for line in card.read_text().splitlines() if "weights_sha256" not in line))
    with pytest.raises(ModelError, match="none"):
        open_model(model.path)


def test_a_name_that_is_no_package_is_told_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"one of bundled.*no such folder"):
        open_model("nothing_of_that_name")
    with pytest.raises(ModelError, match=r"no model\.yaml"):
        open_model(tmp_path)


@pytest.mark.parametrize("network", [{"width": 8}, [{}], [{}, {}]])
def test_weights_that_do_not_fit_the_card_are_not_packaged(tmp_path: Path, network: Any) -> None:
    card = card_of(*("dna", "golgi")[: len(network)], network=network)
    with pytest.raises(ModelError, match="UNetShape"):
        write_package(tmp_path / "m", card, network_of(card_of("dna", "golgi", network={"depth": 1})))
    assert not (tmp_path / "m" / "model.yaml").exists()


def test_the_same_weights_twice_are_refused_but_not_another_model(tmp_path: Path) -> None:
    for seed, (name, structures) in enumerate({"a": ("dna", "golgi"), "b": ("golgi",), "c": ("dna",)}.items()):
        package_of(tmp_path / name, card_of(*structures, name=name), seed)
    a, b, c = open_models([tmp_path / name for name in "abc"])
    check_distinct([a, b, c])
    shutil.copytree(tmp_path / "b", tmp_path / "d")
    with pytest.raises(ModelError, match=r"golgi.*the same in b and b"):
        open_models([tmp_path / name for name in "abd"])

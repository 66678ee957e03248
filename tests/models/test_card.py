"""What a card accepts, and what it says about the images it is for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from livecell.errors import ModelError
from livecell.models import OutputScale, read_card, write_card
from livecell.structures import Form
from tests.scenes.models import card_of

SEVERAL = [{"width": 2}, {"depth": 1, "outputs": 2}]


@pytest.mark.parametrize(("given", "count"), [({}, 1), ([{"outputs": 3}], 1), (SEVERAL, 2)])
def test_networks_come_back_as_they_were_written(tmp_path: Path, given: Any, count: int) -> None:
    card = card_of("dna", "golgi", "nucleoli", network=given)
    write_card(tmp_path, card)
    assert read_card(tmp_path) == card
    assert len(card.networks) == count
    assert sum(network.outputs for network in card.networks) == 3


@pytest.mark.parametrize("given", [{}, SEVERAL])
def test_a_misspelt_key_of_a_network_is_told(tmp_path: Path, given: Any) -> None:
    write_card(tmp_path, card_of("dna", "golgi", "nucleoli", network=given))
    card = tmp_path / "model.yaml"
    card.write_text(card.read_text().replace("width:", "widht:", 1))
    with pytest.raises(ModelError, match="did you mean 'width'"):
        read_card(tmp_path)


def test_a_card_comes_back_from_its_folder(tmp_path: Path) -> None:
    card = card_of(
        "dna",
        "spindle",
        output_scale={"dna": {"offset": 100.0, "scale": 20.0}},
        training={"data": "a plate", "seeds": [1, 2], "steps": 500},
        metrics={"dna": {"pearson_r": 0.9, "ceiling": 0.95}},
        input_statistics={"contrast": 0.1},
        own_structures={"spindle": {"form": "filaments", "protein": "TPX2", "color": "00FF00"}},
    )
    write_card(tmp_path, card)
    assert read_card(tmp_path) == card


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"network": {"outputs": 3}}, "2 structures for 3 outputs"),
        ({"network": [{}]}, "2 structures for 1 outputs"),
        ({"network": [{"ndim": 2}, {}]}, "the same ndim"),
        ({"network": [{"inputs": 2}, {}]}, "the same inputs"),
        ({"network": []}, "at least 1 item"),
        ({"planes_as_channels": True}, "ndim 2"),
        ({"network": {"ndim": 2}, "project_z": True}, "ndim 3"),
        ({"network": [{}, {}], "planes_as_channels": True}, "ndim 2"),
        ({"output_scale": {"golgi": {"offset": 0, "scale": 1}}}, "golgi"),
        ({"network": {"ndim": 2}, "reach_voxels": (8, 8, 8)}, "reach_voxels of 3 axes for networks of 2"),
        ({"reach_voxels": (8, 8, -1)}, "greater than or equal to 0"),
        ({"voxel_size_um": (0.2, -0.2, 0.2)}, "greater than 0"),
    ],
)
def test_a_card_that_contradicts_itself_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        card_of("dna", "golgi_too", **changes)


def test_a_structure_is_named_once() -> None:
    with pytest.raises(ValueError, match="named twice"):
        card_of("dna", "dna")


def test_a_misspelt_key_names_the_right_one(tmp_path: Path) -> None:
    write_card(tmp_path, card_of("dna"))
    card = tmp_path / "model.yaml"
    card.write_text(card.read_text().replace("licence:", "license:"))
    with pytest.raises(ModelError, match="did you mean 'licence'"):
        read_card(tmp_path)


def test_a_missing_key_is_told(tmp_path: Path) -> None:
    write_card(tmp_path, card_of("dna"))
    card = tmp_path / "model.yaml"
    card.write_text(card.read_text().replace("licence: CC0-1.0\n", ""))
    with pytest.raises(ModelError, match="the key 'licence'"):
        read_card(tmp_path)


def test_a_folder_without_a_card_is_no_package(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no model\.yaml; give the folder"):
        read_card(tmp_path)


def test_own_structures_are_described() -> None:
    card = card_of("spindle", own_structures={"spindle": {"form": "filaments"}})
    assert card.described_structures()["spindle"].form is Form.FILAMENTS


def test_counts_come_back_from_a_prediction() -> None:
    counts = OutputScale(offset=100, scale=20).to_counts(np.array([-1.0, 0.5], np.float32))
    assert counts.tolist() == [80, 110]


def test_a_model_with_log_variances_has_two_outputs_per_structure() -> None:
    assert card_of("dna", "golgi", log_variance=True, network={"outputs": 4}).log_variance
    with pytest.raises(ValueError, match="2 structures with a log-variance each for 2 outputs"):
        card_of("dna", "golgi", log_variance=True)
    with pytest.raises(ValueError, match="one network"):
        card_of("dna", log_variance=True, network=[{}, {}])

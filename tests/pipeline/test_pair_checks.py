"""What is wrong between pairs, or with what they are for."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from livecell.config import TrainSettings, parse_settings
from livecell.pipeline.training_pairs import check_pairs, training_data
from tests.scenes.pairs import training_of, write_pair
from tests.scenes.training import SHAPE, small_pair

HALVES = {"axis": "x", "train": [0, 16], "validation": [16, 24]}


def _problems(values: dict[str, Any]) -> list[str]:
    return check_pairs(parse_settings(values, TrainSettings))


def _dark_from(column: int, seed: int = 0) -> np.ndarray:
    target = np.array(small_pair(seed).targets["dna"])
    target[..., column:] = 0.1
    return target


def _halves(*pairs: dict[str, Any]) -> dict[str, Any]:
    values = training_of({"pairs": list(pairs)}, validation=HALVES)
    return {**values, "fit": {"patch": [4, 16, 8]}}


def test_a_structure_that_is_constant_where_it_validates_is_said_with_all_else(tmp_path: Path) -> None:
    dark = write_pair(tmp_path, 0, changed={"dna": _dark_from(16)})
    (problem,) = _problems(_halves(dark))
    assert problem.startswith("structure 'dna': 0.1 everywhere in all that validates")
    values = _halves(dark, write_pair(tmp_path, 1, ("golgi",)))
    values["fit"] = {"patch": [4, 16, 8], "importance": {"desmosomes": 2.0}}
    assert [part in line for part, line in zip(("desmosomes", "'dna'"), _problems(values), strict=True)] == [True, True]


def test_one_dark_region_among_several_is_no_problem(tmp_path: Path) -> None:
    dark = write_pair(tmp_path, 0, changed={"dna": _dark_from(16)})
    assert _problems(_halves(dark, write_pair(tmp_path, 1))) == []


def test_nothing_is_said_of_what_validates_while_some_of_it_cannot_be_seen(tmp_path: Path) -> None:
    dark = write_pair(tmp_path, 0, changed={"dna": _dark_from(16)})
    odd = write_pair(tmp_path, 1, changed={"source": np.zeros(SHAPE)})
    gone = write_pair(tmp_path, 2)
    gone["source"]["path"] = str(tmp_path / "gone.tif")
    for other, said in ((odd, "black"), (gone, "gone.tif")):
        (problem,) = _problems(_halves(dark, other))
        assert said in problem


def test_a_structure_that_no_validation_shows_is_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    pairs = [write_pair(tmp_path, 0, ("dna", "golgi")), write_pair(tmp_path, 1)]
    with caplog.at_level(logging.WARNING):
        assert _problems(training_of({"pairs": pairs}, validation={"pairs": ["field 1"]})) == []
    (warning,) = caplog.messages
    assert "structure 'golgi' is known nowhere in what validates" in warning


def test_validation_that_shows_nothing_learnt_is_refused(tmp_path: Path) -> None:
    pairs = [write_pair(tmp_path, 0), write_pair(tmp_path, 1, ("golgi",))]
    (problem,) = _problems(training_of({"pairs": pairs}, validation={"pairs": ["field 1"]}))
    assert "nothing that is learnt is known in what validates" in problem


@pytest.mark.parametrize("how", [{}, {"validation": {"pairs": ["field 0"]}}], ids=["by region", "by pair"])
def test_a_training_without_pairs_to_train_on_is_refused(tmp_path: Path, how: dict[str, Any]) -> None:
    pairs = [{**write_pair(tmp_path, seed), "split": role} for seed, role in enumerate(("test", "test"))]
    (problem,) = _problems(training_of({"pairs": pairs}, **how))
    assert "nothing is left to train on: the `split` of all 2 images" in problem


def test_all_wrong_channels_are_found_in_one_go(tmp_path: Path) -> None:
    pairs = [write_pair(tmp_path, seed, ("dna", "golgi")) for seed in range(3)]
    pairs[0]["source"]["channel"] = "BF"
    pairs[0]["targets"]["golgi"]["channel"] = 5
    pairs[0]["targets"]["dna"]["channel"] = "Hoechst"
    pairs[1]["targets"]["golgi"]["channel"] = "GFP"
    problems = _problems(training_of({"pairs": pairs}, validation={"pairs": ["field 2"]}))
    expected = ["field 0: source", "field 0: target dna", "field 0: target golgi", "field 1: target golgi"]
    assert [problem.split(" /")[0] for problem in problems] == expected
    assert all("correct `channel:` of this image" in problem and "--" not in problem for problem in problems)


def test_two_recordings_must_not_have_one_name(tmp_path: Path) -> None:
    pairs = [write_pair(tmp_path, seed) for seed in range(3)]
    pairs[1]["name"] = "field 0"
    (problem,) = _problems(training_of({"pairs": pairs}, validation={"pairs": ["field 2"]}))
    assert "different recordings have the name 'field 0'" in problem
    assert "source_1.ome.tif" in problem


def test_frames_of_one_recording_may_be_listed_one_by_one(tmp_path: Path) -> None:
    one, other = write_pair(tmp_path, 0), write_pair(tmp_path, 1)
    again = {**one, "targets": write_pair(tmp_path, 2, ("golgi",))["targets"]}
    assert _problems(training_of({"pairs": [one, again, other]}, validation={"pairs": ["field 1"]})) == []


@pytest.mark.parametrize(
    ("network", "patch"),
    [({"ndim": 2, "depth": 1, "planes_as_channels": True}, [1, 16, 8]), ({"depth": 1, "project_z": True}, [13, 16, 8])],
    ids=["planes_as_channels", "project_z"],
)
def test_a_plane_is_learnt_from_13_planes_in_plain_tiffs(
    tmp_path: Path, network: dict[str, Any], patch: list[int]
) -> None:
    stack = np.concatenate([small_pair(seed).source for seed in range(4)])[:13]
    for name, volume in (("source", stack), ("dna", small_pair().targets["dna"][0])):
        tifffile.imwrite(tmp_path / f"{name}.tif", volume, photometric="minisblack")
    images = {"source": {"path": str(tmp_path / "source.tif")}, "targets": {"dna": {"path": str(tmp_path / "dna.tif")}}}
    reading = {"axes": "zyx", "voxel_size_um": [1, 0.3, 0.3]}
    values = _halves({"name": "a", **images})
    values["data"]["acquisition"] = reading
    assert _problems({**values, "network": network, "fit": {"patch": patch}}) == []


def test_the_description_names_what_trained_and_what_validated(tmp_path: Path) -> None:
    for seed in range(3):
        write_pair(tmp_path, seed)
    rows = [f"source_{seed}.ome.tif,dna_{seed}.ome.tif,{('train', 'train', 'test')[seed]}" for seed in range(3)]
    (tmp_path / "pairs.csv").write_text("\n".join(["source,dna,split", *rows]), encoding="utf-8")
    values = training_of(
        {"manifest": str(tmp_path / "pairs.csv")}, validation={"axis": "x", "fraction": 0.34, "gap": 0}
    )
    values["fit"] = {"patch": [4, 16, 8]}
    data = training_data(parse_settings(values, TrainSettings), (0.1, 99.9))
    learnt = ["row 1 (source_0.ome.tif)", "row 2 (source_1.ome.tif)"]
    tested = ["row 3 (source_2.ome.tif)"]
    assert data.description["image_names"] == {"train": learnt, "validation": learnt, "test": tested}

"""What is learnt from: found, split, checked, all that is wrong said in one go."""

from __future__ import annotations

import pickle
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from livecell.config import TrainSettings, parse_settings
from livecell.errors import ConfigError, PairsError
from livecell.pipeline.training_pairs import TrainingData, check_pairs, training_data
from livecell.training import output_scales, to_sample
from livecell.volumes import normalisation_of
from tests.scenes.pairs import training_of, write_pair, write_stack
from tests.scenes.simulation import small_settings
from tests.scenes.training import SHAPE, small_pair, wide_pair

PERCENTILES = (0.1, 99.9)


def _settings(values: dict[str, Any]) -> TrainSettings:
    return parse_settings(values, TrainSettings)


def _data(values: dict[str, Any], folder: Path | None = None) -> TrainingData:
    return training_data(_settings(values), PERCENTILES, folder)


def _by_pair(*names: str) -> dict[str, Any]:
    return {"validation": {"pairs": list(names)}}


def test_one_pass_gives_what_all_images_in_memory_give(tmp_path: Path) -> None:
    pairs = [write_pair(tmp_path, seed, ("dna", "golgi")) for seed in range(3)]
    data = _data(training_of({"pairs": pairs}, **_by_pair("field 2")))
    in_memory = [replace(small_pair(seed, structures=("dna", "golgi")), name=f"field {seed}") for seed in range(3)]
    scales = output_scales(in_memory[:2], ("dna", "golgi"))
    for name, scale in scales.items():
        assert data.scales[name].offset == pytest.approx(scale.offset, rel=1e-6)
        assert data.scales[name].scale == pytest.approx(scale.scale, rel=1e-6)
    for pair in in_memory:
        assert data.normalisations[pair.name] == normalisation_of([pair.source], PERCENTILES)
    expected = [to_sample(pair, data.scales) for pair in in_memory]
    for sample, wanted in zip(data.samples(data.train), expected[:2], strict=True):
        np.testing.assert_array_equal(sample.target, wanted.target)
        np.testing.assert_array_equal(sample.source, wanted.source)
    assert [pair.name for pair in data.validation] == ["field 2"]
    assert data.voxel_size_um == (0.5, 0.3, 0.3)
    assert data.description["images"] == {"train": 2, "validation": 1}


def test_partial_labels_in_files_of_their_own(tmp_path: Path) -> None:
    pairs = [write_pair(tmp_path, 0, ("dna",)), write_pair(tmp_path, 1, ("golgi",)), write_pair(tmp_path, 2)]
    data = _data(training_of({"pairs": pairs}, **_by_pair("field 2")))
    assert data.structures == ("dna", "golgi")
    first, second = data.samples(data.train)
    assert np.isnan(first.target[1]).all()
    assert np.isnan(second.target[0]).all()
    assert np.isfinite(second.target[1]).all()


def test_a_manifest_says_what_is_for_what(tmp_path: Path) -> None:
    for seed in range(3):
        write_pair(tmp_path, seed)
    mask = np.ones(SHAPE, dtype=np.uint8)
    mask[:, :5] = 0
    write_stack(tmp_path / "mask.ome.tif", mask)
    rows = [f"{s},source_{s}.ome.tif,dna_{s}.ome.tif" for s in range(3)]
    table = [
        "name,source,dna,split,mask",
        f"{rows[0]},train,mask.ome.tif",
        f"{rows[1]},validation,",
        f"{rows[2]},test,",
    ]
    (tmp_path / "pairs.csv").write_text("\n".join(table), encoding="utf-8")
    data = _data(training_of({"manifest": str(tmp_path / "pairs.csv")}))
    assert [pair.name for pairs in (data.train, data.validation, data.test) for pair in pairs] == ["0", "1", "2"]
    (sample,) = data.samples(data.train)
    np.testing.assert_array_equal(np.isfinite(sample.target[0]), mask != 0)
    assert data.description["split"] == "by image, as listed"


def test_ranges_train_validate_and_test(tmp_path: Path) -> None:
    split = {"axis": "x", "train": [0, 10], "validation": [11, 15], "test": [16, 24]}
    values = training_of({"pairs": [write_pair(tmp_path, 0)]}, validation=split)
    data = _data({**values, "fit": {"patch": [4, 16, 4]}})
    whole = small_pair(0)
    for pairs, (start, stop) in zip(
        (data.train, data.validation, data.test), ((0, 10), (11, 15), (16, 24)), strict=True
    ):
        (pair,) = pairs
        np.testing.assert_array_equal(pair.source, whole.source[..., start:stop])
    assert data.scales["dna"].offset == pytest.approx(float(whole.targets["dna"][..., :10].mean()), rel=1e-5)
    assert data.description["split"] == "by range along x: train 0 to 9, validation 11 to 14, test 16 to 23"


def test_what_tests_is_cut_off_first(tmp_path: Path) -> None:
    pairs = [write_pair(tmp_path, seed) for seed in range(2)]
    held = {"test": {"pairs": ["field 1"]}, "validation": {"axis": "x", "fraction": 0.25, "gap": 2}}
    data = _data({**training_of({"pairs": pairs}, **held), "fit": {"patch": [4, 16, 6]}})
    assert [pair.source.shape[2] for pair in (*data.train, *data.validation, *data.test)] == [16, 6, 24]
    assert data.test[0].name == "field 1"
    assert "tested by image: field 1" in data.description["split"]


def test_overlapping_ranges_are_refused(tmp_path: Path) -> None:
    split = {"axis": "x", "train": [0, 12], "test": [11, 24]}
    with pytest.raises(ConfigError, match="train and test overlap"):
        _settings(training_of({"pairs": [write_pair(tmp_path, 0)]}, validation=split))


def _wrong(folder: Path) -> dict[str, Any]:
    """Eight pairs, of which seven are wrong, each in its own way."""
    pairs = [write_pair(folder, seed) for seed in (0, 8)]
    pairs.append(write_pair(folder, 1, changed={"dna": np.zeros((4, 24, 20), dtype=np.float32)}))
    pairs.append(write_pair(folder, 2, changed={"dna": np.full(SHAPE, np.nan, dtype=np.float32)}))
    pairs.append(write_pair(folder, 3, changed={"dna": np.zeros(SHAPE, dtype=np.float32)}))
    bright = np.exp(2.5 * (small_pair(4).source / 200 - 5.0)).astype(np.float32)
    pairs.append(write_pair(folder, 4, changed={"source": bright, "dna": small_pair(4).source}))
    pairs.append(write_pair(folder, 5))
    pairs[-1]["targets"]["dna"]["path"] = str(folder / "nowhere.ome.tif")
    pairs.append(write_pair(folder, 6, changed={"source": small_pair(0).source}))
    pairs.append(write_pair(folder, 7, ("blebs",)))
    return training_of({"pairs": pairs}, **_by_pair("field 8"))


def test_all_that_is_wrong_is_found_in_one_go(tmp_path: Path) -> None:
    values = _wrong(tmp_path)
    problems = check_pairs(_settings(values))
    expected = [
        ("nowhere.ome.tif", "no such file"),
        ("blebs", "structure"),
        ("field 1", "shape (4, 24, 20)"),
        ("field 2", "NaN everywhere"),
        ("field 3", "black everywhere"),
        ("field 4", "swap their channels"),
        ("field 0 and field 6", "the same image"),
    ]
    for parts in expected:
        assert any(all(part in problem for part in parts) for problem in problems), (parts, problems)
    assert len(problems) == len(expected)
    with pytest.raises(PairsError) as raised:
        _data(values)
    lines = str(raised.value).splitlines()
    assert "7 problems" in lines[0]
    assert len(lines) == 8
    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)


def test_right_pairs_have_no_problems(tmp_path: Path) -> None:
    pairs = [write_pair(tmp_path, seed) for seed in range(2)]
    assert check_pairs(_settings(training_of({"pairs": pairs}, **_by_pair("field 1")))) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fit": {"patch": [4, 32, 16]}}, "below the patch"),
        ({"validation": {"axis": "x", "fraction": 0.25, "gap": 2}}, "of its part for validation"),
        ({"validation": {"pairs": ["nobody"]}}, "nobody"),
        ({"network": {"ndim": 2, "planes_as_channels": True}, "fit": {"patch": [1, 16, 16]}}, "expected (1, 24, 24)"),
        ({"network": {"project_z": True}}, "expected (1, 24, 24)"),
        ({"fit": {"patch": [4, 15, 16]}}, "no multiple of 2"),
        ({"fit": {"patch": [4, 16, 16], "other_patch": [4, 32, 16]}}, "below the patch (4, 32, 16)"),
        ({"fit": {"patch": [4, 16, 16], "other_patch": [4, 15, 16]}}, "no multiple of 2"),
        ({"network": {"ndim": 2, "depth": 1}}, "a 2D network takes one"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_settings_that_do_not_fit_the_images_are_said(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    pairs = [write_pair(tmp_path, seed) for seed in range(2)]
    values = {**training_of({"pairs": pairs}, **_by_pair("field 1")), **changes}
    assert any(said in problem for problem in check_pairs(_settings(values)))


def test_one_recording_must_not_be_on_both_sides(tmp_path: Path) -> None:
    one, other = write_pair(tmp_path, 0), write_pair(tmp_path, 1)
    copied = write_pair(tmp_path, 2, ("golgi",), changed={"source": small_pair(1).source})
    for twin in ({**one, "name": "twin", "targets": write_pair(tmp_path, 3, ("golgi",))["targets"]}, copied):
        values = training_of({"pairs": [one, other, twin]}, **_by_pair(twin["name"]))
        (problem,) = check_pairs(_settings(values))
        assert "one recording is used for" in problem


def test_frames_and_channels_that_are_not_there_are_said(tmp_path: Path) -> None:
    pairs = [write_pair(tmp_path, seed) for seed in range(3)]
    pairs[0]["frames"] = [0, 7]
    pairs[1]["targets"]["dna"]["channel"] = "Hoechst"
    problems = check_pairs(_settings(training_of({"pairs": pairs}, **_by_pair("field 2"))))
    assert len(problems) == 2
    assert "frame 7" in problems[0]
    assert "Hoechst" in problems[1]


def test_a_missing_file_does_not_hide_what_is_wrong_elsewhere(tmp_path: Path) -> None:
    pairs = [write_pair(tmp_path, seed) for seed in range(2)]
    pairs[0]["source"]["path"] = pairs[0]["targets"]["dna"]["path"] = str(tmp_path / "gone.tif")
    values = training_of({"pairs": pairs}, validation={"axis": "x", "fraction": 0.5, "gap": 20})
    problems = check_pairs(_settings(values))
    assert len(problems) == 2
    assert "gone.tif" in problems[0]
    assert "region held out along x" in problems[1]


def test_a_structure_that_is_constant_where_it_trains_is_said(tmp_path: Path) -> None:
    target = np.zeros(SHAPE, dtype=np.float32)
    target[..., 20:] = small_pair().targets["dna"][..., 20:]
    values = training_of(
        {"pairs": [write_pair(tmp_path, 0, changed={"dna": target})]}, validation={"train": [0, 16], "test": [16, 24]}
    )
    (problem,) = check_pairs(_settings({**values, "fit": {"patch": [4, 16, 8]}}))
    assert "'dna': a constant target in all that trains" in problem


def test_few_images_are_in_memory_and_patches_come_from_all(tmp_path: Path) -> None:
    pairs = [write_pair(tmp_path, seed) for seed in range(4)]
    two_images = 2.5 * 2 * 2 * np.prod(SHAPE) / 1e9
    values = training_of({"pairs": pairs, "buffer_gb": two_images}, **_by_pair("field 3"))
    settings = _settings(values)
    data = training_data(settings, PERCENTILES)
    stream, again = data.stream(settings), data.stream(settings)
    assert len(stream.window(0)) == 2
    assert {index for step in range(0, 60, 10) for index in stream.window(step)} == {0, 1, 2}
    for step in (0, 35):
        for patch, same in zip(stream.batch(step), again.batch(step), strict=True):
            np.testing.assert_array_equal(patch.source, same.source)
            np.testing.assert_array_equal(patch.target, same.target)


def test_a_stack_that_predicts_one_plane(tmp_path: Path) -> None:
    projected = [small_pair(seed).targets["dna"].mean(axis=0, keepdims=True) for seed in range(2)]
    pairs = [write_pair(tmp_path, seed, changed={"dna": plane}) for seed, plane in enumerate(projected)]
    settings = _settings({**training_of({"pairs": pairs}, **_by_pair("field 1")), "network": {"project_z": True}})
    (patch, _) = training_data(settings, PERCENTILES).stream(settings).batch(0)
    assert patch.source.shape == (1, 4, 16, 16)
    assert patch.target.shape == (1, 1, 16, 16)


def test_a_missing_manifest_is_one_problem(tmp_path: Path) -> None:
    (problem,) = check_pairs(_settings(training_of({"manifest": str(tmp_path / "none.csv")})))
    assert "none.csv" in problem


def _shifted_pairs(folder: Path, alignment: str) -> dict[str, Any]:
    """Large fields whose targets lie (3, -4) pixels beside their images."""
    pairs = []
    for seed in range(2):
        pair = wide_pair(seed)
        moved = np.roll(pair.targets["dna"], (3, -4), axis=(1, 2))
        pairs.append(write_pair(folder, seed, changed={"source": pair.source, "dna": moved}))
    values = training_of({"pairs": pairs, "alignment": alignment}, **_by_pair("field 1"))
    return {**values, "network": {"ndim": 2, "depth": 1}, "fit": {"patch": [1, 16, 16]}}


@pytest.mark.parametrize("alignment", ["report", "correct", "off"])
def test_shifted_targets_are_reported_or_moved_back(tmp_path: Path, alignment: str) -> None:
    data = _data(_shifted_pairs(tmp_path, alignment))
    lines = data.description.get("alignment", [])
    assert len(lines) == (0 if alignment == "off" else 2)
    found = [tuple(map(int, re.findall(r"-?\d+", line.split("lies")[1])[:2])) for line in lines]
    assert all(abs(y - 3) <= 1 and abs(x + 4) <= 1 for y, x in found)
    assert all(("moved back" in line) == (alignment == "correct") for line in lines)
    (sample,) = data.samples(data.train)
    assert np.isnan(sample.target).any() == (alignment == "correct")
    if alignment == "correct":
        (y, x), true = found[0], to_sample(wide_pair(0), data.scales).target
        known = np.isfinite(sample.target)
        wanted = np.roll(true, (3 - y, -4 - x), axis=(2, 3))
        np.testing.assert_allclose(sample.target[known], wanted[known], atol=2e-3)


def test_simulated_frames_are_kept_in_the_folder(tmp_path: Path) -> None:
    simulate = small_settings(structures=("dna", "cell_membrane")).model_dump(mode="json")
    seeds = {"train_seeds": [1], "validation_seeds": [2], "test_seeds": [3]}
    values = {"simulate": simulate, "frames_per_seed": 1, **seeds}
    data = _data(training_of(values), tmp_path)
    assert [len(pairs) for pairs in (data.train, data.validation, data.test)] == [1, 1, 1]
    assert len(list(tmp_path.iterdir())) == 3
    assert data.structures == ("dna", "cell_membrane")
    assert data.description["split"] == "by simulated movie"
    assert check_pairs(_settings({**training_of(values), "fit": {"patch": [16, 64, 64]}})) != []


def test_what_is_wrong_is_told_before_anything_is_simulated(tmp_path: Path) -> None:
    simulate = small_settings(structures=("dna", "cell_membrane")).model_dump(mode="json")
    values = training_of({"simulate": simulate, "frames_per_seed": 1, "train_seeds": [1], "validation_seeds": [2]})
    values["fit"] = {**values.get("fit", {}), "importance": {"golgi": 2.0}}
    assert any("names golgi" in line for line in check_pairs(_settings(values)))
    with pytest.raises(PairsError, match="names golgi"):
        _data(values, tmp_path)
    assert list(tmp_path.iterdir()) == []

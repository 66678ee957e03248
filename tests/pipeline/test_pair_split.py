"""What pairs say of themselves comes before what the settings say of all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from livecell.config import TrainSettings, parse_settings
from livecell.errors import ConfigError
from livecell.pipeline.pair_split import Split, recorded_frames, split_in_words, split_recorded
from tests.scenes.pairs import training_of, write_pair


def _split(folder: Path, splits: list[str | None], **changes: Any) -> tuple[Split, TrainSettings]:
    pairs = [{**write_pair(folder, seed), "split": split} for seed, split in enumerate(splits)]
    settings = parse_settings(training_of({"pairs": pairs}, **changes), TrainSettings)
    assert not hasattr(settings.data, "train_seeds")
    return split_recorded(recorded_frames(settings.data), settings), settings


def _names(split: Split) -> list[list[str]]:
    return [[part.name.removeprefix("field ") for part in parts] for parts in split.parts.values()]


def test_pairs_that_say_what_they_are_for(tmp_path: Path) -> None:
    split, settings = _split(tmp_path, ["train", "validation", "test", None])
    assert _names(split) == [["3", "0"], ["1"], ["2"]]
    assert all(part.shape == (4, 24, 24) for parts in split.parts.values() for part in parts)
    assert split_in_words(settings) == "by image, as listed"


def test_what_the_pairs_leave_open_the_settings_decide(tmp_path: Path) -> None:
    held = {"validation": {"axis": "y", "fraction": 0.25, "gap": 2}}
    split, _ = _split(tmp_path, ["test", None, None], **held)
    assert _names(split) == [["1", "2"], ["1", "2"], ["0"]]
    assert [parts[0].shape for parts in split.parts.values()] == [(4, 16, 24), (4, 6, 24), (4, 24, 24)]


def test_two_regions_never_meet(tmp_path: Path) -> None:
    held = {"axis": "x", "fraction": 0.25, "gap": 1}
    split, settings = _split(tmp_path, [None], test=held, validation=held)
    columns = [part.region[2].indices(24)[:2] for parts in split.parts.values() for part in parts]
    assert columns == [(0, 12), (13, 17), (18, 24)]
    assert "tested by region" in split_in_words(settings)


def test_images_that_test_stay_whole_beside_ranges(tmp_path: Path) -> None:
    ranges = {"axis": "x", "train": [0, 10], "validation": [12, 20]}
    split, settings = _split(tmp_path, [None, None], test={"pairs": ["field 1"]}, validation=ranges)
    assert _names(split) == [["0"], ["0"], ["1"]]
    assert split.test[0].shape == (4, 24, 24)
    assert split_in_words(settings) == "by range along x: train 0 to 9, validation 12 to 19; tested by image: field 1"


def test_roles_are_those_of_the_parts(tmp_path: Path) -> None:
    split, _ = _split(tmp_path, ["test", None], validation={"axis": "x", "fraction": 0.25, "gap": 1})
    tested, learnt = (part.source for part in (split.test[0], split.train[0]))
    assert split.roles(tested) == ("test",)
    assert split.roles(learnt) == ("train", "validation")
    assert split.of(learnt).train == split.train
    assert split.of(tested).train == ()


def test_unknown_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nobody"):
        _split(tmp_path, [None, None], test={"pairs": ["nobody"]})

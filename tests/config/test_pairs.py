"""What can be written down about training pairs, and what cannot."""

from __future__ import annotations

from typing import Any

import pytest

from livecell.config import TrainSettings, parse_settings
from livecell.config.pairs import ListedImages, PairedImages, SimulatedImages, SplitByRange, ValidateByRegion
from livecell.errors import ConfigError

PAIR = {"name": "a", "source": {"path": "a.tif"}, "targets": {"dna": {"path": "b.tif"}}}


def _settings(**values: Any) -> TrainSettings:
    return parse_settings({"name": "x", "data": {"pairs": [PAIR]}, **values}, TrainSettings)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"pairs": [PAIR]}, PairedImages),
        ({"manifest": "pairs.csv", "alignment": "off"}, ListedImages),
        ({"train_seeds": [1]}, SimulatedImages),
    ],
)
def test_data_are_what_their_keys_say(data: dict[str, Any], kind: type) -> None:
    settings = _settings(data=data)
    assert isinstance(settings.data, kind)
    assert parse_settings(settings.model_dump(mode="json"), TrainSettings) == settings


@pytest.mark.parametrize("data", [{}, {"buffer_gb": 4}, None, "pairs.csv"])
def test_nothing_is_simulated_unless_it_is_asked_for(data: Any) -> None:
    with pytest.raises(ConfigError, match=r"expected data: `pairs`, `manifest`.* or `simulate`"):
        _settings(data=data)


def test_a_path_alone_is_an_image() -> None:
    short = {"name": "a", "source": "a.tif", "targets": {"dna": "b.tif"}, "scored": "m.tif"}
    long = {**PAIR, "scored": {"path": "m.tif"}}
    assert _settings(data={"pairs": [short]}) == _settings(data={"pairs": [long]})


def test_splits_are_what_their_keys_say() -> None:
    ranges = _settings(validation={"train": [0, 5], "test": [6, 9]})
    assert isinstance(ranges.validation, SplitByRange)
    assert parse_settings(ranges.model_dump(mode="json"), TrainSettings) == ranges
    assert isinstance(_settings(test={"fraction": 0.1}).test, ValidateByRegion)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"data": {"manifest": "a.csv", "structur": "dna"}}, "did you mean 'structure'"),
        ({"data": {"pairs": [{**PAIR, "split": "both"}]}}, "split"),
        ({"validation": {"train": [0, 5], "validation": [4, 9]}}, "train and validation overlap"),
        ({"validation": {"train": [5, 5]}}, "train must begin before it ends"),
        ({"test": {"train": [0, 5]}}, "train"),
        ({"data": {"train_seeds": [1], "test_seeds": [1]}}, "seeds"),
        ({"data": {"pair": [PAIR]}}, "unknown key 'data.pair'; did you mean 'pairs'"),
        ({"data": {"mainfest": "a.csv"}}, "unknown key 'data.mainfest'; did you mean 'manifest'"),
        ({"data": {"manifest": "a.csv", "pairs": [PAIR]}}, "'pairs' does not go with 'manifest'"),
        (
            {"data": {"simulate": {"optics": {"illumination": {"sheer_um": 0.2}}}}},
            "'data.simulate.optics.illumination.s",
        ),
        (
            {"validation": {"train": [0, 5], "fraction": 0.2}},
            "'validation.fraction'; 'fraction' does not go with 'train'",
        ),
        ({"validation": {"train": [0, 5], "fracton": 0.2}}, "did you mean 'fraction'. It does not go with 'train'"),
        ({"test": {"train": [0, 5]}}, "one of axis, fraction, gap, pairs, found the unknown key 'test.train'"),
        ({"data": {"pairs": [PAIR], "buffer_gb": 0}}, "buffer_gb"),
        ({"fit": {"augment": {"noise": -1}}}, "noise"),
        ({"fit": {"augment": {"zom": 0.1}}}, "did you mean 'zoom'"),
    ],
)
def test_what_makes_no_sense_is_refused(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        _settings(**values)

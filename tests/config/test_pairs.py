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
        ({"data": {"pairs": [PAIR], "buffer_gb": 0}}, "buffer_gb"),
        ({"fit": {"augment": {"noise": -1}}}, "noise"),
        ({"fit": {"augment": {"zom": 0.1}}}, "did you mean 'zoom'"),
    ],
)
def test_what_makes_no_sense_is_refused(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        _settings(**values)

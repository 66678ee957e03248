"""Configurations: the round trip, and errors that name the nearest key."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from livecell.config import RunSettings, dump_settings, load_settings, parse_settings
from livecell.config.template import template
from livecell.errors import ConfigError, MissingPathError


def test_defaults_survive_the_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(dump_settings(RunSettings()))
    assert load_settings(path, RunSettings) == RunSettings()


def test_the_template_is_the_defaults_with_a_comment_on_each(tmp_path: Path) -> None:
    text = template(RunSettings)
    path = tmp_path / "config.yaml"
    path.write_text(text)
    assert load_settings(path, RunSettings) == RunSettings()
    keys = [line for line in text.splitlines() if line.startswith("  ") and not line.strip().startswith("#")]
    assert len(keys) >= 20


def test_options_replace_what_the_file_says(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("acquisition: {interval_s: 5, channel: bright}\n")
    found = load_settings(path, RunSettings, {"acquisition": {"interval_s": 60.0}})
    assert (found.acquisition.interval_s, found.acquisition.channel) == (60.0, "bright")


@pytest.mark.parametrize(
    ("values", "near"),
    [
        ({"acquisiton": {}}, "acquisition"),
        ({"predict": {"modles": ["a"]}}, "models"),
        ({"structures": {"mine": {"from": "blob"}}}, "form"),
        ({"segment": {"workflows": {"dna": {"form": "blob", "min_diametr_um": 3}}}}, "min_diameter_um"),
        ({"track": {"search_range": 3}}, "search_range_um"),
    ],
)
def test_a_misspelt_key_names_its_nearest_neighbour(values: dict[str, object], near: str) -> None:
    with pytest.raises(ConfigError, match=f"did you mean '{near}'"):
        parse_settings(values, RunSettings)


@pytest.mark.parametrize(
    "values",
    [
        {"acquisition": {"voxel_size_um": [0.5, -0.29, 0.29]}},
        {"acquisition": {"interval_s": 0}},
        {"predict": {"dtype": "int7"}},
        {"predict": {"models": []}},
    ],
)
def test_a_bad_value_is_one_clear_line(values: dict[str, object]) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_settings(values, RunSettings, "my.yaml")
    assert str(caught.value).startswith("my.yaml: expected")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["a: [1", "- 1\n- 2\n", "\udc80"])
def test_what_is_no_configuration(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigError):
        load_settings(path, RunSettings)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MissingPathError, match="no such file"):
        load_settings(tmp_path / "none.yaml", RunSettings)


def test_the_schema_knows_every_section() -> None:
    assert set(RunSettings.model_json_schema()["properties"]) == set(yaml.safe_load(dump_settings(RunSettings())))

"""Configurations: the round trip, and errors that name the nearest key."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from livecell.config import RunSettings, SimulateSettings, TrainSettings, dump_settings, load_settings, parse_settings
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


def test_all_that_is_wrong_is_said_at_once() -> None:
    values = {
        "predict": {"modles": ["a"], "dtype": "int7"},
        "track": {"search_range": 3},
        "acquisition": {"interval_s": 0, "channel": [1]},
        "structures": {"mine": {"frm": "blob"}},
    }
    with pytest.raises(ConfigError, match=r"my.yaml: expected settings that are valid, found 6 problems") as caught:
        parse_settings(values, RunSettings, "my.yaml")
    lines = str(caught.value).splitlines()[1:]
    keys = ["predict.modles", "track.search_range", "structures.mine.frm"]
    assert [line.partition("unknown key ")[2].partition(";")[0] for line in lines[:3]] == [f"'{key}'" for key in keys]
    # Each value once, whatever else it could have been, and no key that is only misspelt.
    assert sorted(line.partition(":")[0] for line in lines[3:]) == [
        "  - expected acquisition.channel",
        "  - expected acquisition.interval_s",
        "  - expected predict.dtype",
    ]


def test_alternatives_are_told_apart_by_what_was_written() -> None:
    with pytest.raises(ConfigError, match=r"'segment\.workflows\.dna\.min_diametr_um'; did you mean 'min_diameter_um'"):
        parse_settings({"segment": {"workflows": {"dna": {"form": "blob", "min_diametr_um": 3}}}}, RunSettings)
    with pytest.raises(ConfigError, match=r"the key 'segment\.workflows\.dna\.form', found none"):
        parse_settings({"segment": {"workflows": {"dna": {"min_diameter_um": 3}}}}, RunSettings)
    with pytest.raises(ConfigError, match=r"dna: as 'form' one of 'blob', .*found 'blop'"):
        parse_settings({"segment": {"workflows": {"dna": {"form": "blop"}}}}, RunSettings)
    optics = {"illumination": {"sheer_um": 0.2}, "fluorescence": {"detection": {"pinhole": 1}}}
    with pytest.raises(ConfigError, match="found 2 problems") as caught:
        parse_settings({"optics": optics}, SimulateSettings)
    for said in (
        "optics.illumination.sheer_um'; did you mean 'shear_um'?",
        ".detection.pinhole'; did you mean 'pinhole_a",
    ):
        assert said in str(caught.value)


def test_a_value_is_said_to_be_wrong_where_it_is() -> None:
    pair = {"name": "a", "source": 5, "targets": {"dna": "b.tif"}}
    with pytest.raises(
        ConfigError, match=r"expected data\.pairs\.0\.source: keys and their values, found 5; correct"
    ) as told:
        parse_settings({"name": "x", "data": {"pairs": [pair]}}, TrainSettings)
    assert not told.value.problems
    with pytest.raises(
        ConfigError, match=r"expected planes_as_channels needs ndim 2, found the keys|network: planes_as"
    ):
        parse_settings({"name": "x", "data": {"simulate": {}}, "network": {"planes_as_channels": True}}, TrainSettings)


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


def test_axes_may_be_capitals_and_are_explained() -> None:
    assert parse_settings({"acquisition": {"axes": "TZYX"}}, RunSettings).acquisition.axes == "tzyx"
    with pytest.raises(ConfigError, match=r"acquisition\.axes.*letters t, c, z, y and x.*'XYZS'"):
        parse_settings({"acquisition": {"axes": "XYZS"}}, RunSettings)

"""File name patterns: read and guessed."""

from __future__ import annotations

import pytest

from livecell.acquisition.file_pattern import guess_pattern, natural_order, read_names

GUESSES = {
    "letters": (["img_t000_z000_c0.tif", "img_t001_z000_c0.tif"], "img_t{t}_z{z}_c{c}.tif"),
    "time only": (["exp2_T01.TIF", "exp2_T02.TIF"], "exp2_T{t}.TIF"),
    "words": (["a_time0001.tif", "a_time0002.tif"], "a_time{t}.tif"),
    "fields": (["xy01_t1.tif", "xy02_t1.tif"], "xy{position}_t{t}.tif"),
    "ome": (["a_t0.ome.tif", "a_t1.ome.tif"], "a_t{t}.ome.tif"),
    "folders": (["left/t0.tif", "right/t0.tif"], "{position}/t{t}.tif"),
    "micro-manager 1.4": (
        ["img_000000000_Brightfield_000.tif", "img_000000001_Brightfield_000.tif"],
        "img_{t}_{c}_{z}.tif",
    ),
    "micro-manager 2": (
        ["img_channel000_position000_time000000000_z000.tif", "img_channel000_position000_time000000001_z000.tif"],
        "img_channel{c}_position{position}_time{t}_z{z}.tif",
    ),
    "no letters": (["1.tif", "2.tif"], None),
    "nothing": ([], None),
}


@pytest.mark.parametrize("name", GUESSES)
def test_patterns_are_guessed(name: str) -> None:
    names, expected = GUESSES[name]
    assert guess_pattern(names) == expected


def test_names_say_what_the_pattern_asks() -> None:
    (found,) = read_names("{position}/t{t:03d}_z{z}_{c}.tif", ["A1/t012_z3_DNA.tif", "t1_z3_DNA.tif"], "folder")
    assert (found.position, found.t, found.z, found.c) == ("A1", 12, 3, "DNA")


def test_dots_and_brackets_in_a_pattern_are_themselves() -> None:
    assert read_names("a(1).t{t}.tif", ["a(1)xt3.tif"], "folder") == []
    assert read_names("a(1).t{t}.tif", ["a(1).t3.tif"], "folder")[0].t == 3


def test_numbers_are_ordered_as_numbers() -> None:
    assert sorted(["t10", "t9", "t100", "a"], key=natural_order) == ["a", "t9", "t10", "t100"]

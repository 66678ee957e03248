import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecell.reporting.rounding import counted, duration, moment, number, plain, runs, size, whole


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"), (math.nan, "–"), (0, "0"), (1234.5, "1,230"), (0.2514, "0.251"), (-3.14159, "−3.14"),
        (4.947e-4, "4.95 × 10⁻⁴"), (1.0e-12, "1.00 × 10⁻¹²"), (123456, "123,000"),
    ],
)  # fmt: skip
def test_three_figures(value, text):
    assert number(value) == text


@given(st.floats(1e-3, 1e9))
def test_a_number_is_within_half_a_percent_of_its_value(value):
    assert float(number(value).replace(",", "")) == pytest.approx(value, rel=0.0051)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "–"), (0, "0 s"), (0.25, "0.25 s"), (59, "59 s"), (90, "1.5 min"), (7200, "2 h"), (90000, "1.04 d")],
)  # fmt: skip
def test_durations_choose_their_unit(seconds, text):
    assert duration(seconds) == text


def test_plain_values_keep_no_zeros():
    assert [plain(v) for v in (0.5, 0.108333, 24.0, None)] == ["0.5", "0.1083", "24", "–"]


def test_counts():
    assert (counted(1, "track"), counted(1200, "track"), whole(2100.0), whole(None)) == (
        "1 track", "1,200 tracks", "2,100", "–",
    )  # fmt: skip


def test_sizes():
    assert [size(n) for n in (12, 1500, 2_000_000, 3_200_000_000)] == ["12 bytes", "1.5 kB", "2 MB", "3.2 GB"]


def test_moments():
    assert moment("2031-05-04T09:02:00+00:00") == "4 May 2031, 09:02 UTC"
    assert moment("2031-05-04T09:02:00") == "4 May 2031, 09:02"
    assert (moment("yesterday"), moment(None)) == ("yesterday", "–")


def test_neighbouring_frames_are_joined():
    assert runs([9, 3, 7, 8, 12]) == "3, 7–9, 12"
    assert runs([]) == ""


@given(st.sets(st.integers(0, 60)))
def test_joined_frames_name_every_frame_once(frames):
    named = []
    for part in filter(None, runs(list(frames)).split(", ")):
        first, _, last = part.partition("–")
        named += range(int(first), int(last or first) + 1)
    assert named == sorted(frames)

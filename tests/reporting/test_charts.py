import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from livecell.reporting.charts import (
    counts_chart,
    diffusion_chart,
    distribution_chart,
    events_chart,
    speed_chart,
    time_axis,
)


def objects(frames, per_frame=2):
    rows = [(frame, frame * 60.0) for frame in frames for _ in range(per_frame)]
    return pd.DataFrame(rows, columns=["frame", "t_s"]).assign(position="0")


def lines(svg):
    """The subpaths of the thick line of a chart."""
    return [len(re.findall("M ", path)) for path in re.findall(r'd="([^"]*)"[^>]*stroke: var\(--line\)', svg)]


def test_a_chart_takes_its_colours_from_the_page_and_nothing_from_elsewhere():
    svg = counts_chart(objects(range(5)))
    ElementTree.fromstring(svg)
    assert "var(--line)" in svg
    assert "var(--soft)" in svg
    for foreign in ("http", "xlink", "DOCTYPE", "metadata", "#0102", "DejaVu", "figure_1"):
        assert foreign not in svg


def test_ids_of_two_charts_differ():
    charts = [counts_chart(objects(range(n))) for n in (4, 7)]
    first, second = (set(re.findall(r' id="([^"]+)"', svg)) for svg in charts)
    assert first
    assert not first & second
    for svg in charts:
        assert set(re.findall(r'(?:href="|url\()#([^")]+)', svg)) <= set(re.findall(r' id="([^"]+)"', svg))


def test_a_line_breaks_where_a_timepoint_is_missing():
    assert lines(counts_chart(objects([0, 1, 2, 3, 4]))) == [1]
    assert lines(counts_chart(objects([0, 1, 3, 4]))) == [2]


def test_one_line_per_position():
    both = pd.concat([objects(range(4)), objects(range(4), 3).assign(position="1")])
    assert lines(counts_chart(both)) == [1, 1]


@pytest.mark.parametrize("frames", [[], [3]])
def test_fewer_than_two_timepoints_are_no_series(frames):
    assert counts_chart(objects(frames)) is None
    assert speed_chart(objects(frames).assign(speed_um_min=1.0)) is None


def test_a_distribution_needs_three_values():
    assert distribution_chart(pd.Series([1.0, 2.0, np.nan, 0.0]), "speed", "tracks") is None
    assert "median 2.00" in distribution_chart(pd.Series([1.0, 2.0, 3.0]), "speed", "tracks")


def test_a_distribution_over_decades_is_drawn_over_a_logarithmic_axis():
    wide = distribution_chart(pd.Series(np.geomspace(0.01, 100, 200)), "volume", "objects")
    narrow = distribution_chart(pd.Series(np.linspace(1, 2, 200)), "volume", "objects")
    assert ">−<" in wide
    assert ">−<" not in narrow


def test_equal_values_are_a_distribution_too():
    assert "median 2.00" in distribution_chart(pd.Series([2.0] * 9), "speed", "tracks")


def test_a_narrow_distribution_is_not_drawn_from_zero():
    assert ">100<" not in distribution_chart(pd.Series(np.linspace(160, 180, 50)), "volume", "objects")
    assert ">100<" in distribution_chart(pd.Series(np.linspace(10, 180, 50)), "volume", "objects")


def test_diffusion_needs_a_fitted_track():
    table = pd.DataFrame({"diffusion_um2_s": [1e-4, np.nan, 1e-3], "alpha": [1.0, 1.0, np.nan]})
    assert diffusion_chart(table.iloc[1:]) is None
    assert diffusion_chart(pd.DataFrame()) is None
    assert "exponent" in diffusion_chart(table)


def test_events_are_named_with_their_number():
    svg = events_chart({"division": 1234, "fusion": 0})
    assert ">1,234<" in svg
    assert ">fusion<" in svg
    assert events_chart({"division": 0}) is None


@pytest.mark.parametrize(("last_s", "unit"), [(0, "s"), (100, "s"), (600, "min"), (7199, "min"), (90_000, "h")])
def test_the_unit_of_time(last_s, unit):
    assert time_axis(last_s)[0] == unit

"""Lives that were longer than they were seen."""

from __future__ import annotations

import pandas as pd
import pytest

from livecell.dynamics import summarise
from livecell.tables import EVENTS, empty
from tests.scenes.dynamics import straight

FIELD_UM = (20.0, 20.0)


def events(*kinds):
    rows = [(3, kind, "" if kind == "appearance" else "1", "1" if kind == "appearance" else "") for kind in kinds]
    found = pd.DataFrame(rows, columns=["frame", "kind", "parents", "children"])
    return found.assign(position="0", structure="vesicles", t_s=0.0) if rows else empty(EVENTS)


def censored(tracks, *kinds, field_um=FIELD_UM):
    return summarise(tracks, events(*kinds), field_um=field_um)["censored"].item()


def inside():
    return straight(frames=3, step_um=1.0).assign(
        y_um=10.0, x_um=[8.0, 9.0, 10.0], y_raw_um=10.0, x_raw_um=[8.0, 9.0, 10.0]
    )


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [((), "both"), (("appearance",), "end"), (("disappearance",), "begin"), (("appearance", "disappearance"), "no")],
)
def test_the_first_and_the_last_frame_censor(kinds, expected):
    assert censored(inside(), *kinds) == expected


@pytest.mark.parametrize(
    ("x_um", "expected"), [([0.5, 1.5, 2.5], "begin"), ([17.5, 18.5, 19.2], "end"), ([1.2, 2.2, 3.2], "no")]
)
def test_the_border_censors_what_one_step_would_take_there(x_um, expected):
    tracks = inside().assign(x_raw_um=x_um)
    assert censored(tracks, "appearance", "disappearance") == expected
    assert censored(tracks, "appearance", "disappearance", field_um=None) == "no"


def test_large_objects_reach_the_border_earlier_and_it_is_that_of_the_image():
    tracks = inside().assign(y_raw_um=[10.0, 10.0, 16.0])
    assert censored(tracks, "appearance", "disappearance") == "no"
    assert censored(tracks.assign(extent_y_um=6.0), "appearance", "disappearance") == "end"


def test_a_division_is_an_end_even_at_the_border():
    tracks = inside().assign(x_raw_um=[17.5, 18.5, 19.5])
    born = pd.DataFrame({"frame": [3], "kind": ["division"], "parents": ["1"], "children": ["2;3"]})
    born = pd.concat([born.assign(position="0", structure="vesicles", t_s=0.0), events("appearance")])
    assert summarise(tracks, born, field_um=FIELD_UM)["censored"].item() == "no"


def test_without_events_all_is_open():
    assert summarise(inside())["censored"].item() == "both"

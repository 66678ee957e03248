import itertools

import numpy as np
import pandas as pd
import pytest

from livecell.reporting.series import RunTables, counts, event_counts, quartiles, sizes, steps, summarise
from livecell.tables import EVENTS, OBJECTS, SUMMARY, TRACKS, check, empty
from tests.scenes.reporting import RunScene, events_of, summary_of, tracks_of

SCENE = RunScene(positions=("A/1/0", "A/1/1"), structures=("dna", "vesicles"), missing=(2,))


@pytest.fixture(scope="module")
def tracks():
    return tracks_of(SCENE)


@pytest.fixture(scope="module")
def tables(tracks):
    objects = check(tracks.drop(columns="track_id"), OBJECTS)
    return RunTables(objects, tracks, summary_of(tracks), events_of(tracks))


def test_speeds_are_those_of_every_step(tracks):
    expected = []
    for _, track in tracks[tracks["structure"] == "dna"].groupby(["position", "track_id"]):
        rows = track.to_dict("records")
        for before, now in itertools.pairwise(rows):
            moved_um = np.sqrt(sum((now[a] - before[a]) ** 2 for a in ("z_um", "y_um", "x_um")))
            expected.append((now["frame"], moved_um / (now["t_s"] - before["t_s"]) * 60))
    found = steps(tracks[tracks["structure"] == "dna"])
    np.testing.assert_allclose(sorted(zip(found["frame"], found["speed_um_min"], strict=True)), sorted(expected))


def test_a_step_over_a_gap_is_divided_by_the_time_of_the_gap(tracks):
    assert 2 not in set(steps(tracks)["frame"])
    assert 3 in set(steps(tracks)["frame"])


def test_counts_are_per_position_and_frame(tables):
    found = counts(tables.of("dna").objects)
    assert len(found) == len(SCENE.frames) * 2
    assert set(found["n"]) == {SCENE.objects}


def test_quartiles_of_each_frame(tracks):
    table = steps(tracks)
    found = quartiles(table, "speed_um_min").set_index("frame")
    values = table.loc[table["frame"] == 4, "speed_um_min"]
    expected = np.percentile(values, [25, 50, 75])
    np.testing.assert_allclose(found.loc[4, ["low", "median", "high"]].to_numpy(float), expected)


def test_the_line_of_a_structure(tables, tracks):
    found = summarise(tables.of("vesicles"))
    own = summary_of(tracks).query("structure == 'vesicles'")
    assert (found.n_tracks, found.n_objects) == (2 * SCENE.objects, 2 * SCENE.objects * len(SCENE.frames))
    assert found.objects_per_frame == SCENE.objects
    assert found.speed_um_min == pytest.approx(np.median(own["speed_median_um_s"]) * 60)
    assert found.duration_s == 4 * SCENE.interval_s
    assert found.size_unit == "µm³"


def test_one_position(tables):
    assert summarise(tables.of("dna").at("A/1/1")).n_tracks == SCENE.objects


def test_nothing_at_all_is_a_line_of_dashes():
    nothing = RunTables(empty(OBJECTS), empty(TRACKS), empty(SUMMARY), empty(EVENTS))
    found = summarise(nothing.of("dna"))
    assert (found.n_tracks, found.n_objects, found.n_fitted) == (0, 0, 0)
    assert {found.duration_s, found.speed_um_min, found.alpha, found.size, found.objects_per_frame} == {None}
    assert steps(nothing.tracks).empty


def test_tracks_stand_in_for_objects_that_were_not_measured(tables):
    without = RunTables(empty(OBJECTS), tables.tracks, tables.summary, tables.events)
    assert summarise(without.of("dna")).n_objects == summarise(tables.of("dna")).n_objects


def test_areas_stand_in_for_volumes():
    values, unit = sizes(pd.DataFrame({"volume_um3": [np.nan, np.nan], "area_um2": [2.0, np.nan]}))
    assert (values.tolist(), unit) == ([2.0], "µm²")


def test_events_are_counted_by_kind(tables):
    found = event_counts(tables.of("dna").events)
    assert (found["appearance"], found["division"], found["fusion"]) == (2 * SCENE.objects, 1, 0)
    assert event_counts(pd.DataFrame({"kind": ["budding"]}))["budding"] == 1

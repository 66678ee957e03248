"""One row per track."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from livecell.config.dynamics import DynamicsSettings
from livecell.dynamics import summarise
from livecell.tables import EVENTS, SUMMARY, TRACKS, check, empty
from tests.scenes.dynamics import brownian, straight

FITTED = ["diffusion_um2_s", "diffusion_se", "alpha", "alpha_se", "confinement_radius_um"]


def test_every_column_is_there_in_its_type():
    found = summarise(brownian(n=3, frames=20, diffusion_um2_s=0.1), empty(EVENTS))
    pd.testing.assert_frame_equal(check(found, SUMMARY), found)
    assert found["track_id"].tolist() == [1, 2, 3]
    assert found[["start_frame", "end_frame", "n_points"]].to_numpy().tolist() == [[0, 19, 20]] * 3
    assert found[["began", "ended"]].to_numpy().tolist() == [["start", "end"]] * 3
    assert found[FITTED].notna().all(axis=None)


def test_short_tracks_have_no_fit_and_the_others_the_same_as_without_them():
    long = brownian(n=3, frames=20, diffusion_um2_s=0.1)
    short = straight(frames=5, step_um=1.0).assign(track_id=4)
    found = summarise(pd.concat([short, long]))
    assert found.set_index("track_id").loc[4, FITTED].isna().all()
    pd.testing.assert_frame_equal(found.iloc[:3], summarise(long))
    assert summarise(short, settings=DynamicsSettings(min_points=4))["alpha"].notna().all()


def test_each_structure_and_position_is_by_itself():
    one = brownian(n=3, frames=20, diffusion_um2_s=0.1)
    flat = brownian(n=2, frames=20, diffusion_um2_s=0.3, ndim=2).assign(structure="golgi", position="A/1/0")
    found = summarise(pd.concat([one, flat]))
    assert found["position"].tolist() == ["0"] * 3 + ["A/1/0"] * 2
    pd.testing.assert_frame_equal(found.iloc[:3], summarise(one))
    pd.testing.assert_frame_equal(found.iloc[3:].reset_index(drop=True), summarise(flat))


def test_an_exposure_blurs_and_lags_of_the_table_of_displacements_do_not_matter():
    tracks = brownian(n=2, frames=20, diffusion_um2_s=0.1)
    sharp = summarise(tracks)
    blurred = summarise(tracks, settings=DynamicsSettings(exposure_s=1.0))
    assert not np.allclose(blurred["diffusion_um2_s"], sharp["diffusion_um2_s"], rtol=1e-6)
    pd.testing.assert_frame_equal(summarise(tracks, settings=DynamicsSettings(max_lags=5)), sharp)


def test_estimates_lie_in_their_intervals():
    found = summarise(brownian(n=20, frames=12, diffusion_um2_s=0.1, ndim=2))
    for name, end in (("diffusion", "_um2_s"), ("alpha", "")):
        assert found[f"{name}{end}"].between(found[f"{name}_low{end}"], found[f"{name}_high{end}"]).all()


def test_sizes_are_averaged_where_there_are_any():
    tracks = straight(frames=3, step_um=1.0).assign(volume_um3=[1.0, 2.0, 6.0])
    found = summarise(tracks)
    assert found["volume_mean_um3"].tolist() == [3.0]
    assert "area_mean_um2" not in found


def test_events_tell_parents_beginnings_and_ends():
    events = pd.DataFrame({"frame": [1], "kind": ["division"], "parents": ["1"], "children": ["2;3"]})
    events = events.assign(position="0", structure="vesicles", t_s=0.0)
    found = summarise(straight(frames=2, step_um=1.0, n=3), events)
    assert found["parents"].tolist() == ["", "1", "1"]
    assert found["began"].tolist() == ["start", "division", "division"]
    assert found["ended"].tolist() == ["division", "end", "end"]


def test_without_events_nothing_is_told_of_beginnings():
    assert summarise(straight(frames=2, step_um=1.0))[["parents", "began", "ended"]].eq("").all(axis=None)


@pytest.mark.parametrize("tracks", [empty(TRACKS), straight(frames=1, step_um=1.0)])
def test_nothing_and_next_to_nothing(tracks):
    found = summarise(tracks, empty(EVENTS))
    assert len(found) == len(tracks)
    assert found[FITTED].isna().all(axis=None)
    assert {column.name for column in SUMMARY.columns if column.required} <= set(found)


def test_times_that_are_not_known_leave_numbers_and_lengths():
    found = summarise(straight(frames=10, step_um=1.0).assign(t_s=np.nan)).iloc[0]
    assert (found["n_points"], found["path_length_um"]) == (10, 9.0)
    assert np.isnan(found["diffusion_um2_s"])

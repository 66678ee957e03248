from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from livecell.errors import ConfigError
from livecell.simulation.organelles.interior import Interior
from livecell.simulation.organelles.microtubules import Microtubules
from livecell.simulation.organelles.vesicles import Vesicles
from tests.scenes.organelles import dividing_cell, dying_cell, organelles_of, resting_cells

FREELY = {"run_start_per_s": 0.0, "cage_start_per_s": 0.0}


def vesicles_of(cells, **changes: object) -> Vesicles:
    found = organelles_of(cells, **changes)["vesicles"]
    assert isinstance(found, Vesicles)
    return found


def test_diffusing_vesicles_have_the_mean_squared_displacement_of_their_coefficient() -> None:
    diffusion = 1e-4
    vesicles = vesicles_of(
        resting_cells(40, radius_um=40.0, height_um=20.0), vesicles=150, vesicle_diffusion_um2_s=diffusion, **FREELY
    )
    for lag in (1, 4):
        moves = vesicles.centre_um[lag:] - vesicles.centre_um[:-lag]
        free = np.all([vesicles.free[k : len(vesicles.free) - lag + k] for k in range(lag)], axis=0)
        square = (moves[..., 1:].astype(float) ** 2).sum(axis=-1)[free]
        # Overlapping intervals make 2 / lag of the values worth one.
        error = 1 / np.sqrt(len(square) / lag)
        assert square.mean() == pytest.approx(4 * diffusion * lag * 60, rel=4 * error)
    per_axis = (np.diff(vesicles.centre_um, axis=0)[vesicles.free[:-1]] ** 2).mean(axis=0)
    np.testing.assert_allclose(per_axis[1:], 2 * diffusion * 60, rtol=0.06)


def test_runs_follow_microtubules_at_their_speed() -> None:
    cells = resting_cells(30)
    organelles = organelles_of(
        cells, vesicles=15, run_start_per_s=0.02, vesicle_run_um_s=5e-3, cage_start_per_s=0.0, run_stop_per_s=1e-3
    )
    vesicles, tracks = organelles["vesicles"], organelles["microtubules"]
    assert isinstance(vesicles, Vesicles)
    assert isinstance(tracks, Microtubules)
    motion = vesicles.motion
    runs = motion[motion["motion"].isin(["outward", "inward"]) & motion["free"] & (motion["frame"] < 29)]
    assert set(runs["motion"]) == {"outward", "inward"}
    cosines, lengths = [], []
    filament, mark = np.repeat(np.arange(len(tracks.cell)), 40), np.tile(np.linspace(0, 0.98, 40), len(tracks.cell))
    for run in runs.itertuples():
        interior = Interior.at(cells, run.frame + 1)
        path = tracks.place(interior, filament, mark)
        start, end = vesicles.centre_um[run.frame : run.frame + 2, run.track_id - 1].astype(float)
        near = np.argsort(((path - start) ** 2).sum(axis=1))[:5]
        tangent = tracks.place(interior, filament[near], mark[near] + 0.02) - path[near]
        move = (end - start) * (1 if run.motion == "outward" else -1)
        angles = tangent @ move / np.linalg.norm(tangent, axis=1) / max(np.linalg.norm(move), 1e-9)
        cosines.append(angles.max())
        lengths.append(np.linalg.norm(move))
    assert np.median(cosines) > 0.95
    assert np.median(lengths) == pytest.approx(0.3, rel=0.15)


def test_confined_vesicles_stay_in_their_cage() -> None:
    vesicles = vesicles_of(
        resting_cells(40), run_start_per_s=0.0, cage_start_per_s=1.0, cage_stop_per_s=0.0, cage_radius_um=0.2
    )
    assert set(vesicles.motion.query("frame < 39")["motion"]) == {"confined"}
    spread = vesicles.centre_um - vesicles.centre_um.mean(axis=0)
    assert np.quantile(np.linalg.norm(spread, axis=2), 0.95) < 0.3


def test_they_switch_at_the_given_rates() -> None:
    vesicles = vesicles_of(resting_cells(200, 2), cage_start_per_s=1e-3, cage_stop_per_s=3e-3, run_start_per_s=0.0)
    confined = (vesicles.motion["motion"] == "confined").mean()
    # In steps of 60 s: the share of time is start / (start + stop), with probabilities per step.
    start, stop = 1 - np.exp(-0.06), 1 - np.exp(-0.18)
    assert confined == pytest.approx(start / (start + stop), abs=0.05)


def test_vesicles_hardly_ever_overlap() -> None:
    vesicles = vesicles_of(resting_cells(20), vesicles=15)
    gaps = np.array([pdist(vesicles.beads(t).centre_um).min() for t in range(20)])
    assert np.quantile(gaps, 0.2) > 0.75


def test_vesicles_keep_their_labels_when_their_cell_divides() -> None:
    vesicles = vesicles_of(dividing_cell())
    assert set(vesicles.beads(5).label) == set(vesicles.beads(6).label) == set(range(1, 11))
    before, after = vesicles.beads(5).centre_um[:, 2], vesicles.beads(6).centre_um[:, 2]
    beside = abs(before - 15) > 0.01
    assert (np.sign(before - 15) == np.sign(after - 15))[beside].all()
    assert vesicles.events.empty
    assert set(vesicles.motion.query("frame == 6")["cell_id"]) == {2, 3}


def test_vesicles_disappear_with_their_cell() -> None:
    vesicles = vesicles_of(dying_cell())
    assert not len(vesicles.beads(4).label)
    assert vesicles.events["kind"].tolist() == ["disappearance"] * 10
    assert vesicles.motion["frame"].max() == 3


def test_vesicles_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ConfigError, match="fewer vesicles"):
        organelles_of(resting_cells(2), vesicles=900)

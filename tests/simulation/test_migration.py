from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist, squareform

from livecell.config.simulate import CellSettings, SimulateSettings, WalkRadii, WalkSpeed
from livecell.errors import ConfigError
from livecell.simulation.cycle import course
from livecell.simulation.lives import plan_lives
from livecell.simulation.migration import Paths, migrate, place
from tests.scenes.simulation import eventful_settings

FIELD_UM = np.array([74.0, 74.0])
CALM = CellSettings(cycle_h=None, death_rate_per_h=0.0)


def paths_of(settings: SimulateSettings, seed: int) -> Paths:
    lives = plan_lives(settings, np.random.default_rng(seed))
    return migrate(lives, course(lives, settings), 0.45 * settings.cells.radius_um, settings, seed)


def calm_paths(seed: int, frames: int, **cells: object) -> np.ndarray:
    calm = CALM.model_copy(update=cells)
    return paths_of(SimulateSettings(timepoints=frames, cells=calm, interval_s=3600.0), seed).centre_um


@pytest.mark.parametrize("touching", [0.0, 0.5, 1.0])
def test_placed_cells_neither_overlap_nor_stick_out(touching: float) -> None:
    centres = place(7, FIELD_UM, 9.5, touching, np.random.default_rng(0))
    assert pdist(centres).min() >= 19
    assert centres.min() >= 9.5
    assert centres.max() <= 74 - 9.5


def test_cells_start_side_by_side_where_they_shall_touch() -> None:
    gaps = squareform(pdist(place(7, FIELD_UM, 9.5, 1.0, np.random.default_rng(1)))) + 99 * np.eye(7)
    assert gaps.min(axis=1).max() <= 1.06 * 19


@pytest.mark.parametrize(("count", "radius_um"), [(40, 9.5), (1, 50.0)])
def test_cells_that_do_not_fit_are_refused(count: int, radius_um: float) -> None:
    with pytest.raises(ConfigError, match="fewer or smaller cells"):
        place(count, FIELD_UM, radius_um, 0.5, np.random.default_rng(0))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000), st.floats(0.1, 1.5), st.floats(0, 1), st.floats(0, 1))
def test_cells_walk_in_steps_of_one_length_and_never_collide(
    seed: int, step_um: float, persistence: float, adhesion: float
) -> None:
    walk = WalkSpeed(speed_um_h=step_um)
    paths = calm_paths(seed, 25, nucleus_walk=walk, persistence=persistence, adhesion=adhesion)
    lengths = np.linalg.norm(np.diff(paths, axis=0), axis=2)
    resting = lengths == 0
    np.testing.assert_allclose(lengths[~resting], step_um, rtol=1e-9)
    assert resting.mean() < 0.2
    assert min(pdist(frame).min() for frame in paths) >= 19 - 1e-6
    assert paths.min() >= 9.5
    assert paths.max() <= 256 * 0.29 - 9.5


def test_a_persistent_cell_walks_straight_until_the_border() -> None:
    walk = WalkSpeed(speed_um_h=1.0)
    paths = calm_paths(3, 10, count=1, persistence=1.0, nucleus_walk=walk)[:, 0]
    steps = np.diff(paths, axis=0)
    np.testing.assert_allclose(steps, np.broadcast_to(steps[0], steps.shape), atol=1e-9)


def test_cells_that_adhere_keep_their_neighbours() -> None:
    def nearest_um(adhesion: float) -> float:
        movies = [calm_paths(seed, 60, count=5, adhesion=adhesion, touching=1.0) for seed in range(3)]
        gaps = [squareform(pdist(movie[-1])) + 99 * np.eye(5) for movie in movies]
        return float(np.mean([gap.min(axis=1).mean() for gap in gaps]))

    assert nearest_um(1.0) < nearest_um(0.0)


def test_a_cell_without_room_rests() -> None:
    cells = CALM.model_copy(update={"count": 1, "radius_um": 5.0, "nucleus_radius_um": 2.0})
    narrow = SimulateSettings(timepoints=4, shape=(16, 40, 40), voxel_size_um=(0.5, 0.25, 0.25), cells=cells)
    assert (paths_of(narrow, 0).centre_um == 5).all()


@pytest.mark.parametrize("seed", range(6))
def test_discs_never_overlap_whoever_divides_or_dies(seed: int) -> None:
    cells = eventful_settings().cells.model_copy(update={"nucleus_walk": WalkRadii(radii_per_frame=0.2), "count": 4})
    paths = paths_of(eventful_settings(cells=cells, timepoints=40), seed)
    for centre, radius in zip(paths.centre_um, paths.radius_um, strict=True):
        there = ~np.isnan(radius)
        gap, own = squareform(pdist(centre[there])), radius[there]
        reach = own[:, None] + own
        np.fill_diagonal(reach, 0)
        assert (gap >= reach - 1e-6).all()
        assert own.min() > 0.35 * cells.radius_um
        assert (centre[there] >= own[:, None] - 1e-6).all()

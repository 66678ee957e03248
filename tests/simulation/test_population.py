from __future__ import annotations

import numpy as np
import pytest

from livecell.errors import ConfigError
from livecell.simulation.population import Cells, build_population
from tests.scenes.simulation import TWO_CELLS, eventful_settings, small_settings

EVENTFUL = [build_population(eventful_settings(seed=seed), np.random.SeedSequence(seed)) for seed in range(6)]


def divided(cells: Cells) -> list[int]:
    return [k for k, fate in enumerate(cells.fate) if fate == "divided"]


@pytest.mark.parametrize("cells", EVENTFUL)
def test_a_cell_has_values_exactly_while_it_exists(cells: Cells) -> None:
    frames = len(cells.angle)
    for t in range(frames):
        there = cells.exists(t)
        assert (there == ((cells.born <= t) & (t < cells.gone))).all()
        for name in ("centre_um", "angle", "semi_axes_um", "separation_um", "lobes", "radius_um", "height_um"):
            known = ~np.isnan(getattr(cells, name)[t]).reshape(len(there), -1)
            assert (known.all(axis=1) == there).all(), name
            assert (known.any(axis=1) == there).all(), name
    assert all((fate == "") == (gone == frames) for fate, gone in zip(cells.fate, cells.gone, strict=True))


def test_there_are_divisions_and_deaths() -> None:
    fates = [fate for cells in EVENTFUL for fate in cells.fate]
    assert {"divided", "died", ""} == set(fates)


@pytest.mark.parametrize("cells", EVENTFUL)
def test_daughters_share_the_place_and_the_dna_of_their_mother(cells: Cells) -> None:
    for mother in divided(cells):
        born, daughters = int(cells.gone[mother]), np.flatnonzero(cells.parent == mother)
        assert len(daughters) == 2
        assert (cells.born[daughters] == born).all()
        middle = cells.centre_um[born, daughters].mean(axis=0)
        np.testing.assert_allclose(middle, cells.centre_um[born - 1, mother], atol=0.6)
        apart = np.linalg.norm(np.subtract(*cells.centre_um[born, daughters]))
        # Their discs, half as wide as that of a spread cell, push each other apart at once.
        assert 0.9 * cells.shape.radius_um - 1e-6 <= apart <= cells.shape.radius_um + 1e-6
        assert apart >= 2 * cells.separation_um[born - 1, mother] - 0.1
        before, after = cells.dna_um3[born - 1, mother], cells.dna_um3[born, daughters]
        assert after.sum() == pytest.approx(before, rel=0.05)
        assert after[0] == pytest.approx(after[1])
        assert cells.condensation[born - 1, mother] == 1


@pytest.mark.parametrize("cells", EVENTFUL)
def test_dna_only_grows_and_fills_the_nucleus_of_interphase(cells: Cells) -> None:
    growth = np.diff(cells.dna_um3, axis=0)
    assert (growth[~np.isnan(growth)] >= -1e-9).all()
    calm = (cells.condensation == 0) & (cells.roundness == 0)
    volume = 4 / 3 * np.pi * cells.semi_axes_um.prod(axis=2)
    np.testing.assert_allclose(volume[calm], cells.dna_um3[calm], rtol=0.01)


@pytest.mark.parametrize("cells", EVENTFUL)
def test_nuclei_and_chromosomes_lie_in_the_disc_of_their_cell(cells: Cells) -> None:
    across, along = cells.semi_axes_um[..., 2], cells.semi_axes_um[..., 1] + cells.separation_um
    there = ~np.isnan(across)
    assert (np.maximum(across, along)[there] < cells.radius_um[there]).all()


def test_another_seed_gives_other_cells() -> None:
    one, other = (build_population(small_settings(), np.random.SeedSequence(seed)) for seed in (1, 2))
    assert not np.allclose(one.centre_um, other.centre_um)


def test_cells_have_to_fit_into_the_depth_of_the_stack() -> None:
    tall = small_settings(cells=TWO_CELLS.model_copy(update={"height_um": 9.0}))
    with pytest.raises(ConfigError, match=r"height_um.*flatter"):
        build_population(tall, np.random.SeedSequence(0))

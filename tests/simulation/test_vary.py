from __future__ import annotations

import numpy as np
import pytest

from livecell.config.microscope import Brightfield, Dic, PhaseContrast
from livecell.config.simulate import SimulateSettings
from livecell.config.variation import IlluminationRanges, SimulationRanges
from livecell.simulation import simulate
from livecell.simulation.vary import vary

PLAIN = SimulateSettings(shape=(16, 256, 256), timepoints=1)
DRAWN = [vary(PLAIN, SimulationRanges(), seed) for seed in range(150)]


def test_a_seed_draws_the_same_and_another_one_something_else() -> None:
    assert vary(PLAIN, SimulationRanges(), 3) == DRAWN[3]
    assert len({settings.optics.objective_na for settings in DRAWN}) == len(DRAWN)


def test_what_is_drawn_lies_in_its_range_and_fills_it() -> None:
    ranges = SimulationRanges()
    for name in ("objective_na", "wavelength_um", "defocus_um", "blur_um", "shading"):
        values = np.array([getattr(settings.optics, name) for settings in DRAWN])
        low, high = getattr(ranges, name)
        assert low <= values.min() < low + 0.1 * (high - low)
        assert high - 0.1 * (high - low) < values.max() <= high
    photons = np.log([settings.camera.photons for settings in DRAWN])
    assert np.median(photons) == pytest.approx(np.log(ranges.photons).mean(), abs=0.5)


def test_kinds_of_light_come_as_often_as_their_weights_say() -> None:
    kinds = [type(settings.optics.illumination) for settings in DRAWN]
    assert kinds.count(Brightfield) / len(kinds) == pytest.approx(0.6, abs=0.12)
    assert kinds.count(PhaseContrast) / len(kinds) == pytest.approx(0.2, abs=0.1)
    only = SimulationRanges(illumination=IlluminationRanges(brightfield=0, phase_contrast=0, dic=1))
    assert {type(vary(PLAIN, only, seed).optics.illumination) for seed in range(10)} == {Dic}


def test_what_is_drawn_are_valid_settings_that_can_be_written_down() -> None:
    for settings in DRAWN:
        assert SimulateSettings.model_validate(settings.model_dump(mode="json")) == settings


def test_what_is_to_be_predicted_stays_as_it_was() -> None:
    for settings in DRAWN:
        assert settings.optics.fluorescence == PLAIN.optics.fluorescence
        kept = ("shape", "voxel_size_um", "structures", "seed", "timepoints", "fluorescence_camera")
        assert all(getattr(settings, name) == getattr(PLAIN, name) for name in kept)


def test_cells_keep_their_proportions_and_fit_into_the_field() -> None:
    for settings in DRAWN[:25]:
        cells = settings.cells
        assert cells.nucleus_radius_um / cells.radius_um == pytest.approx(4.5 / 9.5)
        assert simulate(settings).shape == (1, 16, 256, 256)
    tiny = SimulateSettings(shape=(8, 60, 60), timepoints=1)
    assert all(simulate(vary(tiny, SimulationRanges(), seed)) for seed in range(10))


def test_counts_do_not_saturate() -> None:
    for settings in DRAWN:
        assert settings.camera.photons * settings.camera.counts_per_electron <= 32768

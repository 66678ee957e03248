from __future__ import annotations

import numpy as np
import pytest

from livecell.config.microscope import OpticsSettings
from livecell.config.simulate import CellSettings, SimulateSettings, WalkRadii, WalkSpeed
from livecell.simulation.scene import build_scene
from livecell.simulation.specimen import INDEX, draw_specimen
from livecell.structures import STRUCTURES
from tests.scenes.simulation import eventful_settings, small_settings

_BRIGHT = 1000
SETTINGS = small_settings()
SPECIMEN = draw_specimen(build_scene(SETTINGS), SETTINGS, 0)


def deep_inside(name: str) -> np.ndarray:
    """Voxels wholly of this structure and of none drawn over it."""
    later = list(INDEX)[list(INDEX).index(name) + 1 :]
    over = sum(SPECIMEN.drawings[other].filled for other in later)
    return (SPECIMEN.drawings[name].filled == 1) & (over == 0)


@pytest.mark.parametrize("name", ["cell_membrane", "dna", "nucleoli", "mitochondria", "vesicles"])
def test_the_inside_of_a_structure_has_its_refractive_index(name: str) -> None:
    inside = deep_inside(name)
    assert inside.any()
    np.testing.assert_allclose(SPECIMEN.index_change(1.337)[inside], INDEX[name] - 1.337, atol=1e-6)


def test_around_the_cells_is_medium_that_does_not_absorb() -> None:
    outside = SPECIMEN.drawings["cell_membrane"].filled == 0
    for name in INDEX:
        outside &= SPECIMEN.drawings[name].filled == 0
    assert outside.mean() > 0.3
    assert not SPECIMEN.index_change(1.337)[outside].any()
    assert not SPECIMEN.loss_per_um()[outside].any()


def test_contrast_scales_what_the_light_sees_and_nothing_else() -> None:
    np.testing.assert_allclose(SPECIMEN.index_change(1.337, 0.4), 0.4 * SPECIMEN.index_change(1.337), atol=1e-7)
    np.testing.assert_allclose(SPECIMEN.loss_per_um(0.4), 0.4 * SPECIMEN.loss_per_um(), atol=1e-9)


def test_every_structure_is_drawn_refracts_and_fluoresces() -> None:
    assert set(STRUCTURES) | {"granules"} == set(INDEX) == set(SPECIMEN.drawings)
    for name in STRUCTURES:
        assert SPECIMEN.drawings[name].labels.any(), name
        assert SPECIMEN.density(name).max() > 200, name
        assert SPECIMEN.density(name).dtype == np.float32


def test_condensed_chromosomes_are_denser_and_brighter() -> None:
    settings = eventful_settings()
    scene = build_scene(settings)
    t, cell = np.argwhere(np.nan_to_num(scene.cells.condensation) == 1)[0]
    specimen = draw_specimen(scene, settings, int(t))
    there = (specimen.drawings["dna"].labels == cell + 1) & (specimen.drawings["dna"].filled == 1)
    assert there.any()
    assert specimen.density("dna")[there].min() > 1.5 * _BRIGHT
    assert np.median(specimen.index_change(1.337)[there]) > INDEX["dna"] - 1.337


def test_nucleoli_keep_dna_out() -> None:
    density, nucleoli = SPECIMEN.density("dna"), SPECIMEN.drawings["nucleoli"].filled > 0.999
    assert nucleoli.any()
    assert density[nucleoli].max() < 0.5 * density.max()


def test_speed_and_radii_are_two_ways_to_set_the_step() -> None:
    slow = SimulateSettings(cells=CellSettings(nucleus_walk=WalkSpeed(speed_um_h=30)), interval_s=120)
    fast = SimulateSettings(cells=CellSettings(nucleus_walk=WalkRadii(radii_per_frame=0.3), nucleus_radius_um=4))
    assert slow.nucleus_step_um == pytest.approx(1.0)
    assert fast.nucleus_step_um == pytest.approx(1.2)


@pytest.mark.parametrize(
    ("kind", "values", "message"),
    [
        (CellSettings, {"nucleus_radius_um": 9.0}, "must not exceed"),
        (OpticsSettings, {"objective_na": 1.4}, "below medium_index"),
        (SimulateSettings, {"structures": ()}, "at least 1"),
        (SimulateSettings, {"structures": ("hair",)}, "cell_membrane"),
    ],
)
def test_impossible_settings_are_refused(kind: type, values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kind.model_validate(values)

from __future__ import annotations

import numpy as np
import pytest

from livecell.config.microscope import OpticsSettings
from livecell.config.simulate import CellSettings, SimulateSettings, WalkRadii, WalkSpeed
from livecell.errors import ConfigError
from livecell.simulation.scene import build_scene
from livecell.simulation.specimen import INDEX, draw_specimen
from tests.scenes.simulation import TWO_CELLS, small_settings

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
    for name in ("mitochondria", "vesicles", "granules", "golgi", "nuclear_envelope"):
        outside &= SPECIMEN.drawings[name].filled == 0
    assert outside.mean() > 0.3
    assert not SPECIMEN.index_change(1.337)[outside].any()
    assert not SPECIMEN.loss_per_um()[outside].any()


def test_nucleoli_keep_dna_out() -> None:
    density, nucleoli = SPECIMEN.density("dna"), SPECIMEN.drawings["nucleoli"].filled > 0.999
    assert nucleoli.any()
    assert density[nucleoli].max() < 0.5 * density.max()


def test_cells_have_to_fit_into_the_depth_of_the_stack() -> None:
    with pytest.raises(ConfigError, match=r"height_um.*flatter"):
        build_scene(small_settings(cells=TWO_CELLS.model_copy(update={"height_um": 9.0})))


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

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from livecell.errors import ConfigError
from livecell.simulation import simulate
from livecell.simulation.scene import build_scene
from tests.scenes.simulation import TWO_CELLS, small_settings

SETTINGS = small_settings(timepoints=12)
SCENE = build_scene(SETTINGS)


def within_ellipsoid(name: str) -> np.ndarray:
    """Scaled distance (frames, beads) of each bead from the nearest nucleus's centre: below 1 is inside of it."""
    cells, centres = SCENE.cells, SCENE.beads[name].centre_um
    offset = centres[:, :, None] - cells.centre_um[:, None]
    turned = np.exp(1j * cells.angle)[:, None] * (offset[..., 1] + 1j * offset[..., 2])
    scaled = np.stack([offset[..., 0], turned.real, turned.imag], axis=-1) / cells.semi_axes_um
    return np.linalg.norm(scaled, axis=-1).min(axis=2)


def test_nucleoli_stay_inside_their_nucleus() -> None:
    assert within_ellipsoid("nucleoli").max() < 0.8


@pytest.mark.parametrize("name", ["mitochondria", "vesicles", "golgi"])
def test_organelles_of_the_cytoplasm_stay_between_nucleus_and_edge(name: str) -> None:
    assert within_ellipsoid(name).min() > 1
    frame = simulate(small_settings(structures=(name, "cell_membrane"))).frame(3)
    objects, cells = frame.labels[name], frame.labels["cell_membrane"]
    assert (objects > 0).any()
    assert (cells[objects > 0] > 0).mean() > 0.95


def test_vesicles_never_touch_within_a_cell() -> None:
    vesicles = SCENE.beads["vesicles"]
    per_cell = np.split(vesicles.centre_um, 2, axis=1)
    assert min(pdist(frame[:, 1:]).min() for cell in per_cell for frame in cell) > 2 * vesicles.radius_um.max()


def test_everything_moves() -> None:
    for name in ("nucleoli", "mitochondria", "vesicles", "golgi"):
        steps = np.linalg.norm(np.diff(SCENE.beads[name].centre_um, axis=0), axis=2)
        assert 0.02 < np.median(steps) < 1.0, name


def test_vesicles_diffuse_as_set() -> None:
    cells = TWO_CELLS.model_copy(
        update={"vesicle_diffusion_um2_s": 1e-5, "vesicle_drift_um_s": 0.0, "vesicles": 3, "radius_um": 6.0}
    )
    scene = build_scene(small_settings(timepoints=60, cells=cells))
    nuclei = np.repeat(scene.cells.centre_um, 3, axis=1)
    offset = scene.beads["vesicles"].centre_um - nuclei
    # The distance from the nucleus is free of the nucleus's turning; along it the walk is one-dimensional.
    radial = np.hypot(offset[..., 1], offset[..., 2])
    assert np.diff(radial, axis=0).std() == pytest.approx(np.sqrt(2 * 1e-5 * 60), rel=0.15)


def test_vesicles_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ConfigError, match="fewer vesicles"):
        build_scene(small_settings(cells=TWO_CELLS.model_copy(update={"vesicles": 200})))


def test_cells_without_vesicles_and_mitochondria_are_fine() -> None:
    bare = TWO_CELLS.model_copy(update={"vesicles": 0, "mitochondria": 0, "granules": 0})
    frame = simulate(small_settings(cells=bare)).frame(0)
    assert not frame.labels["vesicles"].any()
    assert not frame.targets["mitochondria"].any()
    assert frame.labels["dna"].any()

from __future__ import annotations

import numpy as np
import pytest

from livecell.config.segment import ShellWorkflow
from livecell.segmentation import segment_volume
from tests.scenes.segmentation import FLAT_VOXEL_UM, THIN, ellipsoids, image_of, shells

# The first is cut by the bottom plane, the others are whole.
BODIES = ellipsoids(THIN, FLAT_VOXEL_UM, [(0.5, 6, 7), (3.75, 10, 20), (3.75, 17, 9)], (3, 4.5, 4.5))
RIMS = shells(BODIES, 0.5, FLAT_VOXEL_UM)
IMAGE = image_of(RIMS, 0.2, FLAT_VOXEL_UM, noise=0.02)


def test_each_envelope_is_one_object_on_its_rim() -> None:
    labels = segment_volume(IMAGE, "nuclear_envelope", FLAT_VOXEL_UM)
    assert labels.max() == 3
    rim = RIMS > 0
    assert np.count_nonzero(labels[rim] == BODIES[rim]) > 0.95 * np.count_nonzero(rim)
    assert not labels[7, 68, 36], "the inside of the third is empty"


def test_filled_envelope_is_the_body() -> None:
    labels = segment_volume(IMAGE, ShellWorkflow(filled=True), FLAT_VOXEL_UM)
    inside = BODIES > 0
    assert np.count_nonzero(labels[inside] == BODIES[inside]) > 0.97 * np.count_nonzero(inside)


def test_touching_envelopes_have_their_own_numbers() -> None:
    bodies = ellipsoids(THIN, FLAT_VOXEL_UM, [(3.75, 12, 9), (3.75, 12, 18)], (3, 4.6, 4.6))
    image = image_of(shells(bodies, 0.5, FLAT_VOXEL_UM), 0.15, FLAT_VOXEL_UM)
    labels = segment_volume(image, ShellWorkflow(filled=True), FLAT_VOXEL_UM)
    assert labels.max() == 2


@pytest.mark.parametrize(("gap_um", "closed"), [(0.0, False), (2.0, True)])
def test_gap_is_closed_up_to_the_width_given(gap_um: float, closed: bool) -> None:
    rims = RIMS.copy()
    rims[:, 66:70, 36:] = np.where(BODIES[:, 66:70, 36:] == 3, 0, rims[:, 66:70, 36:])
    image = image_of(rims, 0.1, FLAT_VOXEL_UM)
    labels = segment_volume(image, ShellWorkflow(filled=True, gap_um=gap_um), FLAT_VOXEL_UM)
    assert bool(labels[7, 68, 30]) is closed

from __future__ import annotations

import numpy as np
import pytest

from livecell.axes import Sampling
from livecell.simulation.truth import objects
from livecell.tables import TRACKS, check

SAMPLING = Sampling(0.5, 0.2, 0.3, 60.0)
DRIFT_UM = np.array([0.1, -0.4, 0.6])


def scene() -> tuple[np.ndarray, np.ndarray]:
    labels, cells = np.zeros((4, 10, 12), np.int32), np.zeros((4, 10, 12), np.int32)
    labels[1, 2:4, 2:5] = 7
    labels[3, 8, 9:12] = 2
    cells[:, :4, :4] = 1
    cells[:, :4, 4:8] = 2
    return labels, cells


def test_objects_have_their_place_size_and_cell() -> None:
    labels, cells = scene()
    found = objects({"vesicles": labels}, cells, 2, SAMPLING, DRIFT_UM)
    check(found, TRACKS)
    assert found["track_id"].tolist() == found["label"].tolist() == [2, 7]
    assert (found["t_s"] == 120).all()
    seven = found[found["label"] == 7].squeeze()
    raw = np.array([1 * 0.5, 2.5 * 0.2, 3 * 0.3])
    np.testing.assert_allclose(seven[["z_raw_um", "y_raw_um", "x_raw_um"]].astype(float), raw)
    np.testing.assert_allclose(seven[["z_um", "y_um", "x_um"]].astype(float), raw - DRIFT_UM)
    assert seven["volume_um3"] == pytest.approx(6 * 0.03)
    assert seven["cell_id"] == 1
    assert found["cell_id"].isna().tolist() == [True, False]


def test_volumes_without_objects_have_no_rows() -> None:
    empty = np.zeros((2, 3, 4), np.int32)
    assert not len(objects({"golgi": empty}, empty, 0, SAMPLING, DRIFT_UM))

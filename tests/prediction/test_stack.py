"""Which images a model can see."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from livecell.errors import AcquisitionError, ModelError
from livecell.models import Model
from livecell.prediction.stack import voxels_of
from tests.scenes.models import card_of
from tests.scenes.prediction import timepoint
from tests.scenes.volumes import textured


def _model(**changes: object) -> Model:
    return Model(card_of("dna", **changes), Path("nowhere"))


FLAT = _model(network={"ndim": 2})
PROJECTING = _model(network={"ndim": 2, "inputs": 3}, planes_as_channels=True)


def test_an_image_without_z_is_no_stack_for_a_3d_model() -> None:
    with pytest.raises(AcquisitionError, match="z axis"):
        voxels_of(textured((8, 8)), [_model()])
    assert voxels_of(textured((1, 8, 8)), [_model()]).shape == (1, 8, 8)
    assert voxels_of(textured((8, 9)), [FLAT]).shape == (1, 8, 9)


@pytest.mark.parametrize("shape", [(2, 1, 4, 8, 8), (8,), (0, 8, 8)])
def test_only_one_volume_is_seen_at_a_time(shape: tuple[int, ...]) -> None:
    with pytest.raises(AcquisitionError, match=r"one volume.*isel"):
        voxels_of(textured(shape), [_model()])


def test_planes_must_be_as_many_as_the_model_learnt() -> None:
    assert voxels_of(textured((3, 8, 8)), [PROJECTING]).shape == (3, 8, 8)
    with pytest.raises(AcquisitionError, match=r"3 z planes.*found 4"):
        voxels_of(textured((4, 8, 8)), [PROJECTING])


def test_a_model_of_several_image_channels_is_refused() -> None:
    with pytest.raises(ModelError, match="2 input channels"):
        voxels_of(textured((4, 8, 8)), [_model(network={"inputs": 2})])


@pytest.mark.parametrize("gap", [np.nan, np.inf])
def test_gaps_are_refused(gap: float) -> None:
    stack = textured((2, 4, 4)).astype(np.float32)
    stack[0, 0, 0] = gap
    with pytest.raises(AcquisitionError, match="every voxel"):
        voxels_of(stack, [_model()])


def test_a_lazy_timepoint_is_computed() -> None:
    lazy = timepoint().chunk({"y": 5})
    np.testing.assert_array_equal(voxels_of(lazy, [_model()]), timepoint().values)

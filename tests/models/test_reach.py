"""The measured reach of networks: what lies beyond it does not matter, on images it was not measured on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from livecell.models import Model, fold, open_model
from livecell.models.reach import LARGEST_CHANGE, MEAN_CHANGE, _change, _texture, measure_reach
from livecell.nets import InferenceUNet, UNetShape
from tests.scenes.models import card_of, package_of
from tests.scenes.nets import small_network


def _measured(shape: UNetShape, seed: int = 0) -> tuple[InferenceUNet, tuple[int, ...]]:
    network = InferenceUNet(fold(small_network(shape, seed=seed)))
    return network, measure_reach(network, shape.ndim, shape.inputs, shape.stride, shape.halo)


@pytest.mark.parametrize("shape", [UNetShape(3, 1, 4), UNetShape(2, 2, 4, 2, 3), UNetShape(2, 0, 4)])
def test_the_architecture_bounds_it(shape: UNetShape) -> None:
    _, reach = _measured(shape)
    assert len(reach) == shape.ndim
    assert all(0 < along <= shape.halo for along in reach)
    assert _measured(shape)[1] == reach


def test_a_network_that_looks_at_one_voxel_has_none() -> None:
    shape = UNetShape(2, 0, 4)
    network = InferenceUNet(fold(small_network(shape)))
    for module in network.modules():
        if isinstance(module, torch.nn.Conv2d):
            middle = module.weight[:, :, 1:2, 1:2].clone()
            module.weight.data.zero_()[:, :, 1:2, 1:2] = middle
    assert measure_reach(network, 2, 1, shape.stride, shape.halo) == (0, 0)


def test_beyond_it_nothing_changes_on_other_images_either() -> None:
    model = open_model("bundled")
    half = 64
    for axis, reach in enumerate(model.reach):
        size = [2 * half if axis == other else 32 for other in range(3)]
        change = _change(model.network(), _texture(1, size, seed=7), axis, half)
        assert change[reach:].max() < 3 * LARGEST_CHANGE
        assert change[reach:].mean(axis=1).max() < 3 * MEAN_CHANGE
        assert change[: reach // 2].max() > LARGEST_CHANGE


def test_a_card_without_it_has_the_bound(tmp_path: Path) -> None:
    model = package_of(tmp_path / "m", card_of("dna"))
    assert model.card.reach_voxels == model.reach == open_model(model.path).reach
    unmeasured = Model(model.card.model_copy(update={"reach_voxels": None}), model.path)
    assert unmeasured.reach == (model.shapes[0].halo,) * 3


def test_it_is_measured_of_the_weights_that_are_written(tmp_path: Path) -> None:
    stale = card_of("dna", reach_voxels=(1, 1, 1))
    assert package_of(tmp_path / "m", stale).reach == package_of(tmp_path / "n", card_of("dna")).reach
    assert np.min(open_model(tmp_path / "m").reach) > 1


def test_a_card_has_one_for_each_axis() -> None:
    with pytest.raises(ValidationError, match="reach_voxels of 2 axes for networks of 3"):
        card_of("dna", reach_voxels=(3, 3))


def test_axes_are_told_apart() -> None:
    shape = UNetShape(2, 0, 4)
    network = InferenceUNet(fold(small_network(shape)))
    for module in network.modules():
        if isinstance(module, torch.nn.Conv2d):
            row = module.weight[:, :, 1:2].clone()
            module.weight.data.zero_()[:, :, 1:2] = row
    along_y, along_x = measure_reach(network, 2, 1, shape.stride, shape.halo)
    assert along_y == 0 < along_x <= shape.halo


def test_a_network_of_which_only_the_first_kernel_is_left_reaches_no_further() -> None:
    shape = UNetShape(3, 2, 4)
    network = InferenceUNet(fold(small_network(shape)))
    first = network.levels.encode.convolutions[0].weight
    for parameter in network.parameters():
        if parameter is not first:
            parameter.data.zero_()
    assert max(measure_reach(network, 3, 1, shape.stride, shape.halo)) <= 1


@pytest.mark.parametrize("shape", [UNetShape(3, 1, 4, outputs=2), UNetShape(2, 2, 4, inputs=3), UNetShape(2, 3, 4)])
def test_beyond_it_nothing_changes_whatever_the_network(shape: UNetShape) -> None:
    network, reach = _measured(shape, seed=5)
    half = -(-shape.halo // shape.stride) * shape.stride
    for axis, along in enumerate(reach):
        size = [2 * half if axis == other else 32 for other in range(shape.ndim)]
        change = _change(network, _texture(shape.inputs, size, seed=7), axis, half)
        assert change[along:].max(initial=0) < 3 * LARGEST_CHANGE
        assert change[along:].mean(axis=1).max(initial=0) < 3 * MEAN_CHANGE


def test_of_several_networks_the_deepest_sets_the_bound() -> None:
    card = card_of("dna", "golgi", network=[{"depth": 1}, {"depth": 3}])
    assert Model(card, Path("nowhere")).reach == (UNetShape(depth=3).halo,) * 3
    assert Model(card_of("dna", reach_voxels=(0, 0, 0)), Path("nowhere")).reach == (0, 0, 0)

"""Networks that go on from a package: what they take over, and what they refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from livecell.errors import ModelError
from livecell.models import Model, import_fnet
from livecell.nets import UNetShape, members_of
from livecell.training import new_network, started_network
from tests.scenes.fnet import published_net, write_checkpoint
from tests.scenes.models import card_of, package_of

SEED = 5


def _package(folder: Path, *structures: str, **changes: Any) -> Model:
    return package_of(folder / "model", card_of(*structures, **changes))


def _shape(outputs: int) -> UNetShape:
    return UNetShape(depth=2, width=4, outputs=outputs)


def test_the_trunk_and_the_heads_of_shared_structures_are_taken_over(tmp_path: Path) -> None:
    model = _package(tmp_path, "dna", "nucleoli")
    [started] = members_of(started_network(model, [_shape(2)], ("golgi", "dna"), SEED))
    [known] = members_of(model.trainable())
    [fresh] = members_of(new_network([_shape(2)], SEED))
    for name, value in known.levels.state_dict().items():
        assert torch.equal(started.levels.state_dict()[name], value), name
    assert torch.equal(started.head.weight[1], known.head.weight[0])
    assert torch.equal(started.head.weight[0], fresh.head.weight[0])
    assert started.head.bias is not None
    assert known.head.bias is not None
    assert started.head.bias[1] == known.head.bias[0]


def test_a_head_of_variances_is_taken_over_where_both_have_one(tmp_path: Path) -> None:
    model = _package(tmp_path, "dna", "golgi", network={"outputs": 4}, log_variance=True)
    [known] = members_of(model.trainable())
    [both] = members_of(started_network(model, [_shape(2)], ("golgi",), SEED))
    assert torch.equal(both.head.weight, known.head.weight[[1, 3]])
    [means] = members_of(started_network(model, [_shape(1)], ("golgi",), SEED))
    assert torch.equal(means.head.weight, known.head.weight[[1]])


def test_separate_networks_go_on_each_by_itself(tmp_path: Path) -> None:
    model = _package(tmp_path, "dna", "golgi", network=[{}, {}])
    started = members_of(started_network(model, [_shape(1)] * 2, ("vesicles", "dna"), SEED))
    fresh = members_of(new_network([_shape(1)] * 2, SEED))
    for found, expected in zip(started, (fresh[0], members_of(model.trainable())[0]), strict=True):
        for name, value in expected.state_dict().items():
            assert torch.equal(found.state_dict()[name], value), name


def test_separate_networks_may_all_begin_with_the_trunk_of_one(tmp_path: Path) -> None:
    model = _package(tmp_path, "dna", "golgi")
    started = members_of(started_network(model, [_shape(1)] * 2, ("golgi", "vesicles"), SEED))
    [known] = members_of(model.trainable())
    assert torch.equal(started[0].head.weight, known.head.weight[[1]])
    for member in started:
        assert torch.equal(member.levels.encode[0].conv.weight, known.levels.encode[0].conv.weight)


def test_a_model_of_another_architecture_says_what_would_fit(tmp_path: Path) -> None:
    model = _package(tmp_path, "dna", network={"ndim": 2, "inputs": 5, "width": 8}, planes_as_channels=True)
    with pytest.raises(ModelError, match=r"5 input channels.*ndim: 2, depth: 2, width: 8, planes_as_channels: true"):
        started_network(model, [_shape(1)], ("dna",), SEED)


def test_one_network_cannot_go_on_from_several(tmp_path: Path) -> None:
    model = _package(tmp_path, "dna", "golgi", network=[{}, {}])
    with pytest.raises(ModelError, match="separate: true"):
        started_network(model, [_shape(2)], ("dna", "golgi"), SEED)


def test_an_imported_checkpoint_goes_on_as_what_it_was(tmp_path: Path) -> None:
    published = published_net(width=4)
    model = import_fnet(write_checkpoint(tmp_path / "dna" / "model.p", published), tmp_path / "package", ["dna"])
    started = started_network(model, [_shape(1)], ("dna",), SEED).eval()
    image = torch.randn((1, 1, 8, 8, 8), generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        torch.testing.assert_close(started(image), published(image))

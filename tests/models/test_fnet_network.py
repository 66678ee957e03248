"""Networks of checkpoints against the published network, written here another way; and checkpoints that are no such."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from livecell.errors import ModelError
from livecell.models import fold
from livecell.models.fnet_checkpoint import FnetCheckpoint
from livecell.models.fnet_network import network_of, shape_of
from livecell.nets import UNetShape
from tests.scenes.fnet import PublishedNet, published_net


def checkpoint(state: dict[str, Tensor]) -> FnetCheckpoint:
    return FnetCheckpoint(Path("dna/model.p"), state, "nn_module", 50, "")


@settings(deadline=None, max_examples=30)
@given(
    ndim=st.sampled_from([2, 3]),
    depth=st.integers(0, 3),
    width=st.integers(1, 4),
    inputs=st.integers(1, 3),
    outputs=st.integers(1, 3),
)
def test_it_says_what_the_published_network_says(ndim: int, depth: int, width: int, inputs: int, outputs: int) -> None:
    shape = UNetShape(ndim, depth, width, inputs, outputs)
    published = published_net(ndim=ndim, depth=depth, width=width, inputs=inputs, outputs=outputs).double()
    found = checkpoint(published.state_dict())
    assert shape_of(found) == shape
    network = network_of(found).double()
    image = torch.randn((2, inputs, *[8] * ndim), generator=torch.Generator().manual_seed(1)).double()
    with torch.no_grad():
        # Weights are stored as float32: the published network is compared with the same ones.
        expected = published.float().double()(image)
        torch.testing.assert_close(network(image), expected, rtol=1e-9, atol=1e-9)
        torch.testing.assert_close(fold(network)(image), expected, rtol=1e-9, atol=1e-9)


def test_widths_of_the_older_version_with_several_inputs_are_taken_from_the_tensors() -> None:
    # It multiplied the width with the inputs: 2 inputs of mult_chan 3.
    state = published_net(width=6, inputs=2, depth=1).state_dict()
    assert shape_of(checkpoint(state)) == UNetShape(3, 1, 6, 2, 1)


def test_the_counter_of_the_batch_norm_may_be_missing() -> None:
    published = published_net(depth=1)
    state = {name: t for name, t in published.state_dict().items() if not name.endswith("num_batches_tracked")}
    image = torch.randn((1, 1, 4, 4, 4), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        torch.testing.assert_close(network_of(checkpoint(state))(image), published(image))


def test_half_precision_is_read_as_float32() -> None:
    state = published_net(depth=0).half().state_dict()
    assert network_of(checkpoint(state)).head.weight.dtype == torch.float32


def without(name: str) -> dict[str, Tensor]:
    state = dict(published_net().state_dict())
    del state[name]
    return state


def changed(**tensors: Any) -> dict[str, Tensor]:
    return dict(published_net().state_dict()) | {name.replace("__", "."): tensor for name, tensor in tensors.items()}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({}, r"net_recurse\.sub_2conv_more\.conv1, found none"),
        (without("conv_out.weight"), "conv_out, found none"),
        (without("net_recurse.sub_u.bn0.running_var"), r"sub_u\.bn0\.running_var of shape \(4,\), found none"),
        (changed(net_recurse__sub_u__extra=torch.zeros(1)), r"also net_recurse\.sub_u\.extra"),
        (changed(conv_out__bias=torch.zeros(3)), r"conv_out\.bias of shape \(1,\), found shape \(3,\)"),
        (changed(conv_out__weight=torch.zeros(3)), r"a 2D or 3D convolution conv_out, found shape \(3,\)"),
        (changed(conv_out__weight=torch.zeros(1, 2, 3, 3)), "conv_out.weight of shape"),
        (
            changed(net_recurse__sub_u__sub_2conv_more__conv1__weight=torch.zeros(6, 2, 3, 3, 3)),
            "4 channels in level 1, found 6",
        ),
        (changed(net_recurse__sub_u__sub_u__sub_u__bn0__bias=torch.zeros(1)), r"sub_u\.sub_u\.sub_u\.sub_2conv_more"),
    ],
)
def test_tensors_of_another_network_are_told(state: dict[str, Tensor], words: str) -> None:
    with pytest.raises(ModelError, match=f"{words}.*only the U-Net of pytorch_fnet"):
        network_of(checkpoint(state))


@pytest.mark.parametrize(("ndim", "published"), [(3, 23_280_769), (2, 8_116_225)])
def test_the_scene_has_the_published_number_of_parameters(ndim: int, published: int) -> None:
    network = PublishedNet(ndim, depth=4, width=32)
    assert sum(parameter.numel() for parameter in network.parameters()) == published

"""Several networks as one: outputs in order, and members that must see the same image."""

from __future__ import annotations

import pytest
import torch

from livecell.nets import UNet, UNetSet, UNetShape, build_network
from tests.scenes.nets import small_network

SHAPES = (UNetShape(2, 1, 2, 2, 3), UNetShape(2, 2, 3, 2, 1))


def test_outputs_follow_one_another() -> None:
    network = small_network(*SHAPES)
    image = torch.randn((2, 2, 8, 12), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        predicted = network(image)
        assert predicted.shape == (2, 4, 8, 12)
        assert torch.equal(predicted[:, :3], network.members[0](image))
        assert torch.equal(predicted[:, 3:], network.members[1](image))


def test_one_shape_makes_a_plain_network_with_the_keys_it_always_had() -> None:
    network = build_network(SHAPES[:1])
    assert isinstance(network, UNet)
    assert network.state_dict().keys() == UNet(SHAPES[0]).state_dict().keys()
    assert isinstance(build_network(SHAPES), UNetSet)


@pytest.mark.parametrize("shapes", [(), (UNetShape(2), UNetShape(3)), (UNetShape(inputs=2), UNetShape())])
def test_members_that_see_different_images_are_refused(shapes: tuple[UNetShape, ...]) -> None:
    with pytest.raises(ValueError, match="the same images"):
        UNetSet([UNet(shape) for shape in shapes])

"""A folded network says the same as the one it was made of."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn.modules.batchnorm import _BatchNorm

from livecell.models import fold
from tests.scenes.models import card_of, image_for, network_of


@pytest.mark.parametrize("network", [{"ndim": 2}, {"ndim": 3}, [{}, {"depth": 1, "width": 3}]])
def test_folding_does_not_change_what_a_network_says(network: Any) -> None:
    card = card_of("dna", "golgi", network=network)
    original = network_of(card).double()
    image = image_for(card).double()
    with torch.no_grad():
        expected = original(image)
        torch.testing.assert_close(fold(original)(image), expected, rtol=1e-9, atol=1e-9)
    assert expected.std() > 0


def test_folding_leaves_no_normalisation_and_the_original_alone() -> None:
    network = network_of(card_of("dna")).train()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    folded = fold(network)
    assert not [module for module in folded.modules() if isinstance(module, _BatchNorm)]
    assert not folded.training
    assert not any(parameter.requires_grad for parameter in folded.parameters())
    assert network.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())

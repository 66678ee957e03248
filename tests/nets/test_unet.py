"""The network against its published size and against a forward pass written another way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from livecell.nets import UNet, UNetShape
from tests.scenes.nets import small_network


@pytest.mark.parametrize(("ndim", "published"), [(3, 23_280_769), (2, 8_116_225)])
def test_published_number_of_parameters(ndim: int, published: int) -> None:
    network = UNet(UNetShape(ndim=ndim))
    assert sum(parameter.numel() for parameter in network.parameters()) == published


@pytest.mark.parametrize("ndim", [2, 3])
def test_depth_one_equals_the_functional_forward_pass(ndim: int) -> None:
    network = small_network(UNetShape(ndim=ndim, depth=1, width=3, inputs=2, outputs=2)).double()
    image = torch.randn((2, 2, *(4, 6, 8)[3 - ndim :]), generator=torch.Generator().manual_seed(1)).double()
    with torch.no_grad():
        torch.testing.assert_close(network(image), _depth_one(network.state_dict(), image, ndim))


def _depth_one(state: dict[str, Tensor], image: Tensor, ndim: int) -> Tensor:
    conv: Callable[..., Tensor] = F.conv3d if ndim == 3 else F.conv2d
    deconv: Callable[..., Tensor] = F.conv_transpose3d if ndim == 3 else F.conv_transpose2d

    def step(x: Tensor, key: str, convolve: Callable[..., Tensor], **options: int) -> Tensor:
        x = convolve(x, state[f"{key}.conv.weight"], state[f"{key}.conv.bias"], **options)
        column = (1, -1) + (1,) * ndim
        mean, var, weight, bias = (
            state[f"{key}.norm.{name}"].reshape(column) for name in ("running_mean", "running_var", "weight", "bias")
        )
        return torch.clamp((x - mean) / torch.sqrt(var + 1e-5) * weight + bias, min=0)

    def pair(x: Tensor, key: str) -> Tensor:
        return step(step(x, f"{key}.0", conv, padding=1), f"{key}.1", conv, padding=1)

    skip = pair(image, "levels.encode")
    bottom = pair(step(skip, "levels.down", conv, stride=2), "levels.below.encode")
    up = step(bottom, "levels.up", deconv, stride=2)
    return conv(pair(torch.cat([skip, up], 1), "levels.decode"), state["head.weight"], state["head.bias"], padding=1)


@settings(deadline=None, max_examples=10)
@given(depth=st.integers(0, 2), outputs=st.integers(1, 3), factors=st.tuples(*[st.integers(1, 3)] * 3))
def test_prediction_has_the_size_of_the_image(depth: int, outputs: int, factors: tuple[int, int, int]) -> None:
    shape = UNetShape(depth=depth, width=2, outputs=outputs)
    size = [factor * shape.stride for factor in factors]
    with torch.no_grad():
        assert small_network(shape)(torch.zeros(1, 1, *size)).shape == (1, outputs, *size)


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_nothing_beyond_the_halo_has_influence(depth: int, monkeypatch: pytest.MonkeyPatch) -> None:
    shape = UNetShape(ndim=2, depth=depth, width=2)
    network = small_network(shape).double()
    rows = 2 * shape.stride * (shape.halo // shape.stride + 2)
    image = torch.zeros(1, 1, rows, shape.stride, dtype=torch.float64, requires_grad=True)
    # Abs in place of ReLU: no path can die, so the gradient reaches as far as the architecture allows.
    for module in network.modules():
        if hasattr(module, "conv"):
            monkeypatch.setattr(module, "forward", lambda x, m=module: m.norm(m.conv(x)).abs())
    middle = rows // 2
    reach = 0
    for row in range(middle, middle + shape.stride):
        (gradient,) = torch.autograd.grad(network(image)[0, 0, row].sum(), image)
        touched = torch.nonzero(gradient.abs().sum(dim=(0, 1, 3))).flatten()
        reach = max(reach, row - int(touched.min()), int(touched.max()) - row)
    assert shape.halo - shape.stride <= reach <= shape.halo


@pytest.mark.parametrize("wrong", [{"ndim": 4}, {"width": 0}, {"inputs": 0}, {"outputs": 0}, {"depth": -1}])
def test_impossible_shapes_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        UNetShape(**wrong)


@pytest.mark.parametrize("planes", [1, 2, 3, 4])
def test_gradients_in_mixed_precision_are_those_of_float32_for_any_number_of_planes(planes: int) -> None:
    torch.manual_seed(0)
    network = UNet(UNetShape(ndim=3, depth=0, width=16))
    image = torch.randn((2, 1, planes, 8, 8))

    convolutions = network.levels.encode.convolutions

    def gradient(precision: torch.dtype) -> torch.Tensor:
        network.zero_grad()
        with torch.autocast("cpu", precision, enabled=precision != torch.float32):
            predicted = network(image)
        torch.autograd.backward([(predicted.float() ** 2).mean()])
        return torch.cat([gradient.flatten() for c in convolutions if (gradient := c.weight.grad) is not None])

    exact = gradient(torch.float32)
    for _ in range(3):
        # Rounding alone makes up to 8 %; what is noise is several times as large as all of the gradient.
        assert (gradient(torch.bfloat16) - exact).norm() < 0.2 * exact.norm()

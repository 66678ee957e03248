"""The network for inference against the one that was trained: the same voxels, however thin the slabs."""

from __future__ import annotations

import weakref
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from livecell.models import fold
from livecell.nets import InferenceSet, InferenceUNet, UNetShape, peak_bytes
from tests.scenes.nets import small_network

ONE_ROW_AT_A_TIME = 1


def _image(shape: UNetShape, *size: int, images: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(5)
    return torch.randn((images, shape.inputs, *size), generator=generator)


@settings(deadline=None, max_examples=30)
@given(
    ndim=st.integers(2, 3),
    depth=st.integers(0, 3),
    inputs=st.integers(1, 2),
    outputs=st.integers(1, 3),
    factors=st.tuples(*[st.integers(1, 4)] * 3),
    images=st.integers(1, 2),
    slab_bytes=st.sampled_from([ONE_ROW_AT_A_TIME, 3000, 20_000, 2**25]),
)
def test_slabs_of_any_size_give_what_the_whole_gives(
    ndim: int, depth: int, inputs: int, outputs: int, factors: tuple[int, ...], images: int, slab_bytes: int
) -> None:
    shape = UNetShape(ndim, depth, 3, inputs, outputs)
    network = small_network(shape)
    image = _image(shape, *[factor * shape.stride for factor in factors[:ndim]], images=images)
    with torch.inference_mode():
        expected = network(image)
        found = InferenceUNet(fold(network), slab_bytes)(image)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5 * float(expected.abs().max()))


def test_an_image_is_left_as_it_was() -> None:
    shape = UNetShape(depth=1, width=4)
    image = _image(shape, 8, 6, 4)
    before = image.clone()
    with torch.inference_mode():
        InferenceUNet(fold(small_network(shape)), ONE_ROW_AT_A_TIME)(image)
    assert torch.equal(image, before)


@pytest.mark.parametrize("slab_bytes", [ONE_ROW_AT_A_TIME, 2**25])
def test_bfloat16_says_nearly_the_same_in_float32(slab_bytes: int) -> None:
    shape = UNetShape(depth=2, width=8, outputs=2)
    network, image = small_network(shape), _image(shape, 8, 32, 32)
    with torch.inference_mode():
        expected = network(image)
        found = InferenceUNet(fold(network).to(torch.bfloat16), slab_bytes)(image)
    assert found.dtype == torch.float32
    r = torch.corrcoef(torch.stack([found.flatten(), expected.flatten()]))[0, 1]
    assert float(r) > 0.999


def test_outputs_of_a_set_follow_one_another() -> None:
    shapes = (UNetShape(depth=1, width=3), UNetShape(depth=2, width=2, outputs=2))
    network, image = small_network(*shapes), _image(shapes[0], 4, 8, 8)
    with torch.inference_mode():
        found = InferenceSet([InferenceUNet(member) for member in fold(network).members])(image)
        torch.testing.assert_close(found, network(image), rtol=1e-4, atol=1e-4)


def test_only_the_networks_of_the_wanted_channels_run() -> None:
    shapes = (UNetShape(depth=1, width=3), UNetShape(depth=1, width=2, outputs=2), UNetShape(depth=0, width=2))
    network, image = small_network(*shapes), _image(shapes[0], 4, 8, 8)
    inference = InferenceSet([InferenceUNet(member) for member in fold(network).members])
    ran: list[int] = []
    for index, member in enumerate(inference.members):
        member.register_forward_hook(lambda *_, index=index: ran.append(index))
    with torch.inference_mode():
        everything = inference(image)
        ran.clear()
        found = inference(image, [3, 1])
    assert torch.equal(found, everything[:, [3, 1]])
    assert ran == [1, 2]
    assert torch.equal(inference.members[1](image, [1]), everything[:, [2]])


@pytest.mark.parametrize("slab_rows", [2, 8, 32, 64])
@pytest.mark.parametrize(("ndim", "depth"), [(3, 0), (3, 1), (3, 3), (2, 2)])
def test_no_more_memory_is_alive_than_was_said(ndim: int, depth: int, slab_rows: int) -> None:
    shape = UNetShape(ndim, depth, 16, 1, 2)
    size = (64, 40, 48)[:ndim]
    slab_bytes = slab_rows * 16 * 4 * int(torch.tensor(size[1:]).prod())
    network, image = InferenceUNet(fold(small_network(shape)), slab_bytes), _image(shape, *size)
    with torch.inference_mode(), _Alive() as alive:
        network(image)
    said = peak_bytes(shape, size, 4, slab_bytes)
    # Not much more is said, either: memory that is never used makes tiles smaller than they need be.
    assert alive.peak <= said <= 1.5 * alive.peak


def test_thin_slabs_take_a_fraction_of_the_memory_of_the_network_as_trained() -> None:
    shape = UNetShape(3, 2, 16, 1, 1)
    network, image = small_network(shape), _image(shape, 64, 40, 48)
    peaks = []
    for each in (network, InferenceUNet(fold(network), 2**19)):
        with torch.inference_mode(), _Alive() as alive:
            each(image)
        peaks.append(alive.peak)
    assert peaks[1] < 0.4 * peaks[0]


class _Alive(TorchDispatchMode):
    """Counts the bytes of all tensors that are alive, and keeps the most there ever were."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.peak = 0
        self.known: set[int] = set()

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = function(*args, **(kwargs or {}))
        for tensor in tree_leaves(result):
            if isinstance(tensor, Tensor):
                self._count(tensor.untyped_storage())
        return result

    def _count(self, storage: torch.UntypedStorage) -> None:
        address = storage.data_ptr()
        if address in self.known or storage.nbytes() == 0:
            return
        self.known.add(address)
        self.now += storage.nbytes()
        self.peak = max(self.peak, self.now)
        weakref.finalize(storage, self._gone, address, storage.nbytes())

    def _gone(self, address: int, size: int) -> None:
        self.known.discard(address)
        self.now -= size

"""Weights on disk: what comes back, and what is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import safetensors.torch
import torch

from livecell.errors import ModelError
from livecell.models.weights import check_digest, read_network, write_weights
from livecell.nets import UNetShape
from tests.scenes.models import card_of, network_of
from tests.scenes.nets import small_network

SHAPE = UNetShape(depth=2, width=4)
PAIR = (SHAPE, UNetShape(depth=1, width=3))


def test_weights_come_back_bit_by_bit(tmp_path: Path) -> None:
    network = network_of(card_of("dna"))
    digest = write_weights(tmp_path / "w", network)
    assert digest == hashlib.sha256((tmp_path / "w").read_bytes()).hexdigest()
    state = read_network(tmp_path / "w", (SHAPE,)).state_dict()
    assert all(torch.equal(tensor, state[name]) for name, tensor in network.state_dict().items())


def test_half_precision_halves_the_file_and_is_read_as_float32(tmp_path: Path) -> None:
    network = network_of(card_of("dna"))
    write_weights(tmp_path / "full", network)
    write_weights(tmp_path / "half", network, dtype="float16")
    # Names and shapes in the header take the same room in both.
    header = 8 + int.from_bytes((tmp_path / "full").read_bytes()[:8], "little")
    assert (tmp_path / "half").stat().st_size < header + (tmp_path / "full").stat().st_size / 2
    read = read_network(tmp_path / "half", (SHAPE,)).head.weight
    assert read.dtype == torch.float32
    torch.testing.assert_close(read, network.head.weight, rtol=1e-3, atol=0)


def test_weights_that_overflow_are_not_written(tmp_path: Path) -> None:
    network = network_of(card_of("dna"))
    torch.nn.init.constant_(network.head.bias, 1e6)
    with pytest.raises(ModelError, match=r"head\.bias"):
        write_weights(tmp_path / "w", network, dtype="float16")
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_weights_that_are_not_numbers_are_not_read(tmp_path: Path, bad: float) -> None:
    state = network_of(card_of("dna")).state_dict()
    state["levels.below.encode.1.norm.running_var"][2] = bad
    safetensors.torch.save_file(state, tmp_path / "w")
    with pytest.raises(ModelError, match=r"finite.*levels\.below\.encode\.1\.norm\.running_var"):
        read_network(tmp_path / "w", (SHAPE,))


@pytest.mark.parametrize("kept", [0, 4, 200, -1])
def test_a_truncated_file_is_no_weights(tmp_path: Path, kept: int) -> None:
    write_weights(tmp_path / "w", network_of(card_of("dna")))
    (tmp_path / "w").write_bytes((tmp_path / "w").read_bytes()[:kept])
    with pytest.raises(ModelError, match="copy the whole package again"):
        read_network(tmp_path / "w", (SHAPE,))


def test_a_pickle_is_no_weights(tmp_path: Path) -> None:
    torch.save(network_of(card_of("dna")).state_dict(), tmp_path / "w")
    with pytest.raises(ModelError, match="safetensors"):
        read_network(tmp_path / "w", (SHAPE,))


OTHERS = [UNetShape(depth=1, width=4), UNetShape(depth=2, width=8), UNetShape(2, 2, 4)]


@pytest.mark.parametrize(
    ("written", "told"),
    [*(((SHAPE,), (other,)) for other in OTHERS), ((SHAPE,), PAIR), (PAIR, (SHAPE,)), (PAIR, PAIR[::-1])],
)
def test_weights_of_another_network_do_not_fit(
    tmp_path: Path, written: tuple[UNetShape, ...], told: tuple[UNetShape, ...]
) -> None:
    write_weights(tmp_path / "w", small_network(*written))
    with pytest.raises(ModelError, match="correct `network` in the card"):
        read_network(tmp_path / "w", told)


def test_one_changed_byte_changes_the_digest(tmp_path: Path) -> None:
    path = tmp_path / "w"
    digest = write_weights(path, network_of(card_of("dna")))
    check_digest(path, digest)
    weights = bytearray(path.read_bytes())
    weights[-1] ^= 1
    path.write_bytes(weights)
    with pytest.raises(ModelError, match=digest[:12]):
        check_digest(path, digest)


def test_missing_weights_have_no_digest(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="No such file"):
        check_digest(tmp_path / "w", "abc")

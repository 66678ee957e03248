"""Files that are called model.p: checkpoints come back, all else is told what it is, and nothing is ever executed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import random
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.errors import ModelError
from livecell.models.fnet_checkpoint import read_checkpoint
from tests.scenes.fnet import Layout, published_net, write_checkpoint


class Payload:
    """An object whose pickle makes a file as soon as it is loaded."""

    def __init__(self, proof: Path, by_shell: bool = False) -> None:
        self.call = (os.system, (f"touch '{proof}'",)) if by_shell else (open, (str(proof), "w"))

    def __reduce__(self) -> tuple[Any, ...]:
        return self.call


@pytest.mark.parametrize(("layout", "key"), [("newer", "fnet_model_class"), ("older", "nn_module")])
def test_a_checkpoint_comes_back(tmp_path: Path, layout: Layout, key: str) -> None:
    network = published_net()
    path = write_checkpoint(tmp_path / "dna" / "model.p", network, layout)
    assert zipfile.is_zipfile(path) == (layout == "newer")
    found = read_checkpoint(path)
    assert (found.layout, found.iterations, found.label) == (key, 50, "dna/model.p")
    assert found.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.state.keys() == network.state_dict().keys()
    assert all(torch.equal(tensor, found.state[name]) for name, tensor in network.state_dict().items())


def test_names_of_a_network_on_several_gpus_are_the_same(tmp_path: Path) -> None:
    state = published_net().state_dict()
    parallel = OrderedDict((f"module.{name}", tensor) for name, tensor in state.items())
    path = write_checkpoint(tmp_path / "model.p", published_net(), nn_state=parallel, count_iter=None)
    found = read_checkpoint(path)
    assert found.state.keys() == state.keys()
    assert found.iterations is None


def plain_pickle(path: Path, content: Any) -> None:
    path.write_bytes(pickle.dumps(content, protocol=2))


def zip_archive(path: Path, content: Any) -> None:
    torch.save(content, path)


def old_archive(path: Path, content: Any) -> None:
    torch.save(content, path, _use_new_zipfile_serialization=False)


CONTAINERS = [plain_pickle, zip_archive, old_archive]


@pytest.mark.parametrize("write", CONTAINERS)
@pytest.mark.parametrize(("by_shell", "asked"), [(False, r"io\.open"), (True, r"(posix|nt)\.system")])
@pytest.mark.parametrize("place", ["alone", "nn_state", "count_iter"])
def test_a_payload_is_not_run(
    tmp_path: Path, write: Callable[[Path, Any], None], by_shell: bool, asked: str, place: str
) -> None:
    payload = Payload(tmp_path / "proof", by_shell)
    write(tmp_path / "model.p", payload if place == "alone" else {"count_iter": 50, "nn_state": {}} | {place: payload})
    with pytest.raises(ModelError, match=rf"would run code.*\({asked}\).*was not loaded; give a check") as caught:
        read_checkpoint(tmp_path / "model.p")
    assert not (tmp_path / "proof").exists()
    assert "weights_only" not in str(caught.value)


def test_a_payload_in_a_pickle_of_today_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "model.p").write_bytes(pickle.dumps(Payload(tmp_path / "proof")))
    with pytest.raises(ModelError, match="no checkpoint, or a damaged one"):
        read_checkpoint(tmp_path / "model.p")
    assert not (tmp_path / "proof").exists()


@pytest.mark.parametrize("by_shell", [False, True])
def test_the_payload_of_these_tests_works(tmp_path: Path, by_shell: bool) -> None:
    opened = pickle.loads(pickle.dumps(Payload(tmp_path / "proof", by_shell)))
    if not by_shell:
        opened.close()
    assert (tmp_path / "proof").exists()


def random_bytes(path: Path) -> None:
    path.write_bytes(random.Random(0).randbytes(10_000))


def empty_file(path: Path) -> None:
    path.touch()


def other_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notes.txt", "no checkpoint")


def truncated(layout: Layout) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        write_checkpoint(path, published_net(), layout)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    return write


def of_something_else(content: Any) -> Callable[[Path], None]:
    return lambda path: torch.save(content, path)


@pytest.mark.parametrize(
    ("write", "found"),
    [
        (random_bytes, "no checkpoint, or a damaged one"),
        (empty_file, "an empty file"),
        (other_zip, "no checkpoint, or a damaged one"),
        (truncated("newer"), "no checkpoint, or a damaged one"),
        (truncated("older"), "no checkpoint, or a damaged one"),
        (of_something_else([1, 2]), "a file of torch that holds a list"),
        (of_something_else({"state_dict": {}, "epoch": 3}), "a file of torch with state_dict, epoch"),
        (of_something_else({"nn_state": {}, "count_iter": 3}), "a file of torch with nn_state, count_iter"),
        (of_something_else({"nn_state": {"weight": 3}}), "weight that is no plain tensor"),
        (of_something_else({"nn_state": {"huge": torch.zeros(1).expand(2**40)}}), "huge that is no plain tensor"),
        (of_something_else({"nn_state": {"sparse": torch.eye(3).to_sparse()}}), "sparse that is no plain tensor"),
        (of_something_else({"nn_state": {"empty": torch.zeros(3, device="meta")}}), "empty that is no plain tensor"),
        (of_something_else({"nn_state": {"complex": torch.zeros(3) * 1j}}), "complex that is no plain tensor"),
        (of_something_else({}), "a file of torch with no keys"),
        (Path.mkdir, "a folder"),
        (lambda path: None, "no such file"),
    ],
)
def test_what_is_no_checkpoint_is_told_in_one_line(tmp_path: Path, write: Callable[[Path], None], found: str) -> None:
    write(tmp_path / "model.p")
    with pytest.raises(ModelError, match=f"expected a checkpoint of pytorch_fnet, found .*{found}; give") as caught:
        read_checkpoint(tmp_path / "model.p")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("bad", [float("nan"), float("-inf")])
def test_weights_that_are_not_finite_are_refused(tmp_path: Path, bad: float) -> None:
    network = published_net()
    network.net_recurse.sub_u.bn0.running_mean[0] = bad
    with pytest.raises(ModelError, match=r"finite.*net_recurse\.sub_u\.bn0\.running_mean.*earlier checkpoint"):
        read_checkpoint(write_checkpoint(tmp_path / "model.p", network))


@settings(deadline=None, max_examples=40)
@given(place=st.integers(0, 5000), byte=st.integers(0, 255), layout=st.sampled_from(["newer", "older"]))
def test_a_changed_byte_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, place: int, byte: int, layout: Layout
) -> None:
    path = write_checkpoint(tmp_path_factory.mktemp("fuzz") / "model.p", published_net(depth=0), layout)
    content = bytearray(path.read_bytes())
    content[place % len(content)] = byte
    path.write_bytes(content)
    with contextlib.suppress(ModelError):
        assert read_checkpoint(path).state

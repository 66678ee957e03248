"""`livecell models`: import and export as users call them, and what is refused with exit code 1."""

from __future__ import annotations

import json
import os
import pickle
import random
import zipfile
from pathlib import Path
from typing import Any

import onnxruntime
import pytest

from livecell.models import open_model
from tests.cli.test_commands import call
from tests.scenes.fnet import published_net, write_checkpoint
from tests.scenes.models import card_of, package_of

FLAT = {"ndim": 2, "depth": 0, "width": 1}


def test_a_checkpoint_becomes_a_package(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_checkpoint(tmp_path / "saved" / "model.p", published_net(outputs=2))
    options = ["--structure", "dna", "--structure", "Tom20", "--voxel-size", "0.3,0.2,0.2", "--licence", "CC0-1.0"]
    assert call("models", "import", path, "-o", tmp_path / "p", "--name", "mine", *options) == 0
    shown = capsys.readouterr().out
    assert "dna, mitochondria" in shown
    assert "0.3, 0.2, 0.2 um" in shown
    card = open_model(tmp_path / "p").card
    assert (card.name, card.licence, card.voxel_size_um) == ("mine", "CC0-1.0", (0.3, 0.2, 0.2))


def test_a_folder_of_models_becomes_one_package(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("tom20", "lamin_b1"):
        write_checkpoint(tmp_path / "saved" / name / "model.p", published_net(depth=1))
    assert call("models", "import", tmp_path / "saved", "-o", tmp_path / "p", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["card"]["structures"] == ["nuclear_envelope", "mitochondria"]
    assert len(shown["card"]["network"]) == 2
    assert call("info", tmp_path / "p") == 0
    assert "width 2, inputs 1, outputs 1; ndim 3, depth 1" in capsys.readouterr().out


def test_an_existing_package_needs_overwrite(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_checkpoint(tmp_path / "dna" / "model.p", published_net())
    assert call("models", "import", path, "-o", tmp_path / "p") == 0
    assert "--voxel-size" in capsys.readouterr().out
    assert call("models", "import", path, "-o", tmp_path / "p") == 1
    assert "--overwrite" in capsys.readouterr().err
    assert call("models", "import", path, "-o", tmp_path / "p", "--overwrite") == 0


class Payload:
    """Runs a command when it is unpickled."""

    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch '{self.proof}'",)


def random_bytes(path: Path) -> str:
    path.write_bytes(random.Random(1).randbytes(10_000))
    return "no checkpoint, or a damaged one"


def other_zip(path: Path) -> str:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notes.txt", "nothing")
    return "no checkpoint, or a damaged one"


def code(path: Path) -> str:
    path.write_bytes(pickle.dumps(Payload(path.with_name("proof")), protocol=2))
    return "would run code"


def not_a_number(path: Path) -> str:
    network = published_net()
    network.conv_out.bias.data[0] = float("nan")
    write_checkpoint(path, network)
    return "finite"


def missing(path: Path) -> str:
    return "no such file"


@pytest.mark.parametrize("case", [random_bytes, other_zip, code, not_a_number, missing], ids=lambda case: case.__name__)
def test_what_is_no_checkpoint_is_one_line_and_leaves_nothing(
    case: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = case(tmp_path / "model.p")
    before = sorted(tmp_path.iterdir())
    assert call("models", "import", tmp_path / "model.p", "-o", tmp_path / "p", "--structure", "dna") == 1
    shown = capsys.readouterr().err
    assert words in shown
    assert shown.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("option", [("--structure", "spindle"), ("--voxel-size", "0,1,1"), ("--voxel-size", "1,1")])
def test_bad_options_are_told(tmp_path: Path, option: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    path = write_checkpoint(tmp_path / "dna" / "model.p", published_net())
    assert call("models", "import", path, "-o", tmp_path / "p", *option) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "p").exists()


def test_a_package_becomes_onnx(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    package_of(tmp_path / "m", card_of("dna", network=FLAT))
    assert call("models", "export", tmp_path / "m", tmp_path / "m.onnx") == 0
    assert "differs from torch by" in capsys.readouterr().out
    onnxruntime.InferenceSession(tmp_path / "m.onnx", providers=["CPUExecutionProvider"])
    assert call("models", "export", tmp_path / "m", tmp_path / "m.onnx") == 1
    assert call("models", "export", tmp_path / "m", tmp_path / "m.onnx", "--overwrite", "--json") == 0
    assert json.loads(capsys.readouterr().out)["largest_difference"] < 1e-5
    assert call("models", "export", tmp_path / "none", tmp_path / "n.onnx") == 1


@pytest.mark.parametrize("command", ["list", "show", "import", "export"])
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("models", command, "--help") == 0
    assert f"livecell models {command}" in capsys.readouterr().out

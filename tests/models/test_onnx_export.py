"""ONNX files, run by onnxruntime: they say what the package says, at any size, and carry what is needed to use them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch

from livecell.errors import ModelError
from livecell.models import Model, export_onnx, onnx_export
from tests.scenes.models import card_of, package_of

SHALLOW = {"depth": 1, "width": 2}


def run(path: Path, image: torch.Tensor) -> np.ndarray:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(None, {"image": image.numpy()})[0]


@pytest.mark.parametrize(
    ("network", "size"),
    [
        (SHALLOW, (2, 4, 6)),
        (SHALLOW | {"ndim": 2, "inputs": 3}, (10, 2)),
        ([{"depth": 0, "width": 1}, SHALLOW], (4, 2, 2)),
    ],
)
def test_a_file_says_what_the_package_says(tmp_path: Path, network: Any, size: tuple[int, ...]) -> None:
    model = package_of(tmp_path / "m", card_of("dna", "golgi", network=network))
    exported = export_onnx(model, tmp_path / "out" / "m.onnx")
    assert 0 <= exported.difference < 1e-5 * exported.largest
    assert [entry.name for entry in exported.path.parent.iterdir()] == ["m.onnx"]
    image = torch.randn((3, model.inputs, *size), generator=torch.Generator().manual_seed(5))
    with torch.no_grad():
        expected = model.network()(image).numpy()
    np.testing.assert_allclose(run(exported.path, image), expected, rtol=1e-4, atol=1e-4 * expected.std())


@pytest.fixture(scope="module")
def flat(tmp_path_factory: pytest.TempPathFactory) -> Model:
    card = card_of("dna", network={"ndim": 2, "depth": 0, "width": 1}, output_scale={"dna": {"offset": 1, "scale": 2}})
    return package_of(tmp_path_factory.mktemp("models") / "flat", card)


def test_the_metadata_say_how_to_use_it(flat: Model, tmp_path: Path) -> None:
    path = export_onnx(flat, tmp_path / "m.onnx").path
    found = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]).get_modelmeta().custom_metadata_map
    metadata = {name: json.loads(value) for name, value in found.items()}
    assert metadata["livecell.structures"] == ["dna"]
    assert metadata["livecell.voxel_size_um"] == [0.29, 0.2, 0.2]
    assert metadata["livecell.normalisation"] == {"clip_percentiles": [0.1, 99.9]}
    assert metadata["livecell.output_scale"] == {"dna": {"offset": 1.0, "scale": 2.0}}
    assert metadata["livecell.weights_sha256"] == flat.digest


def test_an_existing_file_is_replaced_only_when_told(flat: Model, tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    path.write_text("mine")
    with pytest.raises(ModelError, match="--overwrite"):
        export_onnx(flat, path)
    assert path.read_text() == "mine"
    assert export_onnx(flat, path, overwrite=True).path.stat().st_size > 100
    with pytest.raises(ModelError, match="a folder"):
        export_onnx(flat, tmp_path, overwrite=True)


def test_a_file_that_differs_is_not_written(flat: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_export, "LARGEST_DIFFERENCE", -1.0)
    with pytest.raises(ModelError, match="nothing was written"):
        export_onnx(flat, tmp_path / "m.onnx")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["onnxscript", "onnxruntime"])
def test_a_package_that_is_not_installed_is_told(
    flat: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ModelError, match=rf"no {name}; install them with `pip install 'livecell\[onnx\]'`"):
        export_onnx(flat, tmp_path / "m.onnx")


def test_changed_weights_are_not_exported(tmp_path: Path) -> None:
    model = package_of(tmp_path / "m", card_of("dna", network=SHALLOW))
    package_of(tmp_path / "m", card_of("dna", network=SHALLOW), seed=1)
    with pytest.raises(ModelError, match="digest"):
        export_onnx(model, tmp_path / "m.onnx")

"""`livecell register`, called as the console script calls it."""

from __future__ import annotations

import json
import sys
from importlib.metadata import entry_points
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tifffile

from livecell import store
from livecell.acquisition import open_acquisition, read_volume
from livecell.axes import Sampling
from livecell.store import Channel, ImageLayout
from tests.scenes.drift import SHAPE, VOXEL_UM, recording
from tests.scenes.two_microscopes import mean_error_px, two_images

[SCRIPT] = entry_points(group="console_scripts", name="livecell")
main = sys.modules[SCRIPT.load().__module__]
SIDE = 160


def call(*arguments: object) -> int:
    code: int = main.run([str(argument) for argument in arguments])
    return code


def test_a_recording_gets_a_table_and_a_copy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = np.outer(np.arange(5), (0.0, 0.6, -0.4))
    layout = ImageLayout((5, 1, *SHAPE), "uint16", Sampling(*VOXEL_UM, 60.0), (Channel("brightfield"),), levels=1)
    store.create_collection(tmp_path / "a.ome.zarr", ("0",))
    store.create_image(tmp_path / "a.ome.zarr", layout)
    for t, stack in enumerate(recording(truth)):
        store.write_volume(tmp_path / "a.ome.zarr", t, stack.clip(0).astype("uint16"))
    assert call("register", tmp_path / "a.ome.zarr", "-o", tmp_path / "out", "--aligned", "-q") == 0
    drift = pd.read_csv(tmp_path / "out" / "drift.csv")
    np.testing.assert_allclose(drift[["y_um", "x_um"]], truth[:, 1:], atol=0.2)
    copy = open_acquisition(tmp_path / "out" / "aligned.ome.zarr")
    first, last = (read_volume(copy, "0", t, 0)[:, 30:80, 30:80].astype(float) for t in (0, 4))
    assert np.corrcoef(first.ravel(), last.ravel())[0, 1] > 0.7
    assert call("register", tmp_path / "a.ome.zarr", "-o", tmp_path / "out", "-q") == 1
    assert "--overwrite" in capsys.readouterr().err


def laid_over(folder: Path, seed: int) -> Path:
    """A pair that somebody has laid over each other by hand."""
    pair = two_images(seed, SIDE, nuclei=8)
    folder.mkdir()
    for name, image in (("light", pair.fluorescence), ("electrons", pair.electrons)):
        tifffile.imwrite(folder / f"{name}.tif", image.astype(np.float32))
    told = {"fixed": "light.tif", "moving": "electrons.tif", "matrix_px": pair.truth.matrix.tolist()}
    (folder / "transform.json").write_text(json.dumps(told))
    return folder


def test_two_images_are_laid_over_each_other_or_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pair, other = two_images(2, SIDE, nuclei=8), two_images(77, SIDE, nuclei=8)
    like = [option for seed in (500, 501, 502) for option in ("--like", laid_over(tmp_path / str(seed), seed))]
    for name, image in (("light", pair.fluorescence), ("electrons", pair.electrons), ("other", other.electrons)):
        tifffile.imwrite(tmp_path / f"{name}.tif", image.astype(np.float32))
    sizes = ("--axes", "yx", "--voxel-size", "1,0.1,0.1", "--scale", "0.88", "1.13", *like)
    given = (tmp_path / "light.tif", tmp_path / "electrons.tif", "-o", tmp_path / "out", *sizes, "--json")
    assert call("register", *given) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown == json.loads((tmp_path / "out" / "transform.json").read_text())
    found = type(pair.truth)(np.array(shown["matrix_px"])[:2, :2], np.array(shown["matrix_px"])[:2, 2])
    assert mean_error_px(found, pair.truth, SIDE) < 5
    np.testing.assert_allclose(np.array(shown["matrix_um"])[:2, 2], 0.1 * found.offset)
    assert tifffile.imread(tmp_path / "out" / "moved.tif").shape == (SIDE, SIDE)
    assert (tmp_path / "out" / "overlay.png").is_file()
    assert call("register", tmp_path / "light.tif", tmp_path / "other.tif", "-o", tmp_path / "no", *sizes) == 1
    assert "expected images of one place" in capsys.readouterr().err
    assert not (tmp_path / "no").exists()


def test_an_earlier_result_that_is_none_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((64, 64), np.float32))
    (tmp_path / "transform.json").write_text('{"fixed": "a.tif"}')
    given = ("register", tmp_path / "a.tif", tmp_path / "a.tif", "-o", tmp_path / "out", "--axes", "yx")
    assert call(*given, "--like", tmp_path / "nowhere") == 1
    assert "an earlier result" in capsys.readouterr().err
    assert call(*given, "--like", tmp_path) == 1
    assert "matrix_px" in capsys.readouterr().err

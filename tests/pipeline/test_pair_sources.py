"""Frames are read as the settings say; simulated ones are made when needed, and kept where a folder is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from livecell.config.acquisition import AcquisitionSettings
from livecell.config.pairs import PairSettings, SimulatedImages
from livecell.errors import ConfigError
from livecell.pipeline.pair_sources import RecordedFrame, SimulatedFrame, simulated_frames
from livecell.simulation import simulate
from tests.scenes.simulation import small_settings

SETTINGS = small_settings(structures=("dna", "nucleoli"))


def test_frames_are_spread_over_the_movie_of_each_seed() -> None:
    data = SimulatedImages(simulate=SETTINGS, frames_per_seed=2)
    frames = simulated_frames(data, (7, 8))
    assert [(frame.name, frame.t) for frame in frames] == [("seed 7", 0), ("seed 7", 3), ("seed 8", 0), ("seed 8", 3)]
    assert frames[0].structures == ("dna", "nucleoli")
    assert frames[0].shape == SETTINGS.shape


def test_a_frame_is_that_of_the_simulator() -> None:
    pair, frame = SimulatedFrame(SETTINGS, 1).read(), simulate(SETTINGS).frame(1)
    np.testing.assert_array_equal(pair.source, frame.brightfield)
    np.testing.assert_array_equal(pair.targets["dna"], frame.targets["dna"])


def test_a_kept_frame_is_made_once_and_equals_the_made_one(tmp_path: Path) -> None:
    source = SimulatedFrame(SETTINGS, 1, tmp_path / "frames")
    first = source.read()
    (kept,) = (tmp_path / "frames").iterdir()
    written = kept.stat().st_mtime_ns
    again, frame = source.read(), simulate(SETTINGS).frame(1)
    assert kept.stat().st_mtime_ns == written
    np.testing.assert_array_equal(again.source, frame.brightfield)
    for name, target in frame.targets.items():
        np.testing.assert_array_equal(first.targets[name], again.targets[name])
        np.testing.assert_allclose(again.targets[name], target, atol=target.max() / 65535)


def test_frames_of_other_settings_are_kept_apart(tmp_path: Path) -> None:
    one = SimulatedFrame(SETTINGS, 1, tmp_path).read()
    other = SimulatedFrame(small_settings(structures=("dna", "nucleoli"), seed=6), 1, tmp_path).read()
    assert not np.array_equal(one.source, other.source)
    assert len(list(tmp_path.iterdir())) == 2


RNG = np.random.default_rng(0)
STACK = RNG.integers(0, 1000, (13, 24, 20), dtype=np.uint16)
PLANE = RNG.integers(0, 1000, (24, 20), dtype=np.uint16)


def _plain(folder: Path, target: np.ndarray, source: np.ndarray = STACK, **of_target: Any) -> RecordedFrame:
    """A pair of plain TIFFs, which do not name their axes; `axes` is given for all of them, or None."""
    for name, volume in (("source", source), ("target", target)):
        tifffile.imwrite(folder / f"{name}.tif", volume, photometric="minisblack")
    axes = of_target.pop("axes_of_all", "zyx")
    values = {"path": str(folder / "target.tif"), **of_target}
    source_of = {"path": str(folder / "source.tif")} | ({} if axes else {"axes": "ZYX"})
    pair = PairSettings.model_validate({"name": "a", "source": source_of, "targets": {"dna": values}})
    return RecordedFrame(pair, 0, AcquisitionSettings(axes=axes))


@pytest.mark.parametrize("given", [{}, {"axes": "yx"}, {"axes_of_all": None, "axes": "yx"}, {"axes_of_all": None}])
def test_a_plane_beside_a_stack_of_plain_tiffs(tmp_path: Path, given: dict[str, Any]) -> None:
    pair = _plain(tmp_path, PLANE, **given).read()
    np.testing.assert_array_equal(pair.source, STACK)
    np.testing.assert_array_equal(pair.targets["dna"], PLANE[None])


def test_axes_that_an_image_states_must_fit_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"expected 2 axes.*`axes:` of this image"):
        _plain(tmp_path, PLANE, axes="zyx").read()
    with pytest.raises(ConfigError, match=r"source\.tif: expected 2 axes"):
        _plain(tmp_path, PLANE, source=PLANE).read()


def test_axes_that_nobody_states_are_asked_for_by_their_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"target.tif.*`axes:` of this image.*`data: acquisition:`") as raised:
        _plain(tmp_path, STACK, axes_of_all=None).read()
    assert "--axes" not in str(raised.value)


def test_masks_of_one_bit_are_targets_and_images(tmp_path: Path) -> None:
    mask = STACK > 500
    pair = _plain(tmp_path, mask, source=~mask).read()
    assert pair.source.dtype == pair.targets["dna"].dtype == np.uint8
    np.testing.assert_array_equal(pair.targets["dna"], mask.astype(np.uint8))

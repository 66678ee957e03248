"""Simulated frames are made when needed, and kept where a folder is given."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from livecell.config.pairs import SimulatedImages
from livecell.pipeline.pair_sources import SimulatedFrame, simulated_frames
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

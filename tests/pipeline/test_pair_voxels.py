"""Voxel sizes of pairs: compared where files state them, missed where none does."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from livecell.config import TrainSettings, parse_settings
from livecell.pipeline.training_pairs import check_pairs, training_data
from tests.scenes.pairs import training_of
from tests.scenes.training import small_pair

SIZE = (0.5, 0.3, 0.3)
HELD_OUT = {"validation": {"pairs": ["field 1"]}}


def _write(path: Path, volume: np.ndarray, size: tuple[float, float, float] | None) -> dict[str, str]:
    stated = {} if size is None else {f"PhysicalSize{axis}": um for axis, um in zip("ZYX", size, strict=True)}
    tifffile.imwrite(path, volume, metadata={"axes": "ZYX", **stated})
    return {"path": str(path)}


def _pair(folder: Path, seed: int, size: Any = SIZE, of_target: Any = None) -> dict[str, Any]:
    pair = small_pair(seed)
    target = _write(folder / f"dna_{seed}.ome.tif", pair.targets["dna"], of_target)
    source = _write(folder / f"source_{seed}.ome.tif", pair.source, size)
    return {"name": f"field {seed}", "source": source, "targets": {"dna": target}}


def _settings(*pairs: dict[str, Any], **changes: Any) -> TrainSettings:
    values = {**training_of({"pairs": list(pairs)}, **HELD_OUT), **changes}
    return parse_settings(values, TrainSettings)


def test_images_of_different_voxel_sizes_are_named(tmp_path: Path) -> None:
    pairs = [_pair(tmp_path, 0), _pair(tmp_path, 1, (0.5, 0.305, 0.305)), _pair(tmp_path, 2, (0.5, 0.65, 0.65))]
    (problem,) = check_pairs(_settings(*pairs))
    assert "(0.5, 0.3, 0.3) um of field 0, field 1; (0.5, 0.65, 0.65) um of field 2" in problem
    assert "resample" in problem
    assert "`data: acquisition: voxel_size_um`" in problem


def test_a_size_stated_for_all_settles_it(tmp_path: Path) -> None:
    pairs = [_pair(tmp_path, 0), _pair(tmp_path, 1, (0.5, 0.65, 0.65))]
    settings = training_of({"pairs": pairs, "acquisition": {"voxel_size_um": [1, 0.2, 0.2]}}, **HELD_OUT)
    assert check_pairs(parse_settings(settings, TrainSettings)) == []


def test_a_target_of_another_voxel_size_than_its_image_is_named(tmp_path: Path) -> None:
    pairs = [_pair(tmp_path, 0, of_target=(0.5, 0.3, 0.31)), _pair(tmp_path, 1, of_target=(0.5, 0.3, 0.303))]
    (problem,) = check_pairs(_settings(*pairs))
    assert "field 0: the target dna has a voxel size (z, y, x) of (0.5, 0.3, 0.31) um" in problem
    assert "its image of (0.5, 0.3, 0.3) um" in problem


def test_the_distance_of_planes_means_nothing_to_a_2d_network(tmp_path: Path) -> None:
    pairs = [_pair(tmp_path, 0), _pair(tmp_path, 1, (1.5, 0.3, 0.3))]
    flat = {"network": {"ndim": 2, "depth": 1}, "fit": {"patch": [1, 16, 16]}}
    assert check_pairs(_settings(*pairs, **flat)) == []
    assert len(check_pairs(_settings(*pairs))) == 1


def test_unknown_sizes_are_warned_of_and_taken_from_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    unknown = _pair(tmp_path, 0, None)
    with caplog.at_level(logging.WARNING):
        data = training_data(_settings(unknown, _pair(tmp_path, 1)), (0.1, 99.9))
        assert "no voxel size is known of field 0; it is taken to be that of the other images" in caplog.messages
        assert data.voxel_size_um == SIZE
        caplog.clear()
        assert check_pairs(_settings(unknown, _pair(tmp_path, 1, None))) == []
    (warning,) = caplog.messages
    assert "no voxel size is known of any image" in warning

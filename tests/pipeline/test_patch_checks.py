"""What is said of patches that do not fit leads to ones that do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from livecell.config import TrainSettings, parse_settings
from livecell.pipeline.pair_split import Split
from livecell.pipeline.patch_checks import size_problems
from livecell.training import Pair, Part
from tests.scenes.pairs import training_of
from tests.scenes.training import Given


def _said(shape: tuple[int, int, int], network: dict[str, Any], patch: list[int]) -> list[str]:
    part = Part(Given(Pair("a", np.zeros(shape), {})))
    values = {**training_of({"pairs": [PAIR]}), "network": network, "fit": {"patch": patch}}
    return list(size_problems(Split((part,)), parse_settings(values, TrainSettings)))


PAIR = {"name": "a", "source": {"path": "a.tif"}, "targets": {"dna": {"path": "b.tif"}}}
DEEP = {"ndim": 3, "depth": 3}


@pytest.mark.parametrize("patch", [[16, 64, 64], [6, 64, 64]], ids=["the default", "as tall as the stack"])
def test_too_few_planes_for_a_3d_network(patch: list[int]) -> None:
    (problem,) = _said((6, 64, 64), DEEP, patch)
    assert "a 3D network of depth 3 needs at least 8 planes" in problem
    assert "`network: depth: 2` with a patch of 4 planes" in problem
    assert "`network: ndim: 2` with `patch: [1, y, x]`" in problem
    assert "planes_as_channels" in problem
    assert "multiple" not in problem
    assert _said((6, 64, 64), {"ndim": 3, "depth": 2}, [4, 64, 64]) == []
    assert _said((6, 64, 64), {"ndim": 2, "depth": 3}, [1, 64, 64]) == []


def test_a_single_plane_needs_a_2d_network() -> None:
    (problem,) = _said((1, 64, 64), DEEP, [16, 64, 64])
    assert "needs at least 8 planes; use `network: ndim: 2`" in problem
    assert _said((1, 64, 64), {"ndim": 2, "depth": 3}, [1, 64, 64]) == []


def test_the_largest_patch_that_fits_is_said() -> None:
    (problem,) = _said((13, 50, 64), DEEP, [16, 64, 64])
    assert "use a smaller `patch`, of at most [8, 48, 64]" in problem
    assert _said((13, 50, 64), DEEP, [8, 48, 64]) == []


def test_too_few_pixels_need_a_lower_depth() -> None:
    (problem,) = _said((16, 6, 64), DEEP, [16, 8, 64])
    assert "depth 3 needs at least 8 x 8 pixels" in problem

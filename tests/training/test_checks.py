"""Each thing that can be wrong with a pair is said, and a right pair is not complained about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from livecell.training import Pair, looks_swapped, problems_of
from tests.scenes.training import SHAPE, small_pair


def _with_target(target: np.ndarray) -> Pair:
    return replace(small_pair(), targets={"dna": target})


def _dotted(value: float) -> np.ndarray:
    target = np.asarray(small_pair().targets["dna"], dtype=np.float32).copy()
    target[0, 3, 3] = value
    return target


@pytest.mark.parametrize("pair", [small_pair(), _with_target(_dotted(np.nan))], ids=["whole", "partly unknown"])
def test_nothing_is_said_of_a_right_pair(pair: Pair) -> None:
    assert problems_of(pair, one_plane=False) == []


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (_with_target(np.full(SHAPE, np.nan, dtype=np.float32)), "dna is NaN everywhere"),
        (_with_target(_dotted(np.inf)), "dna has infinite values"),
        (_with_target(np.zeros(SHAPE)), "dna is black everywhere"),
        (_with_target(np.full(SHAPE, 7)), "dna is 7 everywhere"),
        (_with_target(np.zeros((4, 24, 23))), "shape (4, 24, 23)"),
        (replace(small_pair(), source=np.zeros(SHAPE)), "image is black everywhere"),
        (replace(small_pair(), source=np.full(SHAPE, np.nan)), "NaN or infinite"),
        (replace(small_pair(), scored=np.zeros(SHAPE, dtype=bool)), "known nowhere"),
        (replace(small_pair(), scored=np.ones((4, 23, 24), dtype=bool)), "mask has shape (4, 23, 24)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_said_in_one_line(pair: Pair, said: str) -> None:
    (problem,) = problems_of(pair, one_plane=False)
    assert problem.startswith("pair: ")
    assert said in problem
    assert "\n" not in problem


def test_several_things_are_said_together() -> None:
    pair = replace(small_pair(), targets={"dna": np.zeros(SHAPE), "golgi": np.zeros((1, 24, 24))})
    assert len(problems_of(pair, one_plane=False)) == 2


def test_one_plane_is_expected_where_a_stack_predicts_one() -> None:
    pair = replace(small_pair(), targets={"dna": small_pair().targets["dna"].max(axis=0, keepdims=True)})
    assert problems_of(pair, one_plane=True) == []
    assert len(problems_of(pair, one_plane=False)) == 1


def test_swapped_channels_are_told() -> None:
    rng = np.random.default_rng(0)
    smooth = gaussian_filter(rng.normal(size=(1, 128, 128)), (0, 3, 3))
    transmitted = 1000 + 100 * smooth / smooth.std()
    fluorescence = 100 + 2000 * np.clip(smooth / smooth.std() - 1.3, 0, None) + rng.normal(0, 5, smooth.shape)
    assert looks_swapped(fluorescence, transmitted)
    assert not looks_swapped(transmitted, fluorescence)
    # Labels on 0 have no dark tail at all.
    labels = np.where(smooth > 1.3 * smooth.std(), 3, 0)
    assert looks_swapped(labels, transmitted)
    assert not looks_swapped(transmitted, labels)
    assert not looks_swapped(transmitted, transmitted[..., ::-1])
    (problem,) = problems_of(Pair("p", fluorescence, {"dna": transmitted}), one_plane=False)
    assert "swap their channels" in problem


def test_channels_that_are_right_though_they_look_swapped_can_be_kept() -> None:
    dots = np.zeros(SHAPE)
    dots[:, ::6, ::6] = 1000
    pair = replace(small_pair(), source=dots, targets={"dna": small_pair().source})
    assert len(problems_of(pair, one_plane=False)) == 1
    assert problems_of(pair, one_plane=False, refuse_swapped=False) == []

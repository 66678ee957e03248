"""Each thing that can be wrong with a pair is said, and a right pair is not complained about."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile
from scipy.ndimage import gaussian_filter

from livecell.simulation import simulate
from livecell.training import Pair, looks_swapped, problems_of
from tests.scenes.simulation import small_settings
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
    (problem,) = problems_of(pair, one_plane=False)
    assert "`network: project_z`" in problem
    assert "`planes_as_channels`" in problem


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


def test_simulated_pairs_are_right_and_told_when_swapped() -> None:
    structures = ("dna", "nuclear_envelope", "mitochondria", "cell_membrane")
    frame = simulate(small_settings(structures=structures)).frame(0)
    assert problems_of(Pair("p", frame.brightfield, dict(frame.targets)), one_plane=False) == []
    for target in frame.targets.values():
        assert looks_swapped(np.random.default_rng(0).poisson(target + 20), frame.brightfield)


@pytest.mark.skipif("LIVECELL_REAL_DATA" not in os.environ, reason="needs LIVECELL_REAL_DATA")
@pytest.mark.parametrize("number", [1, 2, 4, 5, 6])
def test_real_pairs_are_right_and_told_when_swapped(number: int) -> None:
    folder = Path(os.environ["LIVECELL_REAL_DATA"]) / "a549_green"
    image, dye = (tifffile.imread(folder / f"pair{number:02}_{kind}.tif")[None] for kind in ("brightfield", "green"))
    assert problems_of(Pair("p", image, {"dye": dye}), one_plane=False) == []
    assert looks_swapped(dye, image)

"""One look at a pair gives its moments, its shift, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from livecell.errors import AcquisitionError
from livecell.pipeline.survey import Survey, look_at_pair, with_source
from livecell.training import Pair, Part, Shifted
from livecell.volumes import pooled_normalisation, robust_moments
from tests.scenes.training import SHAPE, Given, small_pair, wide_pair

PERCENTILES = (0.1, 99.9)
CHECKED = Survey(PERCENTILES, one_plane=False, check=True, refuse_swapped=True, align=False, correct=False)


def test_targets_count_where_they_are_known_and_train() -> None:
    scored = np.zeros(SHAPE, dtype=bool)
    scored[:, :10] = True
    pair = replace(small_pair(), scored=scored)
    source = Given(pair)
    found = look_at_pair(source, {"train": [Part(source).narrow(2, slice(0, 12))], "validation": []}, CHECKED)
    assert found.image == robust_moments(pair.source, PERCENTILES)
    known = pair.targets["dna"][:, :10, :12]
    assert pooled_normalisation(found.targets["dna"]).offset == pytest.approx(float(known.mean()), rel=1e-5)
    assert found.extremes == {"train": {"dna": (known.min(), known.max())}, "validation": {}}
    assert found.source is source
    assert not found.problems


def test_the_same_image_has_the_same_digest() -> None:
    digests = [look_at_pair(Given(small_pair(seed)), {"train": []}, CHECKED).digest for seed in (0, 0, 1)]
    assert digests[0] == digests[1] != digests[2]


def test_what_is_wrong_with_simulated_pairs_is_not_asked() -> None:
    black = Given(replace(small_pair(), targets={"dna": np.zeros(SHAPE)}))
    assert look_at_pair(black, {"train": []}, CHECKED).problems
    assert not look_at_pair(black, {"train": []}, replace(CHECKED, check=False)).problems


def test_a_shift_is_taken_back_where_it_is_certain() -> None:
    pair = wide_pair()
    moved = Given(replace(pair, targets={"dna": np.roll(pair.targets["dna"], (6, 0), axis=(1, 2))}))
    align = replace(CHECKED, align=True)
    reported, corrected = (look_at_pair(moved, {"train": []}, each) for each in (align, replace(align, correct=True)))
    assert reported.source is moved
    assert isinstance(corrected.source, Shifted)
    assert corrected.source.shifts_px == {"dna": reported.shifts["dna"].shift_px}
    assert with_source(Part(moved), corrected).read().targets["dna"].shape == pair.source.shape


def test_what_a_mask_leaves_out_does_not_decide_the_shift() -> None:
    pair = wide_pair()
    target, scored = np.roll(pair.targets["dna"], (6, 0), axis=(1, 2)), np.ones(pair.source.shape, dtype=bool)
    # A bright cross in both images that did not move.
    cross = np.s_[:, 60:66, 40:90]
    image = pair.source.copy()
    image[cross], target[cross], scored[:, 52:74, 32:98] = 5000, 5000, False
    masked = Given(replace(pair, source=image, targets={"dna": target}, scored=scored))
    bare = Given(replace(pair, source=image, targets={"dna": target}))
    shifts = [
        look_at_pair(each, {"train": []}, replace(CHECKED, align=True)).shifts["dna"].shift_px
        for each in (masked, bare)
    ]
    assert np.abs(np.subtract(shifts[0], (6, 0))).max() <= 1
    assert np.abs(shifts[1]).max() <= 1


def test_what_lies_right_is_left_as_it_is() -> None:
    source = Given(wide_pair())
    assert look_at_pair(source, {"train": []}, replace(CHECKED, align=True, correct=True)).source is source


@dataclass(frozen=True)
class Torn(Given):
    """A pair whose file is cut off."""

    def read(self) -> Pair:
        raise AcquisitionError("a.tif", expected="complete image data", found="cut-off data", hint="copy it again")


def test_what_cannot_be_read_is_said() -> None:
    found = look_at_pair(Torn(small_pair()), {"train": []}, CHECKED)
    assert found.problems == ("a.tif: expected complete image data, found cut-off data; copy it again",)

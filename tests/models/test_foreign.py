"""How far an input is from training images, by hand."""

from __future__ import annotations

import pytest

from livecell.models import average_statistics, foreignness, summarise_statistics
from livecell.models.foreign import LARGEST_DISTANCE, LEAST_SD

LEARNT = {"fine_texture_mean": 0.5, "fine_texture_sd": 0.1, "coarse_mean": 0.0, "coarse_sd": 0.0}


def test_the_farthest_statistic_counts() -> None:
    found = foreignness({"fine_texture": 0.9, "coarse": LEAST_SD, "unheard_of": 99.0}, LEARNT)
    assert found is not None
    assert (found.statistic, found.value, found.mean, found.sd) == ("fine_texture", 0.9, 0.5, 0.1)
    assert found.distance == pytest.approx(4)
    assert not found.is_foreign


def test_training_images_that_are_all_alike_do_not_make_strangers_of_others() -> None:
    found = foreignness({"coarse": 4 * LEAST_SD}, LEARNT)
    assert found is not None
    assert found.distance == pytest.approx(4)


def test_what_is_foreign_says_so() -> None:
    found = foreignness({"fine_texture": 0.5 - 0.1 * 14}, LEARNT)
    assert found is not None
    assert found.distance > LARGEST_DISTANCE
    assert found.is_foreign
    assert found.sentence("M") == (
        "the input lies 14 standard deviations from what model M saw in training "
        "(fine texture -0.90 against 0.50 \u00b1 0.10): its predictions are no evidence"
    )


@pytest.mark.parametrize("learnt", [{}, {"mean": 7991.0, "std": 254.0, "contrast": 0.03}, {"fine_texture_mean": 1.0}])
def test_a_card_that_does_not_say_is_no_reason_to_warn(learnt: dict[str, float]) -> None:
    assert foreignness({"fine_texture": 0.9, "mean": 1.0}, learnt) is None


def test_statistics_of_several_images() -> None:
    rows = [{"a": 1.0, "b": 5.0}, {"a": 3.0}, {"a": 2.0, "b": 0.0}]
    assert summarise_statistics(rows) == pytest.approx({"a_mean": 2.0, "a_sd": (2 / 3) ** 0.5})
    assert average_statistics(rows) == {"a": 2.0}
    assert summarise_statistics([]) == average_statistics([]) == {}

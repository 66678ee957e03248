import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecell.reporting.inks import CONTRAST, DARK_PAGE, LIGHT_PAGE, contrast, legible, rgb
from livecell.structures import STRUCTURES

COLOURS = st.integers(0, 0xFFFFFF).map("{:06X}".format)


@given(COLOURS, st.sampled_from([LIGHT_PAGE, DARK_PAGE]))
def test_every_colour_becomes_legible_on_either_page(color, page):
    assert contrast(legible(color, page), page) >= CONTRAST


def test_a_colour_that_is_legible_already_stays():
    assert legible("3D7BE8", LIGHT_PAGE) == "3D7BE8"
    assert legible(STRUCTURES["golgi"].color, DARK_PAGE) == STRUCTURES["golgi"].color


def test_contrast_of_black_and_white_is_that_of_the_standard():
    assert contrast("000000", "FFFFFF") == pytest.approx(21)
    assert contrast("777777", "FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_what_is_no_colour_is_white():
    assert rgb("red;}").tolist() == [1, 1, 1]

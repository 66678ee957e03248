import base64
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from livecell.reporting.images import LEVELS, blended, scale_bar, stencil, tinted


def pixels(uri, mode="RGB"):
    kind, _, data = uri.partition(",")
    assert kind == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert(mode))


def test_a_tinted_picture_runs_from_black_to_the_colour():
    ramp = np.linspace(0, 1, 24).reshape(2, 12)
    shown = pixels(tinted(ramp, "EF476F"))
    np.testing.assert_allclose(shown, ramp[..., None] * [0xEF, 0x47, 0x6F], atol=0.5 + 255 / (LEVELS - 1) / 2)
    assert shown[0, 0].tolist() == [0, 0, 0]
    assert shown[-1, -1].tolist() == [0xEF, 0x47, 0x6F]


def test_values_that_are_missing_or_out_of_range_are_clipped():
    shown = pixels(tinted(np.array([[np.nan, -3.0, 7.0]]), "FFFFFF"))
    assert shown[0, :, 0].tolist() == [0, 0, 255]


def test_blended_layers_screen_one_another():
    one, other = np.array([[1.0, 0.0, 1.0]]), np.array([[0.0, 1.0, 1.0]])
    shown = pixels(blended([(one, "FF0000"), (other, "0000FF")]))
    assert shown[0].tolist() == [[255, 0, 0], [0, 0, 255], [255, 0, 255]]


def test_a_stencil_is_white_where_the_mask_is_and_clear_elsewhere():
    mask = np.random.default_rng(0).random((7, 13)) < 0.3
    shown = pixels(stencil(mask), "RGBA")
    np.testing.assert_array_equal(shown[..., 3] == 255, mask)
    np.testing.assert_array_equal(shown[..., 3] == 0, ~mask)
    assert (shown[mask] == 255).all()


@given(st.floats(0.01, 1e5))
def test_a_scale_bar_is_a_round_length_that_fits(width_um):
    bar = scale_bar(width_um)
    length = float(bar.label.removesuffix(" µm").replace(",", "")) if "×" not in bar.label else None
    assert 8 <= bar.percent <= 25.001
    if length is not None:
        assert bar.percent == pytest.approx(100 * length / width_um, rel=1e-6)
        assert str(length).strip("0.")[0] in "125"


@pytest.mark.parametrize("width_um", [float("nan"), 0.0, -1.0])
def test_without_a_known_width_there_is_no_bar(width_um):
    assert scale_bar(width_um) is None

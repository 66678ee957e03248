import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from livecell.reporting.planes import SHOWN_PIXELS, Window, fullest_plane, outlines, shrink, shrink_labels, window_of


def edge_by_looking_around(labels):
    """True where an object's pixel has a neighbour, above, below, left or right, that is not of it."""
    height, width = labels.shape
    edge = np.zeros(labels.shape, bool)
    for y, x in np.argwhere(labels):
        around = [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]
        edge[y, x] = any(labels[v, u] != labels[y, x] for v, u in around if 0 <= v < height and 0 <= u < width)
    return edge


@settings(max_examples=25)
@given(arrays(np.int32, (5, 6), elements=st.integers(0, 3)))
def test_outlines_are_the_edge_pixels_of_the_enlarged_labels(labels):
    expected = edge_by_looking_around(labels)
    drawn = outlines(labels)
    times = drawn.shape[0] // 5
    assert times > 1
    assert drawn.shape == (5 * times, 6 * times)
    large = np.kron(labels, np.ones((times, times), int))
    assert not drawn[large == 0].any()
    blocks = drawn.reshape(5, times, 6, times).any(axis=(1, 3))
    np.testing.assert_array_equal(blocks, expected)


def test_outlines_of_a_large_plane_are_pixel_for_pixel():
    labels = np.random.default_rng(1).integers(0, 3, (512, 40)).astype(np.int32)
    labels[100:140, 5:30] = 9
    drawn = outlines(np.pad(labels, ((0, 100), (0, 0))))
    np.testing.assert_array_equal(drawn, edge_by_looking_around(np.pad(labels, ((0, 100), (0, 0)))))


def test_the_fullest_plane_has_most_labels_over_all_timepoints():
    first, second = np.zeros((2, 4, 3, 3), int)
    first[1, :2], second[1, 0], second[3] = 1, 1, 1
    assert fullest_plane([first, second], 4) == 1
    second[3, :] = 2
    first[3, 0, 0] = 5
    assert fullest_plane([first, second], 4) == 3


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_without_labels_the_middle_plane_is_shown(depth):
    assert fullest_plane([], depth) == depth // 2


def test_small_planes_are_shown_as_they_are():
    plane = np.random.default_rng(0).random((30, SHOWN_PIXELS))
    np.testing.assert_array_equal(shrink(plane), plane)


def test_large_planes_are_shown_as_means_of_blocks():
    plane = np.random.default_rng(0).random((7, SHOWN_PIXELS * 2 + 1))
    shown = shrink(plane)
    assert shown.shape == (2, (SHOWN_PIXELS * 2 + 1) // 3)
    assert shown[1, 4] == pytest.approx(plane[3:6, 12:15].mean())


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 4))
def test_labels_shrink_to_the_size_of_their_image(height, width, times):
    plane = np.ones((height, SHOWN_PIXELS * times - width), np.int32)
    assert shrink_labels(plane).shape == shrink(plane.astype(float)).shape


def test_one_window_for_all_planes():
    window = window_of([np.zeros((50, 50)), np.full((50, 50), 4.0)])
    assert window == Window(0.0, 4.0)
    assert window.apply(np.array([[-1.0, 2.0, 8.0, np.nan]])).tolist() == [[0, 0.5, 1, 0]]


def test_a_flat_or_missing_plane_has_a_window_too():
    assert window_of([np.full((3, 3), np.nan)]) == Window(0.0, 1.0)
    assert window_of([np.full((3, 3), 2.0)]).apply(np.full((3, 3), 2.0)).max() == 0

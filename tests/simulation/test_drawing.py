from __future__ import annotations

import numpy as np

from livecell.simulation.drawing import axes_of, blank, coverage, paint, window_of

SHAPE, VOXEL, ORIGIN = (6, 20, 30), (0.5, 0.2, 0.1), (1.0, -0.6, 0.3)


def test_a_window_holds_the_voxels_between_its_corners() -> None:
    low, high = np.array([1.6, 0.1, 0.7]), np.array([2.4, 0.9, 1.3])
    window = window_of(low, high, SHAPE, VOXEL, ORIGIN)
    lines = [line.ravel() for line in axes_of(window, VOXEL, ORIGIN)]
    for line, axis_low, axis_high, step in zip(lines, low, high, VOXEL, strict=True):
        assert line[0] <= axis_low < line[0] + step + 1e-6
        assert line[-1] - step - 1e-6 < axis_high <= line[-1] + 1e-6


def test_a_window_is_cut_to_the_volume() -> None:
    assert window_of(np.full(3, -9.0), np.full(3, 99.0), SHAPE, VOXEL, ORIGIN) == tuple(slice(0, n) for n in SHAPE)
    far = window_of(np.full(3, 50.0), np.full(3, 51.0), SHAPE, VOXEL, ORIGIN)
    assert blank(SHAPE).filled[far].size == 0


def test_an_edge_is_as_soft_as_a_voxel() -> None:
    depth = np.array([-0.2, -0.05, 0.0, 0.05, 0.2], np.float32)
    np.testing.assert_allclose(coverage(depth, 0.2), [0, 0.25, 0.5, 0.75, 1], atol=1e-6)


def test_what_is_painted_last_owns_what_it_covers_and_nothing_gets_thinner() -> None:
    drawing, window = blank((1, 1, 3)), (slice(0, 1), slice(0, 1), slice(0, 2))
    paint(drawing, window, np.array([[[1.0, 0.6]]], np.float32), np.array([[[True, True]]]), 1)
    paint(drawing, window, np.array([[[0.2, 0.8]]], np.float32), np.array([[[False, True]]]), 2)
    np.testing.assert_allclose(drawing.filled.ravel(), [1.0, 0.8, 0])
    np.testing.assert_array_equal(drawing.labels.ravel(), [1, 2, 0])

import itertools
import re

import numpy as np
import pandas as pd

from livecell.reporting.trails import COLOURS, Frame, drawing, longest

FRAME = Frame(height_um=20.0, width_um=40.0, pixel_y_um=0.5, pixel_x_um=0.4)


def track(track_id, frames, y_um, x_um, **more):
    return pd.DataFrame({"track_id": track_id, "frame": frames, "y_um": y_um, "x_um": x_um, **more})


def steps_of(svg):
    """Every step of the drawing as (colour, start, end), by walking along its paths."""
    found = []
    for colour, path in re.findall(r'stroke="(#\w+)" d="([^"]*)"', svg):
        for piece in path.split("M")[1:]:
            start, _, moves = piece.partition("l")
            at = np.array(start.split(), float)
            for move in np.array(moves.split(), float).reshape(-1, 2):
                found.append((colour, tuple(at), tuple(at + move)))
                at = at + move
    return found


def test_a_track_lies_where_its_objects_are():
    svg = drawing(track(1, [0, 1, 2], [0.0, 10.0, 10.0], [0.0, 20.0, 30.0]), FRAME)
    points = [(x, y) for x, y in [(0.2, 0.25), (20.2, 10.25), (30.2, 10.25)]]
    expected = [tuple(np.rint(np.array(point) / 40 * 1000)) for point in points]
    assert [step[1:] for step in sorted(steps_of(svg), key=lambda s: s[1])] == list(itertools.pairwise(expected))
    assert 'viewBox="0 0 1000 500"' in svg
    assert f'<circle cx="{expected[-1][0]:.0f}" cy="{expected[-1][1]:.0f}"' in svg


def test_colours_run_from_the_first_to_the_last_timepoint():
    n = len(COLOURS)
    svg = drawing(track(1, range(n), np.zeros(n), np.arange(n)), FRAME)
    by_place = sorted(steps_of(svg), key=lambda step: step[1])
    assert [colour for colour, *_ in by_place] == list(COLOURS[1:])


def test_coordinates_before_the_drift_correction_are_drawn():
    corrected = track(1, [0, 1], [0.0, 0.0], [0.0, 0.0], y_raw_um=[4.0, 8.0], x_raw_um=[8.0, 8.0])
    ((_, start, end),) = steps_of(drawing(corrected, FRAME))
    assert (start, end) == ((205.0, 106.0), (205.0, 206.0))


def test_the_longest_tracks_are_kept():
    rows = pd.concat([track(i, range(n), 0.0, 0.0) for i, n in [(1, 1), (2, 3), (3, 5), (4, 2)]])
    assert set(longest(rows, 2)["track_id"]) == {2, 3}
    assert set(longest(rows, 9)["track_id"]) == {2, 3, 4}


def test_very_many_points_are_thinned_but_ends_are_kept():
    n = 50_000
    rows = track(1, range(n), np.zeros(n), np.linspace(0, 39, n))
    svg = drawing(rows, FRAME)
    assert len(svg) < 300_000
    assert max(end[0] for _, _, end in steps_of(svg)) == round(39.2 / 40 * 1000)

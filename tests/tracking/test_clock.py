"""Times of frames."""

from __future__ import annotations

import pandas as pd

from livecell.tracking.clock import Clock


def test_frames_between_those_known_are_interpolated():
    clock = Clock.of(pd.DataFrame({"frame": [4, 2, 2], "t_s": [50.0, 20.0, 20.0]}))
    assert (clock.first, clock.last) == (2, 4)
    assert [clock.t_s(frame) for frame in (2, 3, 4)] == [20.0, 35.0, 50.0]

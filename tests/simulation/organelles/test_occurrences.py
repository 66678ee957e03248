from __future__ import annotations

import numpy as np

from livecell.simulation.organelles.occurrences import Occurrence, event_table, presence


def test_who_comes_and_goes_within_the_movie_is_an_event() -> None:
    shown = np.array([[1, 0, 1, 0], [1, 1, 1, 0], [1, 1, 0, 0], [1, 1, 0, 0]], dtype=bool)
    assert list(presence(shown)) == [
        Occurrence(1, "appearance", children=(2,)),
        Occurrence(2, "disappearance", parents=(3,)),
    ]


def test_events_are_a_table_sorted_by_frame() -> None:
    table = event_table(
        "mitochondria", [Occurrence(3, "fusion", (9, 4), (12,)), Occurrence(1, "fission", (2,), (4, 9))], 30.0
    )
    assert table["frame"].tolist() == [1, 3]
    assert table["t_s"].tolist() == [30.0, 90.0]
    assert table["parents"].tolist() == ["2", "4;9"]
    assert table["children"].tolist() == ["4;9", "12"]

"""Times between divisions, whole and censored."""

from __future__ import annotations

import numpy as np
import pandas as pd

from livecell.dynamics import cell_cycles
from livecell.tables import CELL_CYCLES, EVENTS, TRACKS, check, empty


def tracks():
    """1 divides into 2 and 3 in frame 3, 2 into 4 and 5 in frame 7; 3 is lost, the others last."""
    spans = {1: (0, 2), 2: (3, 6), 3: (3, 4), 4: (7, 9), 5: (7, 9)}
    rows = [(track, frame) for track, (first, last) in spans.items() for frame in range(first, last + 1)]
    found = pd.DataFrame(rows, columns=["track_id", "frame"]).assign(position="0", structure="dna", z_um=0.0)
    return check(found.assign(y_um=0.0, x_um=0.0, label=1, t_s=600.0 * found["frame"]), TRACKS)


def events():
    rows = [(3, "division", "1", "2;3"), (7, "division", "2", "4;5"), (5, "disappearance", "3", "")]
    found = pd.DataFrame(rows, columns=["frame", "kind", "parents", "children"])
    return check(found.assign(position="0", structure="dna", t_s=600.0 * found["frame"]), EVENTS)


def test_only_what_lies_between_two_divisions_is_a_whole_cycle():
    found = cell_cycles(tracks(), events(), ("dna",))
    pd.testing.assert_frame_equal(check(found, CELL_CYCLES), found)
    found = found.set_index("track_id")
    assert found["censored"].to_dict() == {1: "begin", 2: "no", 3: "end", 4: "end", 5: "end"}
    assert found["parent_id"].fillna(0).to_dict() == {1: 0, 2: 1, 3: 1, 4: 2, 5: 2}
    assert found["duration_s"].to_dict() == {1: 1800.0, 2: 2400.0, 3: 600.0, 4: 1200.0, 5: 1200.0}


def test_durations_of_generations_add_up_to_the_movie():
    found = cell_cycles(tracks(), events(), ("dna",)).set_index("track_id")["duration_s"]
    assert found[1] + found[2] + found[4] == 9 * 600.0


def test_other_structures_do_not_divide_and_without_events_all_is_open():
    assert cell_cycles(tracks(), events(), ("vesicles",)).empty
    assert np.all(cell_cycles(tracks(), empty(EVENTS), ("dna",))["censored"] == "both")

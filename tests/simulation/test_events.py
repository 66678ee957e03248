from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from livecell.simulation import simulate
from livecell.simulation.events import OF_CELLS, events_of
from livecell.tables import EVENTS, check
from tests.scenes.simulation import eventful_settings

MOVIE = simulate(eventful_settings())
CELLS = MOVIE.scene.cells
MOVIE_TRACKS = MOVIE.tracks()


def tracks_of(spans: dict[int, tuple[int, int]], structure: str) -> pd.DataFrame:
    rows = [(track, t) for track, (first, last) in spans.items() for t in range(first, last + 1)]
    found = pd.DataFrame(rows, columns=["track_id", "frame"])
    places = dict.fromkeys(("z_um", "y_um", "x_um"), 0.0)
    return found.assign(position="0", structure=structure, t_s=found["frame"] * 9.0, label=found["track_id"], **places)


def happened(*rows: tuple[str, int, str, str]) -> list[pd.DataFrame]:
    found = pd.DataFrame(rows, columns=["kind", "frame", "parents", "children"])
    return [found.assign(position="0", structure="mitochondria", t_s=0.0)]


def rows_of(events: pd.DataFrame) -> set[tuple[int, str, str, str]]:
    return set(events[["frame", "kind", "parents", "children"]].itertuples(index=False, name=None))


def test_what_no_event_explains_appears_or_disappears() -> None:
    tracks = tracks_of({1: (0, 3), 2: (4, 9), 3: (4, 9), 4: (0, 9), 5: (2, 6)}, "mitochondria")
    events = events_of(tracks, CELLS, happened(("fission", 4, "1", "2;3")), 10, 9.0)
    check(events, EVENTS)
    assert rows_of(events) == {(4, "fission", "1", "2;3"), (2, "appearance", "", "5"), (7, "disappearance", "5", "")}
    assert (events["t_s"] == 9.0 * events["frame"]).all()


def test_events_are_kept_as_far_as_they_are_seen() -> None:
    tracks = tracks_of({1: (0, 3), 2: (0, 3), 3: (4, 9)}, "mitochondria")
    unseen = happened(("fusion", 4, "1;2;8", "3"), ("fission", 6, "3", "11;12"))
    assert rows_of(events_of(tracks, CELLS, unseen, 10, 9.0)) == {(4, "fusion", "1;2", "3")}


def test_a_movie_without_objects_has_no_events() -> None:
    assert not len(events_of(tracks_of({}, "golgi"), CELLS, [], 10, 9.0))


def test_events_of_a_movie_are_visible_in_its_tracks() -> None:
    events = MOVIE.events(MOVIE_TRACKS)
    spans = MOVIE_TRACKS.groupby(["structure", "track_id"])["frame"].agg(["min", "max"])
    for structure, frame, parents, children in events[["structure", "frame", "parents", "children"]].to_numpy():
        assert all(spans.loc[(structure, int(k)), "max"] == frame - 1 for k in parents.split(";") if k)
        assert all(spans.loc[(structure, int(k)), "min"] == frame for k in children.split(";") if k)
    assert not events.duplicated(["structure", "frame", "kind", "parents", "children"]).any()


@pytest.mark.parametrize("structure", ["dna", "cell_membrane"])
def test_cells_divide_and_die_as_planned(structure: str) -> None:
    events = MOVIE.events(MOVIE_TRACKS)
    found = rows_of(events[events["structure"] == structure])
    expected = set()
    for cell, (fate, gone) in enumerate(zip(CELLS.fate, CELLS.gone, strict=True)):
        daughters = ";".join(str(k + 1) for k in np.flatnonzero(CELLS.parent == cell))
        if fate == "divided":
            expected.add((int(gone), "division", str(cell + 1), daughters))
        elif fate == "died":
            expected.add((int(gone), "disappearance", str(cell + 1), ""))
    assert found == expected
    assert {kind for _, kind, _, _ in found} == {"division", "disappearance"}


def test_structures_of_cells_carry_the_labels_of_cells() -> None:
    of_cells = MOVIE_TRACKS[MOVIE_TRACKS["structure"].isin(OF_CELLS)]
    assert of_cells["track_id"].max() <= len(CELLS.born)
    inside = of_cells[of_cells["structure"].isin(["dna", "cell_membrane"])]
    assert (inside["cell_id"] == inside["track_id"]).all()

import re

import pandas as pd
import pytest

from livecell.dynamics import ensemble_msd, event_rates, over_time, pairs_over_time
from livecell.exchange import write_csv
from livecell.reporting.contents import read_contents
from livecell.reporting.dynamics import Dynamics
from livecell.reporting.dynamics_charts import msd_chart, network_chart, rates_chart, shares_chart
from livecell.reporting.page import write_report
from livecell.tables import CONTACTS, DYNAMICS, MSD, PAIRS, RATES, check, concat, empty
from tests.scenes.reporting import RunScene, write_tables


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory):
    """A run folder with the tables over time that the pipeline would write for its tracks."""
    folder = write_tables(tmp_path_factory.mktemp("run"), RunScene(positions=("0", "1"), shape=(8, 3, 48, 64)))
    contents = read_contents(folder)
    tracks, events = contents.tracks, contents.events
    contacts = [
        {"position": "0", "frame": t, "t_s": 120.0 * t, "structure_a": "dna", "track_id_a": 1}
        | {"structure_b": "mitochondria", "track_id_b": 1, "contact_um3": 1.0}
        for t in range(8)
    ]
    pairs = pairs_over_time(check(pd.DataFrame(contacts), CONTACTS), tracks)
    for table, found in (
        (MSD, ensemble_msd(tracks)),
        (RATES, event_rates(tracks, events)),
        (DYNAMICS, over_time(tracks, events)),
        (PAIRS, pairs),
    ):
        write_csv(found, folder / f"{table.name}.csv", table)
    return folder


def rates(n_events: int, kind: str = "fission") -> pd.DataFrame:
    row = {"position": "0", "structure": "mitochondria", "kind": kind, "n_events": n_events, "object_h": 2.0}
    intervals = {"rate_per_h": n_events / 2, "rate_low_per_h": n_events / 4, "rate_high_per_h": n_events + 1.8}
    return check(pd.DataFrame([row | intervals | {"cell_id": pd.NA}]), RATES)


def test_the_page_shows_dynamics_and_contacts(run):
    page = write_report(run).read_text(encoding="utf-8")
    assert page.count("<h3>Mean squared displacement</h3>") == 3
    assert "<h3>Rates of events</h3>" in page
    assert '<a href="#contacts">' in page
    assert "<h3>DNA – Mitochondria</h3>" in page


def test_a_run_without_these_tables_has_a_page_without_remarks(tmp_path):
    contents = read_contents(write_tables(tmp_path, RunScene()))
    assert contents.gaps == ()
    assert contents.dynamics.of("dna") == contents.dynamics.contacts() == ()


def test_a_damaged_table_is_named(tmp_path):
    folder = write_tables(tmp_path, RunScene())
    (folder / "msd.csv").write_text("what?\n1\n")
    assert read_contents(folder).gaps == ("msd.csv cannot be read",)


def test_only_rows_of_the_whole_field_are_drawn(run):
    found = read_contents(run).dynamics
    of_cells = Dynamics(*(table.assign(cell_id=7) for table in (found.msd, found.rates, found.over_time, found.pairs)))
    assert of_cells.contacts() == ()
    assert [chart.title for chart in of_cells.of("dna")] == ["Mean squared displacement"]


def test_one_line_per_position(run):
    table = read_contents(run).dynamics.msd
    svg = msd_chart(table[table["structure"] == "dna"])
    assert len(re.findall(r'd="[^"]*"[^>]*stroke: var\(--line\); stroke-width: 1.5', svg)) == 2


def test_too_little_is_not_drawn(run):
    one_lag = read_contents(run).dynamics.msd.query("lag == 1")
    assert len(one_lag)
    assert msd_chart(one_lag) is None
    assert rates_chart(rates(0)) is None
    assert rates_chart(rates(3, "appearance")) is None
    assert network_chart(empty(DYNAMICS)) is None
    assert shares_chart(empty(PAIRS)) is None


def test_what_never_happened_has_an_upper_end():
    both = concat([rates(4), rates(0, "fusion")], RATES)
    # An arrow for the fusions, a dot and its bar for the fissions.
    assert rates_chart(both).count("<use ") >= rates_chart(rates(4)).count("<use ") + 1


def test_a_network_is_drawn_over_time():
    row = {"position": "0", "structure": "mitochondria", "cell_id": pd.NA, "n_objects": 3, "n_junctions": 5.0}
    row |= {f"n_{kind}s": 0 for kind in ("division", "fission", "fusion", "appearance", "disappearance")}
    rows = [row | {"frame": t, "t_s": 60.0 * t, "skeleton_length_um": 100.0 + t} for t in range(4)]
    svg = network_chart(check(pd.DataFrame(rows), DYNAMICS))
    assert "length (µm)" in svg
    assert "junctions per µm" in svg

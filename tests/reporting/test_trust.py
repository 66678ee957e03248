import json

import pytest

from livecell.reporting import write_report
from livecell.reporting.contents import read_contents
from livecell.reporting.trust import trust
from tests.scenes.reporting import RunScene, record_of, write_tables

FOREIGN = {
    "model": "simulated-5", "position": "A/1/1", "statistic": "fine_texture",
    "value": 0.423, "mean": 0.11, "sd": 0.0213, "distance": 14.4,
}  # fmt: skip
DEFECTIVE = [
    {"position": "A/1/1", "frame": 1, "reason": "blank"},
    {"position": "A/1/1", "frame": 2, "reason": "blank"},
    {"position": "A/1/1", "frame": 4, "reason": "torn"},
]
FLICKER = {
    "dna": {"beyond_input": 0.012, "prediction": 0.02, "input": 0.016},
    "nuclear_envelope": {"beyond_input": None, "prediction": None, "input": None},
}


def run_with(folder, **entries):
    scene = RunScene(positions=("A/1/0", "A/1/1"))
    write_tables(folder, scene)
    (folder / "run.json").write_text(json.dumps(record_of(scene) | entries))
    return folder


def test_foreign_input_is_said_with_its_figures(tmp_path):
    found = trust(read_contents(run_with(tmp_path, foreign=[FOREIGN])))
    (foreign,) = found.foreign
    assert (foreign.model, foreign.statistic, foreign.distance) == ("simulated-5", "fine texture", "14")
    assert (foreign.here, foreign.learnt) == ("0.42", "0.11 \u00b1 0.02")


def test_timepoints_that_were_left_out_are_grouped(tmp_path):
    found = trust(read_contents(run_with(tmp_path, defective=DEFECTIVE)))
    assert found.defective == (("A/1/1", "blank 1\u20132; torn 4"),)
    assert found.left_out == "3 timepoints"


def test_flicker_is_in_percent(tmp_path):
    first, second = trust(read_contents(run_with(tmp_path, flicker=FLICKER))).flicker
    assert (first.structure, first.beyond, first.predicted, first.given) == ("dna", "1.20 %", "2.00 %", "1.60 %")
    assert (second.structure, second.beyond) == ("nuclear envelope", "\u2013")


@pytest.mark.parametrize("entries", [{}, {"foreign": 3, "defective": None, "flicker": [1]}, {"flicker": {"dna": 1}}])
def test_records_that_say_nothing_of_it(tmp_path, entries):
    found = trust(read_contents(run_with(tmp_path, **entries)))
    assert (found.foreign, found.defective, found.flicker) == ((), (), ())


def test_the_page_shows_all_of_it(tmp_path):
    run = run_with(tmp_path, foreign=[FOREIGN], defective=DEFECTIVE, flicker=FLICKER)
    html = write_report(run).read_text(encoding="utf-8")
    assert html.index("These images are foreign to the model") < html.index('<section id="glance">')
    assert "<b>14 standard deviations</b>" in html
    assert "3 timepoints could not be used" in html
    assert "blank 1\u20132; torn 4" in html
    assert "1.20 %" in html

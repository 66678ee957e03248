import json
import re
import shutil
from html.parser import HTMLParser

import numpy as np
import pytest

from livecell.config.report import ReportSettings
from livecell.errors import MissingPathError
from livecell.reporting import write_report
from tests.scenes.reporting import RunScene, record_of, write_run, write_tables

VOID = {"meta", "link", "img", "input", "br", "hr"}
HOSTILE = "<script>alert('x')</script> & \"so on\""


class Page(HTMLParser):
    """Holds that every element is closed in order, and collects what the page points to."""

    def __init__(self, html):
        super().__init__()
        self.open, self.links, self.ids, self.tags = [], [], [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href", "action", "data", "srcset", "poster")]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


def render(run, settings=None, **more):
    return write_report(run, settings, **more).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    scene = RunScene(positions=("A/1/0", "A/1/1"), missing=(1,), failed=(3,))
    return write_run(tmp_path_factory.mktemp("night") / "run", scene)


@pytest.fixture(scope="module")
def html(run):
    return render(run, input_plane=lambda position, frame: np.arange(48 * 64).reshape(48, 64))


@pytest.fixture
def small(tmp_path):
    return write_tables(tmp_path / "run", RunScene(structures=("dna",)))


def test_the_page_is_well_formed_and_its_inner_links_lead_somewhere(html):
    page = Page(html)
    inner = {link[1:] for link in page.links if link.startswith("#")}
    assert inner <= set(page.ids)
    named = [i for i in page.ids if not re.fullmatch("[mp][0-9a-f]{16}", i)]
    assert len(named) == len(set(named))


def test_nothing_is_fetched_from_elsewhere(html):
    page = Page(html)
    assert all(link.startswith(("#", "data:")) for link in page.links)
    assert "script" not in page.tags
    assert not re.search(r"url\((?!#)|@import|https?:|//\w+\.\w", html)


def test_all_structures_positions_and_pictures_are_there(html):
    for word in ("DNA", "Mitochondria", "Vesicles", "A/1/0", "A/1/1", "Transmitted light"):
        assert word in html
    # Two positions, three structures, three frames each; the first and third of five are whole, and the last.
    assert html.count('class="outlines"') == 2 * 3 * 3
    assert html.count('class="trails"') == 2 * 3


def test_a_simulated_model_is_said_loudly(html, small):
    assert "This model learnt from simulation" in html
    record = record_of(RunScene(structures=("dna",), simulated=False))
    (small / "run.json").write_text(json.dumps(record))
    assert "learnt from simulation" not in render(small)


def test_failures_and_missing_frames_are_listed(html):
    assert "2 units of work failed" in html
    assert "found a torn page" in html


def test_both_light_and_dark(html):
    assert "prefers-color-scheme: dark" in html
    assert "--light-ink" in html


def test_it_is_small(html):
    assert len(html) < 2_000_000


def test_all_strings_are_escaped(small):
    record = record_of(RunScene(structures=("dna",)))
    record["input"].update(path=HOSTILE, channel=HOSTILE, kind=HOSTILE, identity=HOSTILE)
    record["structures"].append({"name": HOSTILE, "form": "blob", "color": "}</style><script>"})
    record["models"][0].update(name=HOSTILE, licence=HOSTILE, digest=HOSTILE)
    record["warnings"] = [HOSTILE]
    record["failed"] = [{"stage": HOSTILE, "position": HOSTILE, "frame": 1, "error": HOSTILE}]
    record["stages"][HOSTILE] = {"done": 1}
    (small / "run.json").write_text(json.dumps(record))
    (small / "config.yaml").write_text(HOSTILE)
    page = Page(render(small, ReportSettings(title=HOSTILE)))
    assert "script" not in page.tags


@pytest.mark.parametrize(
    "absent",
    ["predictions.ome.zarr", "tracks.csv", "tracks_summary.csv", "events.csv", "objects", "calibration.json"],
)
def test_the_page_does_without(run, tmp_path, absent):
    copy = tmp_path / "run"
    shutil.copytree(run, copy)
    shutil.rmtree(copy / absent) if (copy / absent).is_dir() else (copy / absent).unlink()
    record = record_of(RunScene(positions=("A/1/0",), structures=("dna",)))
    (copy / "run.json").write_text(json.dumps(record))
    html = render(copy)
    Page(html)
    if absent.endswith(("csv", "json")):
        assert f"{absent} is not there" in html


def test_a_run_that_has_only_begun(tmp_path):
    (tmp_path / "run.json").write_text("{}")
    html = render(tmp_path)
    Page(html)
    for words in ("names no structures", "no stored volumes", "records no stages", "not finished"):
        assert words in html


@pytest.mark.parametrize("shape", [(1, 1, 40, 48), (1, 3, 40, 48), (4, 1, 40, 48)])
def test_single_timepoints_and_flat_images(tmp_path, shape):
    html = render(write_run(tmp_path / "run", RunScene(structures=("vesicles",), shape=shape)))
    Page(html)
    assert html.count('class="outlines"') == min(3, shape[0])
    assert ("z = " in html) == (shape[1] > 1)
    assert ("no tracks to draw" in html) == (shape[0] == 1)


def test_no_objects_at_all(tmp_path):
    html = render(write_run(tmp_path / "run", RunScene(structures=("dna",), objects=0)))
    Page(html)
    assert "0 objects in the plane" in html
    assert "No events were found" in html


def test_pictures_of_the_first_positions_only(tmp_path):
    scene = RunScene(positions=("0", "1"), structures=("dna",), shape=(2, 1, 40, 48))
    run = write_run(tmp_path / "run", scene)
    html = render(run, ReportSettings(max_positions=1, example_frames=1))
    assert html.count('class="outlines"') == 1
    assert "Pictures are of 1 of 2 positions" in html


def test_the_page_is_replaced_as_a_whole(tmp_path, monkeypatch):
    (tmp_path / "run.json").write_text("{}")
    path = write_report(tmp_path)
    before = path.read_text(encoding="utf-8")

    def fail(self, target):
        raise OSError("disk full")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_report(tmp_path, ReportSettings(title="new"))
    assert path.read_text(encoding="utf-8") == before
    assert [p.name for p in tmp_path.glob(".report*")] == []


def test_no_run_folder(tmp_path):
    with pytest.raises(MissingPathError):
        write_report(tmp_path / "nowhere")

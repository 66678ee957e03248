import math
from html.parser import HTMLParser

import numpy as np
import pandas as pd

from livecell.metrics import Coverage, fourier_ring_correlation
from livecell.reporting import Planes, Verdict, write_evaluation
from livecell.reporting.evaluation import NAME

HOSTILE = "<script>alert('x')</script> & \"so on\""
EMPTY = pd.DataFrame(columns=["position", "frame", "z", "z_um"])


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags, self.links, self.ids = [], [], set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href")]
        self.ids |= {value for name, value in attrs if name == "id"}


def planes(source=True, size=(30, 40)):
    target = np.random.default_rng(0).gamma(2.0, 30.0, size)
    return Planes("frame 3, plane 2", target if source else None, target, target * 0.8, (0.2, 0.2))


def verdict(name="dna", **changes):
    target = np.random.default_rng(0).normal(size=(16, 16))
    row = {"position": ["0", "0"], "pearson_r": [0.5, 0.6], "ceiling": 0.9}
    given = {
        "name": name,
        "color": "3D7BE8",
        "figures": {"pearson_r": 0.55, "psnr": math.inf, "object_f1": 0.25, "own_range_ssim": math.nan},
        "per_z": pd.DataFrame({**row, "z": [0, 1], "z_um": [0.0, 0.5]}),
        "per_t": pd.DataFrame({**row, "frame": [0, 1]}),
        "spectrum": fourier_ring_correlation(target, target, (0.2, 0.2)),
        "curve": Coverage((0.5,), (5,), 10),
        "planes": planes(),
        "remark": "Predictions: counts.",
    }
    return Verdict(**given | changes)


def write(folder, *verdicts, title="run", facts=()):
    path = write_evaluation(folder, title, facts, verdicts)
    assert path == folder / NAME
    return path.read_text(encoding="utf-8")


def test_everything_of_a_structure_is_there_and_nothing_from_elsewhere(tmp_path):
    html = write(tmp_path, verdict(), facts=[("Truth", "a.truth")])
    page = Tags(html)
    assert page.tags.count("svg") == 4
    assert page.tags.count("img") == 4
    assert all(link.startswith(("#", "data:")) for link in page.links)
    assert {link[1:] for link in page.links if link.startswith("#")} <= page.ids
    for words in ("DNA", "a.truth", "0.550", "∞", "own range ssim", "Predictions: counts.", "frame 3, plane 2", "2 µm"):
        assert words in html


def test_columns_are_those_that_some_structure_has(tmp_path):
    html = write(tmp_path, verdict(), verdict("golgi", figures={"r2": 0.5}))
    assert "R²" in html
    assert "objects, F1" in html
    assert "links<small>" not in html
    assert "links found" not in html


def test_without_volumes_input_or_voxel_size(tmp_path):
    bare = verdict(planes=None, per_z=EMPTY, per_t=EMPTY, spectrum=None, curve=None)
    assert "no volumes of both sides" in write(tmp_path, bare)
    assert Tags(write(tmp_path, verdict(planes=planes(source=False)))).tags.count("img") == 3
    unknown = Planes("c", None, np.eye(12), np.eye(12), (math.nan, math.nan))
    html = write(tmp_path, verdict(planes=unknown))
    assert "aspect-ratio: 1.0000" in html
    assert 'class="bar"' not in html


def test_all_strings_are_escaped(tmp_path):
    html = write(tmp_path, verdict(HOSTILE, color=HOSTILE, remark=HOSTILE), title=HOSTILE, facts=[(HOSTILE, HOSTILE)])
    assert "script" not in Tags(html).tags


def test_events_stand_beside_tra_where_tracks_were_compared(tmp_path):
    html = write(tmp_path, verdict(figures={"pearson_r": 0.5, "tra": 0.998, "division_f1": 0.0}), verdict("golgi"))
    table = html[html.index("Objects and tracks") : html.index("Means over")]
    assert table.index("TRA") < table.index("divisions, F1")
    assert "0.998" in table
    # Nothing is said of what nobody knows.
    assert "fusions, F1" not in table
    assert "Objects and tracks" not in write(tmp_path, verdict())

import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd

from livecell.metrics import Coverage, Spectrum, fourier_ring_correlation
from livecell.reporting.agreement_charts import calibration_chart, depth_chart, detail_chart, time_chart


def course(along, values, **more):
    return pd.DataFrame({"position": "0", along: range(len(values)), "pearson_r": values, "ceiling": 0.9, **more})


def lines(svg):
    """Numbers of points of the thick lines of a chart."""
    found = re.findall(r'd="([^"]*)"[^>]*stroke: var\(--line\); stroke-width: 1.5', svg)
    return [len(re.findall("[ML] ", path)) for path in found]


def test_charts_are_drawings_in_the_colours_of_the_page():
    rng = np.random.default_rng(0)
    image = rng.normal(size=(20, 20))
    spectrum = fourier_ring_correlation(image, image + rng.normal(size=image.shape), (0.2, 0.2))
    charts = [
        depth_chart(course("z", [0.1, 0.5, 0.3], z_um=[0.0, 0.5, 1.0]), "µm"),
        time_chart(course("frame", [0.1, 0.5])),
        detail_chart(spectrum, "voxel"),
        calibration_chart(Coverage((0.5, 0.9), (40, 95), 100)),
    ]
    for svg in charts:
        ElementTree.fromstring(svg)
        assert "var(--line)" in svg
        assert not re.search("https?:", svg)
    assert "1/voxel" in charts[2]
    assert [lines(svg) for svg in charts] == [[3], [2], [10], [4]]


def test_each_position_has_its_line():
    both = pd.concat([course("frame", [0.1, 0.5]), course("frame", [0.2, 0.4]).assign(position="1")])
    assert lines(time_chart(both)) == [2, 2]


def test_against_a_noisy_target_the_correlation_with_it_is_drawn():
    flat = time_chart(course("frame", [0.5, 0.5], pearson_r_noisy=0.5))
    steep = course("frame", [0.1, 0.9], pearson_r_noisy=0.5)
    assert time_chart(steep) == flat


def test_too_little_for_a_chart():
    assert depth_chart(course("z", [0.5], z_um=[0.0]), "µm") is None
    assert time_chart(course("frame", [0.5])) is None
    assert time_chart(pd.DataFrame(columns=["position", "frame"])) is None
    assert depth_chart(pd.DataFrame(columns=["position", "z", "z_um"]), "µm") is None
    assert detail_chart(None, "µm") is None
    nothing = np.zeros(3)
    assert detail_chart(Spectrum(np.arange(1.0, 4), nothing, nothing, nothing), "µm") is None
    assert calibration_chart(None) is None
    assert calibration_chart(Coverage((0.5,), (0,), 0)) is None

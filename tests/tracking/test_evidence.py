"""How sure splits and mergers are."""

from __future__ import annotations

import pytest

from livecell.config.track import TrackSettings
from livecell.tracking import track
from tests.scenes.tracking import line, overlapping

NET = "mitochondria"


def probability(part_volume: float, shared: int = 90) -> float:
    """Object 1, of 10 um3, in frame 2 beside a new one of that volume, of which a share lies in it."""
    objects = line({1: 0, 3: 3}, {1: 0, 3: 3}, {1: 0, 2: 2, 3: 3}, {1: 0, 2: 2, 3: 3}, structure=NET)
    sizes = {(2, 1): 10 - part_volume, (3, 1): 10 - part_volume, (2, 2): part_volume, (3, 2): part_volume}
    keys = zip(objects["frame"], objects["label"], strict=True)
    objects["volume_um3"] = [sizes.get(key, 10.0) for key in keys]
    pairs = [(1, 1, 1, 90), (2, 1, 1, 50), (2, 1, 2, shared), (2, 3, 2, 90 - shared), (3, 1, 1, 50), (3, 2, 2, 50)]
    lying = overlapping(*[pair for pair in pairs if pair[3]], *((f, 3, 3, 90) for f in (1, 2, 3)), structure=NET)
    own = TrackSettings(search_range_um=1.0, memory_frames=0)
    events = track(objects, lying, settings=own)[1].query("kind == 'fission'")
    return float(events["probability"].item())


def test_sizes_that_add_up_make_a_split_surer():
    assert 60 / 90 < probability(1.0, shared=60) < probability(4.0, shared=60) <= 1.0


def test_a_part_that_lies_half_elsewhere_is_less_sure():
    assert probability(1.0, shared=60) < probability(1.0)


def test_without_sizes_the_share_decides():
    objects = line({1: 0}, {1: 0, 2: 2}, {1: 0, 2: 2}, structure=NET)
    lying = overlapping((1, 1, 1, 50), (1, 1, 2, 10), (2, 1, 1, 50), (2, 2, 2, 50), structure=NET)
    own = TrackSettings(search_range_um=1.0, memory_frames=0)
    assert track(objects, lying, settings=own)[1]["probability"].item() == pytest.approx(0.98)

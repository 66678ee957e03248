"""Room for timepoints that arrived later."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import yaozarrs

from livecell import store
from livecell.axes import Sampling
from livecell.store import Channel, ImageLayout

LAYOUT = ImageLayout((2, 1, 4, 70, 80), "uint16", Sampling(0.5, 0.3, 0.3, 60.0), (Channel("dna"),), levels=2)


def test_what_is_stored_stays_and_new_timepoints_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "a.ome.zarr"
    store.create_image(path, LAYOUT)
    store.create_labels(path, "dna", replace(LAYOUT, dtype="uint32"))
    rng = np.random.default_rng(0)
    volumes = rng.integers(1, 1000, (4, 4, 70, 80)).astype("uint16")
    for t in range(2):
        store.write_volume(path, t, volumes[t])
    store.extend_image(path, 4)
    store.extend_image(path / "labels" / "dna", 4)
    for t in (2, 3):
        store.write_volume(path, t, volumes[t])
    found = np.stack([store.read_volume(path, t) for t in range(4)])
    np.testing.assert_array_equal(found, volumes)
    assert store.read_layout(path / "labels" / "dna").shape[0] == 4
    yaozarrs.validate_zarr_store(str(path))


def test_an_image_never_gets_shorter(tmp_path: Path) -> None:
    path = tmp_path / "a.ome.zarr"
    store.create_image(path, LAYOUT)
    store.extend_image(path, 1)
    assert store.read_layout(path).shape[0] == 2

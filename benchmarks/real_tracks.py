"""Tracking of real cells and organelles: dividing cells, a golgi that disperses, a mitochondrial network.

    LIVECELL_REAL_DATA=FOLDER python -m benchmarks.real_tracks

needs trackpy and laptrack, and writes benchmarks/results/real_tracks.json and docs/pictures/golgi_dispersal.png.
"""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from skimage.io import imread

from benchmarks import c2c12_tracks, golgi_dispersal, mitochondria_graphs
from livecell.measurement import measure_volume, overlaps
from livecell.tracking import track

HERE = Path(__file__).parent
OUT = HERE / "results" / "real_tracks.json"


def main() -> None:
    """Measure everything and write the figures."""
    root = Path(os.environ["LIVECELL_REAL_DATA"])
    found = {
        "mitochondria_graphs": mitochondria_graphs.run(root / "mitochondria_graphs"),
        "golgi": golgi_dispersal.run(root / "golgi" / "xyt_calibrated_16bit__golgi_bfa_sum_projection.tif"),
        "nuclei_t6": _nuclei(root / "nuclei_t6"),
        "c2c12_tracks": c2c12_tracks.run(root / "c2c12_tracks"),
    }
    OUT.write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps(found, indent=1))


def _measured(
    labels: NDArray[np.int32], structure: str, pixel_um: float, s: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Objects and overlaps of labels (t, y, x)."""
    voxel = (1.0, pixel_um, pixel_um)
    objects = [
        measure_volume(image[None], None, voxel, structure=structure, frame=t, t_s=t * s)
        for t, image in enumerate(labels)
    ]
    pairs = enumerate(pairwise(labels), 1)
    lying = [overlaps(before[None], now[None], structure=structure, frame=t) for t, (before, now) in pairs]
    return pd.concat(objects), pd.concat(lying)


def _kinds(events: pd.DataFrame) -> dict[str, int]:
    return {str(kind): int(count) for kind, count in events["kind"].value_counts().items()}


def _nuclei(folder: Path) -> dict[str, object]:
    """Given labels; one track was followed by hand."""
    labels = imread(folder / "example_label.tif").astype(np.int32)
    tracks, events = track(*_measured(labels, "dna", 1.0, 1.0))
    by_hand = np.load(folder / "manual_corrected.npy")
    now = [int(labels[int(t), round(y), round(x)]) for t, y, x in by_hand]
    of = {(frame, label): one for frame, label, one in tracks[["frame", "label", "track_id"]].itertuples(index=False)}
    mine = [of.get((int(t), label)) for (t, _, _), label in zip(by_hand, now, strict=True)]
    return {
        "objects": [int(len(np.unique(image)) - 1) for image in labels],
        "tracks": int(tracks["track_id"].nunique()),
        "events": _kinds(events),
        "tracks_of_the_one_by_hand": mine,
    }


if __name__ == "__main__":
    main()

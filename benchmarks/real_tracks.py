"""Tracking of real cells and organelles: dividing cells, a golgi that disperses, a mitochondrial network.

    LIVECELL_REAL_DATA=FOLDER python -m benchmarks.real_tracks

needs trackpy and laptrack, and writes benchmarks/results/real_tracks.json and benchmarks/work/golgi_dispersal.png.
"""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy import ndimage
from skimage.filters import threshold_otsu
from skimage.io import imread

from benchmarks import c2c12_tracks, mitochondria_graphs
from livecell.measurement import measure_volume, overlaps
from livecell.tracking import track

HERE = Path(__file__).parent
OUT = HERE / "results" / "real_tracks.json"
PICTURE = HERE / "work" / "golgi_dispersal.png"
GOLGI_PIXEL_UM, GOLGI_INTERVAL_S = 1 / 2.845474, 59.86


def main() -> None:
    """Measure everything and write the figures."""
    root = Path(os.environ["LIVECELL_REAL_DATA"])
    found = {
        "mitochondria_graphs": mitochondria_graphs.run(root / "mitochondria_graphs"),
        "golgi": _golgi(root / "golgi" / "xyt_calibrated_16bit__golgi_bfa_sum_projection.tif"),
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


def _golgi(path: Path) -> dict[str, object]:
    """Fragments above one threshold for the whole movie: their number, and how far apart they are."""
    movie = ndimage.gaussian_filter(imread(path).astype(np.float64), (0, 1, 1))
    labels = np.stack([ndimage.label(image > threshold_otsu(movie))[0] for image in movie]).astype(np.int32)
    objects, lying = _measured(labels, "golgi_fragments", GOLGI_PIXEL_UM, GOLGI_INTERVAL_S)
    tracks, events = track(objects, lying)
    per_frame = tracks.groupby("frame")
    number, spread_um = per_frame.size(), per_frame.apply(_spread_um)
    minutes = number.index.to_numpy() * GOLGI_INTERVAL_S / 60
    figure = Figure(figsize=(8, 3), dpi=100, layout="constrained")
    for axis, values, name in zip(
        figure.subplots(1, 2), (number, spread_um), ("fragments", "spread (µm)"), strict=True
    ):
        axis.plot(minutes, values.to_numpy(), color="#3D7BE8")
        axis.set(xlabel="minutes", ylabel=name, ylim=(0, None))
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(PICTURE)
    return {"fragments": number.tolist(), "spread_um": spread_um.round(2).tolist(), "events": _kinds(events)}


def _spread_um(rows: pd.DataFrame) -> float:
    """Root mean square distance of fragments from their middle, weighted by area."""
    places, weights = rows[["y_um", "x_um"]].to_numpy(), rows["area_um2"].to_numpy()
    middle = np.average(places, axis=0, weights=weights)
    return float(np.sqrt(np.average(((places - middle) ** 2).sum(axis=1), weights=weights)))


if __name__ == "__main__":
    main()

"""A real Golgi that a drug disperses: fragments as livecell segments them, and how far its light is spread.

Called by `python -m benchmarks.real_tracks`. 2D sum projections, one a minute, of a cell under brefeldin A, which sends
the Golgi into the endoplasmic reticulum. Writes docs/pictures/golgi_dispersal.png.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray
from skimage.io import imread

from livecell.measurement import measure_volume, overlaps
from livecell.segmentation import calibrate, segment_volume, workflow_for
from livecell.tracking import track

PICTURE = Path(__file__).parent.parent / "docs" / "pictures" / "golgi_dispersal.png"
PIXEL_UM, INTERVAL_S = 1 / 2.845474, 59.86
VOXEL_UM = (1.0, PIXEL_UM, PIXEL_UM)
STACKS = "vesicles"
"""Its fragments are spots of some half a micrometre: they are segmented as such."""
BACKGROUND_SD = 2.0
"""What is less than that many robust standard deviations above the median of its frame is no light of the Golgi."""

Image = NDArray[np.float32]


def run(path: Path) -> dict[str, object]:
    """Segment and track the fragments of every frame, and draw number, share and spread over time."""
    movie = imread(path).astype(np.float32)
    workflow = workflow_for(STACKS)
    thresholds = calibrate([movie[:1]], workflow, VOXEL_UM)
    labels = [segment_volume(image[None], workflow, VOXEL_UM, thresholds) for image in movie]
    tracks, events = _tracked(labels)
    light = [_light(image) for image in movie]
    figures = {
        "fragments": [int(each.max()) for each in labels],
        "share_of_light": [float(each[own[0] > 0].sum() / each.sum()) for each, own in zip(light, labels, strict=True)],
        "spread_um": [_spread_um(each) for each in light],
    }
    _draw({name: np.asarray(values, dtype=float) for name, values in figures.items()})
    rounded = {name: [round(value, 3) for value in values] for name, values in figures.items()}
    kinds = {str(kind): int(count) for kind, count in events["kind"].value_counts().items()}
    return {**rounded, "tracks": int(tracks["track_id"].nunique()), "events": kinds}


def _tracked(labels: list[NDArray[np.int32]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    objects = [
        measure_volume(volume, None, VOXEL_UM, structure=STACKS, frame=t, t_s=t * INTERVAL_S)
        for t, volume in enumerate(labels)
    ]
    lying = [overlaps(a, b, structure=STACKS, frame=t) for t, (a, b) in enumerate(pairwise(labels), 1)]
    return track(pd.concat(objects), pd.concat(lying))


def _light(image: Image) -> Image:
    """Brightness above the background; 0 where there is nothing but noise."""
    above = image - np.median(image)
    noise = 1.4826 * np.median(np.abs(above))
    return np.where(above > BACKGROUND_SD * noise, above, 0)


def _spread_um(light: Image) -> float:
    """Root mean square distance of the light from its middle."""
    places = np.stack(np.indices(light.shape), axis=-1).reshape(-1, 2) * PIXEL_UM
    weights = light.ravel().astype(np.float64)
    middle = np.average(places, axis=0, weights=weights)
    return float(np.sqrt(np.average(((places - middle) ** 2).sum(axis=1), weights=weights)))


def _draw(figures: dict[str, NDArray[np.float64]]) -> None:
    figure = Figure(figsize=(9, 2.8), dpi=110, layout="constrained")
    names = ("fragments", "share of the light in fragments", "spread of the light (µm)")
    for axis, values, name in zip(figure.subplots(1, 3), figures.values(), names, strict=True):
        axis.plot(np.arange(len(values)) * INTERVAL_S / 60, values, color="#3D7BE8")
        axis.set(xlabel="minutes", ylabel=name, ylim=(0, None))
        axis.spines[["top", "right"]].set_visible(False)
    PICTURE.parent.mkdir(exist_ok=True)
    figure.savefig(PICTURE)

"""A run against the truth: images, objects and tracks, per structure."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from livecell.errors import RunFolderError
from livecell.metrics import dice, match_labels, pearson_r, score_links
from livecell.pipeline.open_run import Run, open_run

MIN_IOU = 0.5
FRAMES = 5
"""Timepoints, spread over the movie, at which images and objects are compared."""


def evaluate(
    predicted: str | Path, truth: str | Path, frames: int = FRAMES, max_distance_um: float | None = None
) -> pd.DataFrame:
    """Compare a run folder with the truth of a simulation.

    Returns one row per structure that both have: `pearson_r` of the volumes, `dice` of the foreground,
    `object_recall` and `object_precision` at an intersection over union of 0.5, `link_recall` and `link_precision` of
    the tracks. `max_distance_um` is how far an object may be from the true one (default: the true objects' mean
    radius). Images and objects are compared at `frames` timepoints spread over the movie, links over all.
    """
    run, true = open_run(predicted), open_run(truth)
    shared = [name for name in run.structures if name in true.structures]
    if not shared:
        raise RunFolderError(
            predicted,
            expected=f"some of the structures {', '.join(true.structures)}",
            found=", ".join(run.structures),
            hint="compare a run with the truth of its own acquisition",
        )
    rows = [
        {"structure": name, **_images(run, true, name, frames), **_links(run, true, name, max_distance_um)}
        for name in shared
    ]
    return pd.DataFrame(rows)


def _images(run: Run, true: Run, structure: str, frames: int) -> dict[str, float]:
    predictions, targets = run.predictions(), true.predictions()
    labels, true_labels = run.labels(structure), true.labels(structure)
    chosen = np.linspace(0, predictions.sizes["t"] - 1, frames).round().astype(int)
    rows = []
    for t in np.unique(chosen):
        volume = predictions.isel(t=t).sel(c=structure).to_numpy()
        target = targets.isel(t=t).sel(c=structure).to_numpy()
        if not np.isfinite(volume).all():
            continue
        rows.append(
            {
                **_volume_row(volume, target),
                **_object_row(labels.isel(t=t).to_numpy(), true_labels.isel(t=t).to_numpy()),
            }
        )
    return {key: float(np.mean([row[key] for row in rows])) for key in rows[0]} if rows else {}


def _volume_row(volume: np.ndarray, target: np.ndarray) -> dict[str, float]:
    return {"pearson_r": float(pearson_r(volume, target))}


def _object_row(labels: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    matched = len(match_labels(labels, truth, MIN_IOU))
    found, there = len(np.unique(labels[labels > 0])), len(np.unique(truth[truth > 0]))
    return {
        "dice": dice(labels > 0, truth > 0),
        "object_recall": matched / there if there else np.nan,
        "object_precision": matched / found if found else np.nan,
    }


def _links(run: Run, true: Run, structure: str, max_distance_um: float | None) -> dict[str, float]:
    found, there = (_of(each, structure) for each in (run, true))
    limit_um = max_distance_um or _mean_radius_um(there)
    score = score_links(found, there, limit_um)
    return {"link_recall": score.recall, "link_precision": score.precision}


def _of(run: Run, structure: str) -> pd.DataFrame:
    tracks = run.table("tracks")
    return tracks[tracks["structure"] == structure]


def _mean_radius_um(tracks: pd.DataFrame) -> float:
    """Radius of the ball of the mean volume, (3 V / 4 pi)^(1/3)."""
    return float((3 * tracks["volume_um3"].mean() / (4 * np.pi)) ** (1 / 3))

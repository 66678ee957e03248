"""How well objects are found in simulated cells, from true and from predicted fluorescence, and how fast.

    python -m benchmarks.segmentation            score and time, write benchmarks/results/segmentation.json
    python -m benchmarks.segmentation --table    print the table of docs/segmentation.md from it
    python -m benchmarks.segmentation --picture  write docs/pictures/segmentation.png

Movies of seeds that the bundled model has not been trained on, the default microscope; thresholds from the first and
the last of the timepoints, scored in all. With LIVECELL_REAL_DATA set, real nuclei too.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from scipy.optimize import linear_sum_assignment

from livecell.config.segment import BlobWorkflow
from livecell.config.simulate import SimulateSettings
from livecell.metrics import InstanceScore, dice, score_instances
from livecell.models import open_model
from livecell.pipeline.segment import seeds_for
from livecell.prediction import predict
from livecell.reporting import PreviewRow, write_preview
from livecell.segmentation import calibrate, segment_volume
from livecell.simulation import simulate
from livecell.structures import STRUCTURES

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "segmentation.json"
PICTURE = HERE.parent / "docs" / "pictures" / "segmentation.png"
SEEDS = (2031,)
FRAMES = 2
SETTINGS = SimulateSettings(timepoints=FRAMES)
VOXEL_UM = SETTINGS.voxel_size_um
NAMES = ("dna", *(name for name in STRUCTURES if name != "dna"))
TIMED_SHAPE = (32, 256, 256)
SHOWN = ("dna", "mitochondria", "golgi", "vesicles")

Volumes = dict[str, np.ndarray]


def main() -> None:
    """Do what the command line asks for."""
    if sys.argv[1:] == ["--table"]:
        print(table(json.loads(RESULTS.read_text())))
    elif sys.argv[1:] == ["--picture"]:
        draw()
    else:
        results: dict[str, Any] = {"seeds": SEEDS, "timepoints": FRAMES}
        for part in (score_simulated, lambda: {"seconds": time_all()}, lambda: {"real": score_real()}):
            results |= part()
            RESULTS.write_text(json.dumps(results, indent=2) + "\n")
        print(table(results))


def movies(seed: int) -> tuple[list[np.ndarray], list[Volumes], list[Volumes], list[Volumes]]:
    """Return brightfield, predicted, true fluorescence and true labels of each timepoint."""
    movie = simulate(SETTINGS.model_copy(update={"seed": seed}))
    model = open_model("simulated")
    frames = [movie.frame(t) for t in range(FRAMES)]
    predicted = [predict(frame.brightfield, model) for frame in frames]
    volumes = [{name: p.sel(structure=name).to_numpy() for name in NAMES} for p in predicted]
    return [f.brightfield for f in frames], volumes, [f.targets for f in frames], [f.labels for f in frames]


def labels_of(volumes: list[Volumes]) -> list[Volumes]:
    """Segment all structures of a movie as a run does."""
    found: list[Volumes] = [{} for _ in volumes]
    for name in NAMES:
        thresholds = calibrate([volumes[0][name], volumes[-1][name]], name, VOXEL_UM)
        for t, volume in enumerate(volumes):
            seeds = seeds_for(STRUCTURES[name], found[t].get("dna"))
            found[t][name] = segment_volume(volume[name], name, VOXEL_UM, thresholds, seeds)
    return found


def score_simulated() -> dict[str, Any]:
    """Score every structure, pooled over seeds and timepoints."""
    rows: dict[str, dict[str, list[dict[str, Any]]]] = {"predicted": {}, "true": {}}
    for seed in SEEDS:
        _, predicted, fluorescence, truth = movies(seed)
        for kind, volumes in (("predicted", predicted), ("true", fluorescence)):
            for t, found in enumerate(labels_of(volumes)):
                for name in NAMES:
                    rows[kind].setdefault(name, []).append(_score(found[name], truth[t][name]))
    return {kind: {name: _pooled(scores) for name, scores in each.items()} for kind, each in rows.items()}


def _score(found: np.ndarray, truth: np.ndarray) -> dict[str, Any]:
    radius_um = (3 * np.count_nonzero(truth) * np.prod(VOXEL_UM) / max(len(np.unique(truth)) - 1, 1) / 4 / np.pi) ** (
        1 / 3
    )
    return {
        "instances": score_instances(found, truth),
        "centres": _matched_centres(found, truth, radius_um),
        "dice": dice(found, truth),
        "volume": np.count_nonzero(found) / max(np.count_nonzero(truth), 1),
    }


def _matched_centres(found: np.ndarray, truth: np.ndarray, limit_um: float) -> int:
    centres = [_centres_um(labels) for labels in (found, truth)]
    if not all(map(len, centres)):
        return 0
    distance = np.linalg.norm(centres[0][:, None] - centres[1][None], axis=2)
    cost = np.where(distance <= limit_um, distance, 1e6)
    return int(np.count_nonzero(cost[linear_sum_assignment(cost)] < 1e6))


def _centres_um(labels: np.ndarray) -> np.ndarray:
    flat = np.flatnonzero(labels)
    _, owner, counts = np.unique(labels.reshape(-1)[flat], return_inverse=True, return_counts=True)
    places = np.unravel_index(flat, labels.shape)
    means = [np.bincount(owner, weights=place, minlength=len(counts)) / counts for place in places]
    return np.column_stack(means) * VOXEL_UM


def _pooled(scores: list[dict[str, Any]]) -> dict[str, float]:
    instances = sum((score["instances"] for score in scores), InstanceScore(0, 0, 0, 0.0))
    matched = sum(score["centres"] for score in scores)
    both = instances.true + instances.predicted
    return {
        "true_per_frame": round(instances.true / len(scores), 1),
        "found_per_frame": round(instances.predicted / len(scores), 1),
        "precision": round(instances.precision, 3),
        "recall": round(instances.recall, 3),
        "f1": round(instances.f1, 3),
        "f1_of_centres": round(2 * matched / both, 3) if both else float("nan"),
        "dice": round(float(np.nanmean([score["dice"] for score in scores])), 3),
        "volume_ratio": round(float(np.mean([score["volume"] for score in scores])), 2),
    }


def time_all(repeats: int = 3) -> dict[str, float]:
    """Return seconds per structure for one volume on one core: the least of several; thresholds are known before."""
    _, predicted, _, _ = movies(SEEDS[0])
    seconds, nuclei = {}, None
    for name in NAMES:
        volume = np.concatenate([predicted[0][name], predicted[0][name][::-1]])[: TIMED_SHAPE[0]]
        thresholds = calibrate([predicted[0][name]], name, VOXEL_UM)
        took = []
        for _ in range(repeats):
            started = time.process_time()
            labels = segment_volume(volume, name, VOXEL_UM, thresholds, seeds_for(STRUCTURES[name], nuclei))
            took.append(time.process_time() - started)
        nuclei = labels if name == "dna" else nuclei
        seconds[name] = round(min(took), 3)
    return {**seconds, "all": round(sum(seconds.values()), 2)}


def score_real() -> dict[str, Any] | None:
    """Real nuclei with their published masks; None without the data."""
    if "LIVECELL_REAL_DATA" not in os.environ:
        return None
    data = Path(os.environ["LIVECELL_REAL_DATA"])
    return {"nuclei_3d": _real_nuclei_3d(data), "nuclei_t6": _real_nuclei_t6(data)}


def _pair(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    files = sorted(folder.rglob("*.tif*"))
    masks = [path for path in files if any(word in path.name.lower() for word in ("mask", "label"))]
    images = [path for path in files if path not in masks]
    return tifffile.imread(images[0]).astype(np.float32), tifffile.imread(masks[0])


def _real_nuclei_3d(data: Path) -> dict[str, float]:
    """The voxel size is not stated: nuclei are 15 to 20 voxels wide, taken for 6 um."""
    image, masks = _pair(data / "nuclei_3d")
    workflow = BlobWorkflow(smoothing_um=0.5, min_diameter_um=2.0)
    score = score_instances(segment_volume(image, workflow, (0.35, 0.35, 0.35)), masks)
    return _figures(score)


def _real_nuclei_t6(data: Path) -> dict[str, float]:
    image, masks = _pair(data / "nuclei_t6")
    workflow = BlobWorkflow(smoothing_um=0.5, min_diameter_um=3.0)
    frames = [frame[None] for frame in image]
    thresholds = calibrate(frames, workflow, (1.0, 0.5, 0.5))
    found = [segment_volume(frame, workflow, (1.0, 0.5, 0.5), thresholds) for frame in frames]
    total = InstanceScore(0, 0, 0, 0.0)
    for labels, mask in zip(found, masks, strict=True):
        total = total + score_instances(labels, mask[None])
    return _figures(total)


def _figures(score: InstanceScore) -> dict[str, float]:
    return {"true": score.true, "found": score.predicted, "f1": round(score.f1, 3)}


def draw() -> None:
    """Draw brightfield, prediction and outlines of some structures."""
    brightfield, predicted, _, _ = movies(SEEDS[0])
    labels, plane = labels_of(predicted)[0], SETTINGS.shape[0] // 3
    rows = [PreviewRow(n, predicted[0][n][plane], labels[n][plane], int(labels[n].max())) for n in SHOWN]
    write_preview(PICTURE, f"seed {SEEDS[0]}, plane {plane}", brightfield[0][plane], rows)


def table(results: dict[str, Any]) -> str:
    """Return the table of the docs."""
    head = ["structure", "true", "found", "F1", "F1 of centres", "Dice", "found in truth", "F1", "Dice", "seconds"]
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for name in NAMES:
        p, t = results["predicted"][name], results["true"][name]
        cells = [p["true_per_frame"], p["found_per_frame"], p["f1"], p["f1_of_centres"], p["dice"]]
        cells += [t["found_per_frame"], t["f1"], t["dice"], results["seconds"][name]]
        lines.append(f"| {name.replace('_', ' ')} | " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()

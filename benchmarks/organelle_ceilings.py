"""What limits the mitochondria of a simulated movie: the network, the optics, or touching ones that are two in truth.

    python -m benchmarks.organelle_ceilings RUN TRUTH [RUN TRUTH ...]

RUN is a run folder with predicted volumes, TRUTH the truth beside its acquisition (`python -m benchmarks.organelles
brightfield` makes both). Labels of several origins are tracked and scored alike, all with default settings:

true labels     as drawn
true mask       what touches in the true labels is one object: the most that can be had from a mask
true light      the true fluorescence, without noise, segmented
prediction      the predicted volume, segmented
steadied        the same with `steady_frames: 1`

Writes benchmarks/results/organelle_ceilings.json. Some three minutes a movie of 30 frames on one core.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.organelles import SETTINGS
from livecell import metrics
from livecell.config.measure import MeasureSettings
from livecell.config.segment import NetworkWorkflow
from livecell.measurement import measure_volume, neighbours, overlaps
from livecell.pipeline.comparison_sides import RunSide, open_side
from livecell.segmentation import calibrate, segment_volume, steadied, workflow_for
from livecell.segmentation.labelling import components
from livecell.segmentation.types import Labels
from livecell.tracking import track

STRUCTURE, POSITION = "mitochondria", "0"
RESULTS = Path(__file__).parent / "results" / "organelle_ceilings.json"
PLAIN = MeasureSettings(surface=False, skeletons=False, contacts=False)
EARLIER = NetworkWorkflow(surroundings_um=0.8, flank=0.5, low_to_high=0.7)
"""How mitochondria were segmented before, but for the strictness."""

Size = tuple[float, float, float]


def main(paths: Sequence[str]) -> None:
    """Score what is named on the command line."""
    found = {run: scored(Path(run), Path(truth)) for run, truth in zip(paths[::2], paths[1::2], strict=True)}
    named = {Path(run).resolve().parent.name: figures for run, figures in found.items()}
    RESULTS.write_text(json.dumps(named, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(named, indent=2))


def scored(run: Path, truth: Path) -> dict[str, dict[str, float]]:
    """Return the figures of a movie by the origin of the labels."""
    ours, theirs = open_side(run), open_side(truth)
    assert isinstance(ours, RunSide)
    assert isinstance(theirs, RunSide)
    sampling = ours.run.record["input"]["sampling"]
    size_um = (sampling["z_um"], sampling["y_um"], sampling["x_um"])
    given = theirs.labels(STRUCTURE, POSITION)
    assert given is not None
    there = [given.isel(t=t).to_numpy().astype(np.int32) for t in range(given.sizes["t"])]
    frames = json.loads((run / "calibration.json").read_text())[POSITION]["frames"]
    alone = segmented(ours, frames, size_um, workflow_for(STRUCTURE))
    labels = {
        "true labels": there,
        "true mask": [components(volume > 0) for volume in there],
        "true light": segmented(theirs, frames, size_um, workflow_for(STRUCTURE)),
        "prediction, as before": segmented(ours, frames, size_um, EARLIER.model_copy(update={"strictness": 1.0})),
        "prediction": alone,
        "steadied": settled(alone, size_um),
    }
    return {origin: figures_of(volumes, there, theirs, size_um) for origin, volumes in labels.items()}


def segmented(side: RunSide, frames: Sequence[int], size_um: Size, workflow: object) -> list[Labels]:
    """Return the labels of every frame, with thresholds from the calibration frames."""
    volumes = side.volumes(POSITION)
    assert volumes is not None
    one = volumes.sel(structure=STRUCTURE) if "structure" in volumes.dims else volumes.sel(c=STRUCTURE)
    each = [one.isel(t=t).to_numpy().astype(np.float32) for t in range(one.sizes["t"])]
    assert isinstance(workflow, NetworkWorkflow)
    thresholds = calibrate([each[frame] for frame in frames], workflow, size_um)
    return [segment_volume(volume, workflow, size_um, thresholds) for volume in each]


def settled(labels: list[Labels], size_um: Size) -> list[Labels]:
    """Return the labels as the frames before and after settle them."""
    inner = zip(labels[:-2], labels[1:-1], labels[2:], strict=True)
    return [labels[0], *(steadied(now, [(before, after)], size_um) for before, now, after in inner), labels[-1]]


def figures_of(labels: list[Labels], there: list[Labels], truth: RunSide, size_um: Size) -> dict[str, float]:
    """Track labels, and return how the tracks agree with the true ones."""
    named = {"position": POSITION, "structure": STRUCTURE}
    objects = [
        measure_volume(volume, None, size_um, **named, frame=t, t_s=float(t), settings=PLAIN)
        for t, volume in enumerate(labels)
    ]
    shared = [overlaps(labels[t - 1], labels[t], **named, frame=t) for t in range(1, len(labels))]
    near = [neighbours(volume, size_um, **named, frame=t) for t, volume in enumerate(labels)]
    tables = [pd.concat(each, ignore_index=True) for each in (objects, shared, near)]
    tracks, events = track(tables[0], tables[1], neighbours=tables[2])
    ours = metrics.track_graph(tracks, events)
    theirs = metrics.track_graph(truth.tracks(STRUCTURE), truth.events(STRUCTURE))
    both = [
        metrics.touching_objects(a, b).assign(position=POSITION, frame=t)
        for t, (a, b) in enumerate(zip(labels, there, strict=True))
    ]
    matching = metrics.match_by_overlap(ours, theirs, pd.concat(both, ignore_index=True))
    found = {"objects": len(ours), "true_objects": len(theirs), "found": int((matching.true_of >= 0).sum())}
    figures = {**found, "edges_f1": metrics.edges_found(ours, theirs, matching).f1}
    for kind in ("fission", "fusion"):
        counted = metrics.score_branchings(ours, theirs, matching, kind, SETTINGS.event_tolerance_frames)
        figures |= {f"{kind}_f1": counted.f1, f"{kind}s_found": counted.found}
        figures |= {f"{kind}s_true": counted.true, f"{kind}s_told": counted.predicted}
    return {name: round(value, 4) for name, value in figures.items()}


if __name__ == "__main__":
    main(sys.argv[1:])

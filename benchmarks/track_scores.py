"""The scores of tracks against those of py-ctcmetrics and traccuracy, and how long they take.

    python -m benchmarks.track_scores

1. A movie of cells that divide, and results with objects missing, merged, added and swapped, as folders of the Cell
   Tracking Challenge: DET, TRA, LNK and CHOTA by livecell and by both packages (`pip install livecell[bench]`), CT by
   py-ctcmetrics. A package that is not installed is left out.
2. 500 objects in 600 frames: seconds of one core for all scores together.

Writes benchmarks/results/track_scores.json.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from livecell import metrics
from livecell.config.evaluate import EvaluateSettings
from livecell.exchange import write_ctc
from livecell.metrics.track_graph import BRANCHING
from livecell.pipeline.comparison_frames import Match
from livecell.pipeline.comparison_sides import open_side
from livecell.pipeline.track_scores import score_tracks
from livecell.tables import EVENTS, TRACKS, check

RESULTS = Path(__file__).parent / "results" / "track_scores.json"
FRAMES, SIDE, PITCH = 40, 8, 24
UPPER, LOWER, WHOLE, SPECK = range(4)
ROWS = ((0, 6), (6, 12), (0, 12), (15, 18))
"""Rows of each part of a cell's place."""
REPEATS = 3
MATCH = Match("cells", "0", "0")


def main() -> None:
    """Compare, measure and write."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        truth, result = written(Path(folder), merged=0.02)
        apart, unmerged = written(Path(folder) / "apart", merged=0.0)
        found["movie"] = {"frames": FRAMES, "cells_at_first": SIDE**2}
        found["scores"] = {"livecell": ours(result, truth), **peers(result, truth)}
        found["scores_without_merged_objects"] = {"livecell": ours(unmerged, apart), **peers(unmerged, apart)}
    found["500_objects_600_frames"] = seconds_of_many()
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(RESULTS.read_text())


def ours(result: Path, truth: Path) -> dict[str, float]:
    """Return the scores of livecell."""
    figures = score_tracks(open_side(result), open_side(truth), MATCH, EvaluateSettings(), None, [("0", "0")]).figures
    names = {"DET": "det", "TRA": "tra", "LNK": "lnk", "CHOTA": "chota", "CT": "complete_tracks"}
    return {theirs: figures[name] for theirs, name in names.items()}


def peers(result: Path, truth: Path) -> dict[str, dict[str, float]]:
    """Return the scores of the packages that are installed."""
    known: dict[str, Callable[[Path, Path], dict[str, float]]] = {"ctc_metrics": ctcmetrics, "traccuracy": traccuracy}
    return {name: score(result, truth) for name, score in known.items() if importlib.util.find_spec(name) is not None}


def ctcmetrics(result: Path, truth: Path) -> dict[str, float]:
    """Return the scores of py-ctcmetrics."""
    from ctc_metrics.scripts.evaluate import evaluate_sequence

    names = ["Valid", "DET", "TRA", "LNK", "CHOTA", "CT"]
    found = evaluate_sequence(str(result), str(truth), metrics=list(names), threads=1)
    return {name: float(found[name]) for name in names[1:]}


def traccuracy(result: Path, truth: Path) -> dict[str, float]:
    """Return the scores of traccuracy."""
    from traccuracy import run_metrics
    from traccuracy.loaders import load_ctc_data
    from traccuracy.matchers import CTCMatcher
    from traccuracy.metrics import CHOTAMetric, CTCMetrics

    true = load_ctc_data(str(truth / "TRA"), str(truth / "TRA" / "man_track.txt"), name="truth")
    found = load_ctc_data(str(result), str(result / "res_track.txt"), name="result")
    results, _ = run_metrics(gt_data=true, pred_data=found, matcher=CTCMatcher(), metrics=[CTCMetrics(), CHOTAMetric()])
    scores: dict[str, float] = {}
    for each in results:
        scores |= each["results"]
    return {name: float(scores[name]) for name in ("DET", "TRA", "LNK", "CHOTA")}


def written(folder: Path, merged: float) -> tuple[Path, Path]:
    """Write truth and results as folders of the challenge."""
    rng = np.random.default_rng(0)
    tracks, events = lineages(rng)
    truth = write_ctc(folder / "truth", drawn(tracks), tracks, events)
    changed, told = spoilt(tracks, events, rng, merged)
    made = write_ctc(folder / "made", drawn(changed), once(changed), told)
    result = folder / "01_RES"
    result.mkdir()
    for file in (made / "TRA").glob("*.tif"):
        shutil.copyfile(file, result / file.name.replace("man_track", "mask"))
    shutil.copyfile(made / "TRA" / "man_track.txt", result / "res_track.txt")
    return truth, result


def lineages(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cells on a grid; a quarter of them divide, into an upper and a lower half of their place."""
    rows, events, fresh = [], [], SIDE**2
    for cell in range(SIDE**2):
        ends = int(rng.integers(5, FRAMES - 5)) if rng.random() < 0.25 else FRAMES
        rows += [(cell + 1, t, cell, WHOLE) for t in range(ends)]
        if ends < FRAMES:
            rows += [(fresh + k, t, cell, (UPPER, LOWER)[k - 1]) for k in (1, 2) for t in range(ends, FRAMES)]
            events.append((ends, "division", str(cell + 1), f"{fresh + 1};{fresh + 2}"))
            fresh += 2
    tracks = pd.DataFrame(rows, columns=["track_id", "frame", "cell", "part"])
    common = {"position": "0", "structure": "cells", "t_s": 0.0}
    tracks = tracks.assign(label=tracks["track_id"], z_um=0.0, y_um=0.0, x_um=0.0, **common)
    table = pd.DataFrame(events, columns=["frame", "kind", "parents", "children"]).assign(**common)
    return check(tracks, TRACKS), check(table, EVENTS)


def spoilt(
    tracks: pd.DataFrame, events: pd.DataFrame, rng: np.random.Generator, merged: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return both with objects missing, swapped, merged and added, and three in ten divisions not told of."""
    found = tracks[rng.random(len(tracks)) > 0.05].copy()
    # Of mothers that are swapped the format can say nothing.
    single = [k for k in range(1, SIDE**2 + 1) if str(k) not in set(events["parents"])]
    for a, b in rng.choice(single, size=(6, 2), replace=False):
        later = found["frame"] > rng.integers(5, FRAMES - 5)
        found.loc[later, "track_id"] = found.loc[later, "track_id"].replace({a: b, b: a})
    for t, own in found.groupby("frame"):
        few = own.sample(2 * int(merged * len(own)), random_state=int(str(t)))
        for one, other in zip(few.index[::2], few.index[1::2], strict=True):
            found.loc[other, ["track_id", "label"]] = found.loc[one, ["track_id", "label"]]
    new = int(found["track_id"].max()) + 1
    false = [(new + k, t, int(rng.integers(SIDE**2)), SPECK) for k in range(12) for t in range(3 * k, 3 * k + 4)]
    added = pd.DataFrame(false, columns=["track_id", "frame", "cell", "part"])
    added = added.assign(label=added["track_id"], **{name: found[name].iloc[0] for name in ("position", "structure")})
    whole = pd.concat([found, added.assign(t_s=0.0, z_um=0.0, y_um=0.0, x_um=0.0)])
    return check(whole, TRACKS), events[rng.random(len(events)) > 0.3]


def once(tracks: pd.DataFrame) -> pd.DataFrame:
    """Return one row for objects that are drawn in two places."""
    return tracks.drop_duplicates(["frame", "track_id"])


def drawn(tracks: pd.DataFrame) -> list[np.ndarray]:
    """Labels (1, y, x) of each frame."""
    frames = np.zeros((FRAMES, 1, SIDE * PITCH, SIDE * PITCH), dtype=np.int32)
    for row in tracks.itertuples():
        y, x = (PITCH * place + 4 for place in divmod(int(row.cell), SIDE))
        top, bottom = ROWS[int(row.part)]
        frames[int(row.frame), 0, y + top : y + bottom, x : x + 12] = row.label
    return list(frames)


def seconds_of_many() -> dict[str, float]:
    """Time all scores of 500 objects in 600 frames, matched by distance; seconds of one core."""
    rng = np.random.default_rng(1)
    true = many(np.cumsum(rng.normal(0, 0.5, (600, 500, 3)), axis=0) + rng.uniform(0, 300, (500, 3)))
    noise = rng.normal(0, 0.1, (len(true), 3))
    found = true.assign(**{f"{axis}_um": true[f"{axis}_um"] + noise[:, k] for k, axis in enumerate("zyx")})
    found = found[rng.random(len(found)) > 0.02]
    found["track_id"] += 500 * (found["frame"] // rng.integers(100, 600, 501)[found["track_id"]])
    best = np.inf
    for _ in range(REPEATS):
        start = time.process_time()
        everything(found, true)
        best = min(best, time.process_time() - start)
    return {"seconds": round(best, 2), "observations": len(true), "predicted_tracks": int(found["track_id"].nunique())}


def many(places: np.ndarray) -> pd.DataFrame:
    """Tracks from places (frame, object, zyx)."""
    frames, n, _ = places.shape
    columns = {"track_id": np.tile(np.arange(1, n + 1), frames), "frame": np.repeat(np.arange(frames), n)}
    columns |= {f"{axis}_um": places[..., k].ravel() for k, axis in enumerate("zyx")}
    return pd.DataFrame(columns).assign(position="0", structure="cells", label=columns["track_id"], t_s=0.0)


def everything(found: pd.DataFrame, true: pd.DataFrame) -> None:
    """Compute all scores."""
    graphs = metrics.track_graph(found), metrics.track_graph(true)
    matched = (*graphs, metrics.match_by_distance(*graphs, 1.0))
    for score in (
        metrics.graph_edits,
        metrics.edges_found,
        metrics.steps_found,
        metrics.complete_tracks,
        metrics.chota,
    ):
        score(*matched)
    for kind in BRANCHING:
        metrics.score_branchings(*matched, kind, 2)
    metrics.score_particles(*graphs, 1.0)


if __name__ == "__main__":
    main()

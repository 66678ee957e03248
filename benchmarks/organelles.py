"""Organelles followed through simulated movies that no model has seen, against the truth.

    python -m benchmarks.organelles [labels] [brightfield] [--movies N]

labels        tracked from the true labels: what linking and events are worth by themselves
brightfield   from transmitted light with the bundled model, through the whole pipeline

Without a name, both; with --movies only the first N of each kind (there are three). Goes on where it was interrupted
(benchmarks/work/organelles); what was computed by other code is computed again. Some fifteen minutes on two idle cores.
Writes benchmarks/results/organelles.json and docs/organelles_figures.md.
"""

from __future__ import annotations

import argparse
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.code_digest import code_digest
from benchmarks.organelles_page import write_page
from livecell.config import RunSettings, SimulateSettings, load_settings, parse_settings
from livecell.config.evaluate import EvaluateSettings
from livecell.metrics import Counted, GraphEdits
from livecell.pipeline.comparison_frames import Match
from livecell.pipeline.comparison_sides import open_side
from livecell.pipeline.process import process
from livecell.pipeline.simulate import simulate_acquisition
from livecell.pipeline.track_scores import score_tracks

HERE = Path(__file__).parent
WORK = HERE / "work" / "organelles"
RESULTS = HERE / "results" / "organelles.json"
PARTS = ("labels", "brightfield")
SCHEDULER = "local"
SETTINGS = EvaluateSettings(event_tolerance_frames=3)
"""A gap of a simulated mitochondrion takes three frames to open or to close; until then there is nothing to see."""


@dataclass(frozen=True)
class Kind:
    """Movies of one kind, as one would take them to follow these structures."""

    seeds: tuple[int, ...]
    structures: tuple[str, ...]
    """What is predicted and tracked; nuclei too, by which organelles are assigned to cells."""
    scored: tuple[str, ...]
    settings: dict[str, Any]


KINDS = {
    # Vesicles go 0.3 um a minute, a fifth of what lies between them; a field has an event every two minutes or so.
    "organelles": Kind(
        seeds=(3301, 3302, 3303),
        structures=("dna", "mitochondria", "vesicles"),
        scored=("mitochondria", "vesicles"),
        settings={"timepoints": 30, "interval_s": 60.0},
    ),
    # Three hours of cells that divide every eight: some three divisions in a field.
    "nuclei": Kind(
        seeds=(3304, 3305, 3306),
        structures=("dna",),
        scored=("dna",),
        settings={"timepoints": 36, "interval_s": 300.0, "cells": {"cycle_h": 8.0}},
    ),
}


@dataclass(frozen=True)
class Movie:
    """One simulated acquisition, its truth beside it."""

    kind: str
    seed: int

    @property
    def folder(self) -> Path:
        """Where it and its runs lie."""
        return WORK / f"{self.kind}_{self.seed}"

    @property
    def source(self) -> Path:
        """The acquisition."""
        return self.folder / "acquisition.ome.zarr"

    @property
    def truth(self) -> Path:
        """Its truth."""
        return self.folder / "acquisition.truth"


def main() -> None:
    """Do what the command line asks for, and write the figures of all parts that have been done."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("parts", nargs="*", metavar="PART", help="labels or brightfield; default: both")
    asked.add_argument("--movies", type=int, default=3, help="how many of each kind")
    given = asked.parse_args()
    unknown = set(given.parts) - set(PARTS)
    if unknown:
        asked.error(f"parts are {' and '.join(PARTS)}, not {', '.join(sorted(unknown))}")
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for part in given.parts or PARTS:
        results[part] = measured(part, given.movies)
        results["event_tolerance_frames"] = SETTINGS.event_tolerance_frames
        RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
        write_page(results)
        print(json.dumps(results[part], indent=2), flush=True)


def measured(part: str, n_movies: int) -> dict[str, Any]:
    """Return the figures of a part, and of which movies they are."""
    found: dict[str, Any] = {"movies": {}, "structures": {}}
    for kind, of in KINDS.items():
        seen = movies(kind, n_movies)
        seeds = [movie.seed for movie in seen]
        found["movies"][kind] = {"seeds": seeds, "structures": of.scored, **of.settings}
        for structure in of.scored:
            found["structures"][structure] = pooled([scored(movie, part, structure) for movie in seen])
    return found


def movies(kind: str, n_movies: int) -> list[Movie]:
    """Return the first movies of a kind, simulated unless they are there."""
    found = [Movie(kind, seed) for seed in KINDS[kind].seeds[:n_movies]]
    digest = code_digest("simulation", "config/simulate.py", "config/organelles.py", "config/microscope.py")
    for movie in found:
        mark, used = movie.folder / "simulated_by", movie.truth / "simulate.yaml"
        settings = {"seed": movie.seed, "noisy_every": 0, "structures": KINDS[kind].structures}
        wanted = parse_settings(settings | KINDS[kind].settings, SimulateSettings)
        done = mark.exists() and mark.read_text() == digest and load_settings(used, SimulateSettings) == wanted
        if not done:
            shutil.rmtree(movie.folder, ignore_errors=True)
            movie.folder.mkdir(parents=True)
            simulate_acquisition(movie.source, wanted, scheduler=SCHEDULER, overwrite=True)
            mark.write_text(digest)
    return found


def scored(movie: Movie, part: str, structure: str) -> dict[str, float]:
    """Return the counts of a structure of a movie."""
    run = from_labels(movie, structure) if part == "labels" else from_brightfield(movie)
    match = Match(structure, structure, structure)
    score = score_tracks(open_side(run), open_side(movie.truth), match, SETTINGS, None, [("0", "0")])
    print(run, {name: round(value, 3) for name, value in score.figures.items()}, flush=True)
    return dict(score.counts)


def from_labels(movie: Movie, structure: str) -> Path:
    """Track the true labels of a structure."""
    run = fresh(movie, f"labels_{structure}", "tracking", "measurement", "registration", "pipeline", "config")
    given = movie.truth / "predictions.ome.zarr" / "labels" / structure
    process(given, run, scheduler=SCHEDULER, stages=("measure", "track"), role="labels", structure=structure)
    return run


def from_brightfield(movie: Movie) -> Path:
    """Predict, segment, measure and track the structures of a movie."""
    rooms = ("prediction", "models", "nets", "volumes", "segmentation")
    run = fresh(movie, "brightfield", "tracking", "measurement", "registration", "pipeline", "config", *rooms)
    settings = parse_settings({"predict": {"structures": KINDS[movie.kind].structures}}, RunSettings)
    process(movie.source, run, settings, scheduler=SCHEDULER, stages=("predict", "segment", "measure", "track"))
    return run


def fresh(movie: Movie, name: str, *rooms: str) -> Path:
    """Return a run folder of the movie, without what other code left there."""
    run, mark = movie.folder / name, movie.folder / f"{name}_by"
    digest = code_digest(*rooms)
    if not mark.exists() or mark.read_text() != digest:
        shutil.rmtree(run, ignore_errors=True)
        mark.write_text(digest)
    return run


def pooled(counts: list[dict[str, float]]) -> dict[str, float]:
    """Return the figures of several movies together, and where their errors come from."""
    total = {name: sum(each.get(name, 0) for each in counts) for name in set().union(*counts)}
    edits = GraphEdits(**{name.removeprefix("edit_"): n for name, n in total.items() if name.startswith("edit_")})
    kinds = [name.removesuffix("_true") for name in total if name.endswith("_true")]
    each = {k: Counted(*(int(total[f"{k}_{side}"]) for side in ("true", "predicted", "found"))) for k in sorted(kinds)}
    return {
        **{"det": edits.det, "tra": edits.tra, "lnk": edits.lnk},
        **{f"{kind}_f1": counted.f1 for kind, counted in each.items()},
        **{f"{kind}_recall": counted.recall for kind, counted in each.items()},
        **{f"{kind}_precision": counted.precision for kind, counted in each.items()},
        **{name: n for name, n in sorted(total.items()) if not name.startswith("reach")},
    }


if __name__ == "__main__":
    main()

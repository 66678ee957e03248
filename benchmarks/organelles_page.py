"""Writes docs/organelles_figures.md from the results of `python -m benchmarks.organelles`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

OUT = Path(__file__).parent.parent / "docs" / "organelles_figures.md"
TITLES = {"labels": "From true labels", "brightfield": "From brightfield, through the whole pipeline"}
FIGURES = {
    "tra": "TRA",
    "det": "DET",
    "lnk": "LNK",
    "edges_f1": "edge F1",
    "division_f1": "division F1",
    "fission_f1": "fission F1",
    "fusion_f1": "fusion F1",
    "tracks_f1": "complete tracks",
}
KINDS = ("division", "fission", "fusion")


def write_page(results: Mapping[str, Any]) -> None:
    """Write the page from what has been measured so far."""
    parts = [_part(name, results[name]) for name in TITLES if name in results]
    OUT.write_text("\n\n".join([_head(results), *parts]) + "\n", encoding="utf-8")


def _head(results: Mapping[str, Any]) -> str:
    tolerance = results["event_tolerance_frames"]
    return f"""# Organelles, measured against the truth

Written by `python -m benchmarks.organelles`. Simulated movies with seeds that no model was trained on, under the
default microscope; all settings of livecell are its defaults.

Figures are pooled over the movies of a kind, and defined in [evaluation](evaluation.md). Mitochondria and nuclei are
matched with true ones by the voxels they share, vesicles by distance (at most their mean radius). A division, fission
or fusion has to happen to the same objects, and may be off by {tolerance} frames: so long does a simulated gap take to
open. TRA hardly notices a missed division; therefore the events have columns of their own."""


def _movie(movie: Mapping[str, Any]) -> str:
    cells = movie.get("cells", {})
    more = "".join(f", {name} {value}" for name, value in cells.items())
    seeds = ", ".join(map(str, movie["seeds"]))
    structures = ", ".join(movie["structures"])
    return f"{structures}; seeds {seeds}; {movie['timepoints']} frames, one every {movie['interval_s']:g} s{more}"


def _part(name: str, part: Mapping[str, Any]) -> str:
    structures: Mapping[str, Mapping[str, float]] = part["structures"]
    movies = "\n".join(f"* **{kind}**: {_movie(movie)}" for kind, movie in part["movies"].items())
    known = [key for key in FIGURES if any(key in found for found in structures.values())]
    scores = _table(
        ["structure", *(FIGURES[key] for key in known)],
        [[structure, *(_figure(found.get(key)) for key in known)] for structure, found in structures.items()],
    )
    errors = _table(
        ["structure", "objects", "missed", "false", "merged", "links missed", "links wrong", *(f"{k}s" for k in KINDS)],
        [[structure, *_errors(found)] for structure, found in structures.items()],
    )
    return f"""## {TITLES[name]}

{movies}

{scores}

Where the errors come from. Links are those between objects that were found; of events, those that were found, of the
true ones, and the spurious ones.

{errors}"""


def _errors(found: Mapping[str, float]) -> list[str]:
    true, predicted, hits = (int(found[f"objects_{side}"]) for side in ("true", "predicted", "found"))
    counts = [true, true - hits, predicted - hits, int(found["edit_splits"])]
    counts += [int(found["links_missed"]), int(found["links_wrong"])]
    return [*map(str, counts), *(_events(found, kind) for kind in KINDS)]


def _events(found: Mapping[str, float], kind: str) -> str:
    if f"{kind}_true" not in found:
        return "-"
    true, predicted, hits = (int(found[f"{kind}_{side}"]) for side in ("true", "predicted", "found"))
    return f"{hits} of {true}, {predicted - hits} spurious"


def _figure(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else f"{value:.3f}"


def _table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)

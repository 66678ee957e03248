"""Writes docs/scaling.md from the results of `python -m benchmarks.scaling`.

    python -m benchmarks.scaling_page

What is extrapolated is computed here, from the model that was fitted there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.scaling import LAST_STAGES, RESULTS, UNIT_STAGES, Case, predict_s
from livecell.reporting.rounding import duration

OUT = Path(__file__).parent.parent / "docs" / "scaling.md"
NIGHT = Case(timepoints=600, edge=512, planes=32, structures=4)
"""A night of one position: 50 h at 5 min."""
POSITIONS = (1, 10, 10_000)
COMPUTERS = {"one worker as fast as this machine": 1, "workstation, 8 of these": 8, "cluster, 64 of these": 64}


def main() -> None:
    """Write the page."""
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    parts = [
        _head(found),
        *(_sweep(name, rows) for name, rows in found["sweeps"].items()),
        _model(found),
        _nights(found),
    ]
    OUT.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _head(found: dict[str, Any]) -> str:
    return f"""# What it costs, and how that grows

Written by `python -m benchmarks.scaling` and `python -m benchmarks.scaling_page`, on a machine with {found["cores"]}
cores. Simulated movies, the bundled model in float32. Seconds are per timepoint; those of predict, segment and measure
are as the units themselves say, those of track, export and report by the clock, and shared out over the timepoints."""


def _sweep(name: str, rows: Sequence[dict[str, Any]]) -> str:
    shown = [name, "voxels (millions)"] if name == "edge" else [name]
    head = [*shown, *UNIT_STAGES, *LAST_STAGES, "units by the clock"]
    lines = []
    for row in rows:
        seconds = [row[stage] / row["timepoints"] for stage in (*UNIT_STAGES, *LAST_STAGES, "units_wall_s")]
        first = [str(row[name]), f"{row['megavoxels']:.3g}"][: len(shown)]
        lines.append([*first, *(f"{value:.3g}" for value in seconds)])
    return f"## Against {name}\n\n{_table(head, lines)}"


def _model(found: dict[str, Any]) -> str:
    rows = [[stage, *(f"{value:.3g}" for value in found["model"][stage])] for stage in UNIT_STAGES]
    last = [[stage, *(f"{value:.3g}" for value in found["model"][stage])] for stage in LAST_STAGES]
    left = found["left_out"]
    size = f"{left['planes']} x {left['edge']} x {left['edge']}"
    measured_s = sum(left[stage] for stage in (*UNIT_STAGES, *LAST_STAGES))
    return f"""## A model of it

Seconds per timepoint of a volume of V million voxels with S structures, fitted to all cases above that have no workers:

{_table(["stage", "fixed", "per V", "per V S"], rows)}

{_table(["stage", "per run", "per timepoint", "per timepoint and S"], last)}

One case was left out ({left["timepoints"]} timepoints, {size} voxels, {left["structures"]} structures): measured
{measured_s:.1f} s, by the model {left["predicted_s"]:.1f} s."""


def _nights(found: dict[str, Any]) -> str:
    model = found["model"]
    rows = [
        [computer, *(duration(_wall_s(model, positions, workers)) for positions in POSITIONS)]
        for computer, workers in COMPUTERS.items()
    ]
    head = ["", *(f"{positions:,} position{'s' if positions > 1 else ''}" for positions in POSITIONS)]
    return f"""## A night of many positions

{NIGHT.timepoints} timepoints of {NIGHT.planes} x {NIGHT.edge} x {NIGHT.edge} with {NIGHT.structures} structures,
**extrapolated** by the model, far beyond what was measured. Units are shared by all workers; tracking, export and
report are done by one process at the end. GPUs are not in it: none was measured.

{_table(head, rows)}"""


def _wall_s(model: dict[str, list[float]], positions: int, workers: int) -> float:
    units_s, last_s = (positions * predict_s(model, NIGHT, stages) for stages in (UNIT_STAGES, LAST_STAGES))
    return units_s / workers + last_s


def _table(head: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [list(head), *rows]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()

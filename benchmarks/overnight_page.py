"""Writes docs/overnight.md and its pictures from the results of `python -m benchmarks.overnight`."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from livecell.models import open_model

DOCS = Path(__file__).parent.parent / "docs"
PICTURE = DOCS / "pictures" / "overnight.png"
FROM_REPORT = DOCS / "pictures" / "overnight_report.png"
FIGURES = {
    "objects": "objects per frame",
    "speed_um_min": "speed (um/min)",
    "diffusion_um2_min": "diffusion (um2/min)",
}
SCORES = {
    "pearson_r": "r of the prediction",
    "foreground_dice": "Dice",
    "det": "DET",
    "tra": "TRA",
    "edge_f1": "edge F1",
    "division_f1": "division F1",
    "fission_f1": "fission F1",
    "fusion_f1": "fusion F1",
}


def write_page(result: Mapping[str, Any], report: Path) -> None:
    """Write the page, the picture of what was measured, and those that the report of the run shows."""
    draw(result["hours"])
    copy_pictures(report)
    frames, *shape = result["shape"]
    sittings = ", ".join(f"{each['minutes']:g} min ({_end_of(each)})" for each in result["sittings"])
    model = "the bundled model" if result["model"] == open_model("bundled").digest else "an earlier bundled model"
    page = f"""# An overnight recording, against the truth

Written by `python -m benchmarks.overnight`. A simulated recording (seed {result["seed"]}) that no model was trained on:
{frames} timepoints of {" x ".join(map(str, shape))} voxels, one every {result["interval_s"]:g} s; four structures from
brightfield to tables with {model}. Machine: {result["machine"]}, no GPU. Sittings: {sittings}; each
went on from what the one before had left.

{hours_table(result["hours"])}

Speed is the median displacement from frame to frame; diffusion a sixth of the slope of the ensemble's mean squared
displacement between one and two frames, all of tracks within the hour. Found ones first, true ones behind the bar.

![Counts, speeds and diffusion over the hours](pictures/{PICTURE.name})

## What the report shows

First, middle and last timepoint, as the report of the run has them: the recording, and what was predicted from it.

![Recording and predictions](pictures/{FROM_REPORT.name})

## Scores of the whole night

As in [evaluation](evaluation.md), against truth without noise; simulated vesicles and Golgi neither split nor fuse.

{scores_table(result["scores"])}"""
    (DOCS / "overnight.md").write_text(page + "\n", encoding="utf-8")


def _end_of(sitting: Mapping[str, float]) -> str:
    return f"exit code {sitting['exit_code']}" if "exit_code" in sitting else "cut off with the machine"


def copy_pictures(report: Path) -> None:
    """Put the pictures at the head of a report side by side, three in a row, as they are."""
    page = report.read_text(encoding="utf-8")
    chapter = page.partition('<section id="pictures"')[2].partition("</section>")[0]
    coded = re.findall(r"data:image/png;base64,([A-Za-z0-9+/=]+)", chapter)
    tiles = [np.asarray(Image.open(io.BytesIO(base64.b64decode(each))).convert("RGB")) for each in coded]
    rows = [np.hstack(tiles[first : first + 3]) for first in range(0, len(tiles), 3)]
    Image.fromarray(np.vstack(rows)).save(FROM_REPORT, optimize=True)


def hours_table(hours: Mapping[str, Any]) -> str:
    """A row for every structure and figure, a column for every hour."""
    count = len(next(iter(hours.values()))["found"])
    lines = [
        "| structure | figure | " + " | ".join(f"hour {hour + 1}" for hour in range(count)) + " |",
        "| --- " * (2 + count) + "|",
    ]
    for structure, sides in hours.items():
        for key, title in FIGURES.items():
            cells = [f"{a[key]:.3g} / {b[key]:.3g}" for a, b in zip(sides["found"], sides["true"], strict=True)]
            lines.append(f"| {structure} | {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def scores_table(scores: Mapping[str, Mapping[str, float]]) -> str:
    """A row for every structure."""
    names = list(SCORES)
    lines = ["| structure | " + " | ".join(SCORES.values()) + " |", "| --- " * (1 + len(names)) + "|"]
    for structure, found in scores.items():
        cells = [f"{found[name]:.3f}" if name in found else "" for name in names]
        lines.append(f"| {structure} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def draw(hours: Mapping[str, Any]) -> None:
    """Draw every figure of every structure over the hours, found and true."""
    figure, axes = plt.subplots(len(FIGURES), len(hours), figsize=(3 * len(hours), 7), sharex=True, squeeze=False)
    for column, (structure, sides) in enumerate(hours.items()):
        for row, (key, title) in enumerate(FIGURES.items()):
            panel = axes[row, column]
            for side, style in (("true", "k--"), ("found", "C0-")):
                panel.plot(range(1, 1 + len(sides[side])), [each[key] for each in sides[side]], style, label=side)
            panel.set_ylim(bottom=0)
            if row == 0:
                panel.set_title(structure)
            if column == 0:
                panel.set_ylabel(title)
            if row == len(FIGURES) - 1:
                panel.set_xlabel("hour")
    axes[0, 0].legend(frameon=False)
    figure.tight_layout()
    PICTURE.parent.mkdir(exist_ok=True)
    figure.savefig(PICTURE, dpi=110)
    plt.close(figure)

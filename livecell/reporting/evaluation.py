"""A page that shows how far predictions can be trusted: figures, pictures and curves of each structure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from livecell.metrics import Coverage, Spectrum
from livecell.reporting.agreement_charts import calibration_chart, depth_chart, detail_chart, time_chart
from livecell.reporting.drawing import Chart
from livecell.reporting.images import Picture, scale_bar, tinted
from livecell.reporting.inks import DARK_PAGE, LIGHT_PAGE, legible
from livecell.reporting.planes import Window, shrink, window_of
from livecell.reporting.rounding import number, title_of
from livecell.reporting.templates import replace_page, style, template

NAME = "evaluation.html"
_ERROR_COLOR = "FFB347"
_INPUT_PERCENTILES = (0.3, 99.7)

COLUMNS = (
    ("pearson_r", "r", ""),
    ("ceiling", "ceiling of r", ""),
    ("r2", "R²", ""),
    ("nrmse", "NRMSE", "of the range"),
    ("psnr", "PSNR", "dB"),
    ("ssim", "SSIM", ""),
    ("frc_resolution_um", "agrees down to", "µm"),
    ("foreground_dice", "Dice", "of thresholds"),
    ("object_f1", "objects, F1", ""),
    ("link_recall", "links found", ""),
    ("calibration_error", "calibration error", ""),
)
"""Key, heading and unit of the figures in the first table."""
TRACK_COLUMNS = (
    ("seg", "SEG", ""),
    ("panoptic_quality", "panoptic quality", ""),
    ("det", "DET", ""),
    ("tra", "TRA", ""),
    ("lnk", "LNK", ""),
    ("edge_f1", "links, F1", ""),
    ("division_f1", "divisions, F1", ""),
    ("fission_f1", "fissions, F1", ""),
    ("fusion_f1", "fusions, F1", ""),
    ("complete_tracks", "whole tracks, F1", ""),
    ("chota", "CHOTA", ""),
    ("particle_alpha", "alpha", ""),
    ("particle_beta", "beta", ""),
    ("particle_jsc", "JSC", ""),
    ("particle_jsc_theta", "JSC θ", ""),
    ("particle_rmse_um", "RMSE", "µm"),
)
"""The same of the second, of objects and tracks; events stand beside TRA, which hardly notices them."""


@dataclass(frozen=True)
class Planes:
    """One plane (y, x) as it went in, as it should be and as it was predicted, the last two in the same units."""

    caption: str
    source: NDArray[np.generic] | None
    target: NDArray[np.generic]
    prediction: NDArray[np.generic]
    pixel_size_um: tuple[float, float]


@dataclass(frozen=True)
class Verdict:
    """What is known of one structure; `figures` are named as in metrics.csv."""

    name: str
    color: str
    figures: Mapping[str, float]
    per_z: pd.DataFrame
    per_t: pd.DataFrame
    spectrum: Spectrum | None
    curve: Coverage | None
    planes: Planes | None
    remark: str
    length_unit: str = "µm"


def write_evaluation(folder: Path, title: str, facts: Sequence[tuple[str, str]], verdicts: Sequence[Verdict]) -> Path:
    """Write FOLDER/evaluation.html, one page without anything outside itself, and return its path.

    A page that is there already is replaced as a whole.

    Parameters
    ----------
    facts : label and value of what was compared, as plain text.
    """
    columns, of_tracks = (
        [column for column in table if any(column[0] in verdict.figures for verdict in verdicts)]
        for table in (COLUMNS, TRACK_COLUMNS)
    )
    html = template(NAME).render(
        css=style(),
        title=title,
        facts=tuple(facts),
        columns=_headings(columns, verdicts),
        track_columns=_headings(of_tracks, verdicts),
        chapters=[_chapter(index, verdict, columns, of_tracks) for index, verdict in enumerate(verdicts, start=1)],
        written=datetime.now().astimezone().isoformat(timespec="minutes"),
    )
    path = Path(folder) / NAME
    replace_page(path, html)
    return path


def _headings(columns: Sequence[tuple[str, str, str]], verdicts: Sequence[Verdict]) -> list[tuple[str, str]]:
    """Return heading and unit of columns; lengths of which it is not known how large a voxel is are in voxels."""
    length = next((verdict.length_unit for verdict in verdicts if verdict.length_unit != "µm"), "µm")
    return [(heading, length if unit == "µm" else unit) for _, heading, unit in columns]


def _chapter(
    index: int, verdict: Verdict, columns: Sequence[tuple[str, str, str]], of_tracks: Sequence[tuple[str, str, str]]
) -> dict[str, object]:
    return {
        "title": title_of(verdict.name),
        "anchor": f"structure-{index}",
        "color": verdict.color,
        "light_ink": legible(verdict.color, LIGHT_PAGE),
        "dark_ink": legible(verdict.color, DARK_PAGE),
        "row": [_figure(verdict.figures.get(key)) for key, _, _ in columns],
        "track_row": [_figure(verdict.figures.get(key)) for key, _, _ in of_tracks],
        "pictures": _pictures(verdict),
        "charts": _charts(verdict),
        "figures": [(name.replace("_", " "), _figure(value)) for name, value in verdict.figures.items()],
        "remark": verdict.remark,
    }


def _figure(value: float | None) -> str:
    return "∞" if value is not None and math.isinf(value) else number(value)


def _charts(verdict: Verdict) -> list[Chart]:
    measured = "of r with the noisy target" if "pearson_r_noisy" in verdict.per_z else "of r"
    return [
        Chart(
            "Depth",
            f"Mean over timepoints {measured}; dashed: its ceiling.",
            depth_chart(verdict.per_z, verdict.length_unit),
        ),
        Chart("Time", f"Course {measured}; dashed: its ceiling.", time_chart(verdict.per_t)),
        Chart(
            "Detail",
            "Fourier ring correlation of all planes, and smooth; below 1/7 they do not agree.",
            detail_chart(verdict.spectrum, verdict.length_unit),
        ),
        Chart(
            "Uncertainty",
            "Share of voxels whose truth lies in the interval; below the diagonal it is too sure of itself.",
            calibration_chart(verdict.curve),
        ),
    ]


def _pictures(verdict: Verdict) -> list[Picture]:
    if verdict.planes is None:
        return []
    planes = verdict.planes
    target, prediction = (_shown(image) for image in (planes.target, planes.prediction))
    error = np.abs(_shown(np.asarray(planes.prediction, np.float64) - np.asarray(planes.target, np.float64)))
    window = window_of([target])
    span = Window(0.0, window.high - window.low)
    pictures = [
        _picture(tinted(window.apply(target), verdict.color), f"truth, {planes.caption}", planes),
        _picture(tinted(window.apply(prediction), verdict.color), "prediction, at the same brightness", planes),
        _picture(tinted(span.apply(error), _ERROR_COLOR), "absolute difference, at the same brightness", planes),
    ]
    if planes.source is None:
        return pictures
    source = _shown(planes.source)
    given = tinted(window_of([source], _INPUT_PERCENTILES).apply(source), "FFFFFF")
    return [_picture(given, "input, middle plane", planes), *pictures]


def _shown(plane: NDArray[np.generic]) -> NDArray[np.floating]:
    return shrink(np.asarray(plane, dtype=np.float64))


def _picture(image: str, caption: str, planes: Planes) -> Picture:
    height_um, width_um = (n * step for n, step in zip(planes.target.shape, planes.pixel_size_um, strict=True))
    rows, columns = planes.target.shape
    known = math.isfinite(height_um * width_um)
    return Picture(image, caption, width_um / height_um if known else columns / rows, scale_bar(width_um))

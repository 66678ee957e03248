"""Charts of how a prediction agrees with the truth: over depth, over time, over detail, and of its uncertainty."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.ticker import MaxNLocator

from livecell.metrics import Coverage, Spectrum
from livecell.reporting.drawing import LINE, SMALL, SOFT, svg

_DASHED = (0, (3, 2))
_RESOLVED = 1 / 7


def depth_chart(per_z: pd.DataFrame, length_unit: str) -> Markup | None:
    """Correlation of each plane and its ceiling, one line per position; None for a single plane."""
    if "pearson_r" not in per_z or per_z["z"].nunique() < 2:
        return None
    return _course(per_z, "z_um", f"height ({length_unit})", "Correlation of each plane")


def time_chart(per_t: pd.DataFrame) -> Markup | None:
    """Correlation at each timepoint and its ceiling, one line per position; None for a single timepoint."""
    if "pearson_r" not in per_t or per_t["frame"].nunique() < 2:
        return None
    return _course(per_t, "frame", "frame", "Correlation at each timepoint")


def detail_chart(spectrum: Spectrum | None, length_unit: str) -> Markup | None:
    """Correlation of each ring of the spectrum, with the threshold of resolution; None without a spectrum."""
    if spectrum is None or not np.isfinite(spectrum.correlation).any():
        return None
    frequency, correlation = spectrum.frequency_per_um, spectrum.correlation

    def draw(axes: Any) -> None:
        axes.axhline(_RESOLVED, color=SOFT, lw=0.8, ls=_DASHED)
        axes.annotate("1/7", (1.0, _RESOLVED), xycoords=("axes fraction", "data"), xytext=(0, 2),
                      textcoords="offset points", ha="right", va="bottom")  # fmt: skip
        axes.plot(frequency, correlation, color=LINE, lw=0.7, alpha=0.5)
        axes.plot(frequency, spectrum.smooth_correlation, color=LINE, lw=1.5)
        axes.set(xlabel=f"spatial frequency (1/{length_unit})", ylabel="ring correlation", xlim=(0, frequency[-1]))
        axes.set_ylim(min(0.0, float(np.nanmin(correlation))) - 0.02, 1.02)
        axes.xaxis.set_major_locator(MaxNLocator(4))

    return svg(draw, "Correlation over spatial frequency", SMALL)


def calibration_chart(curve: Coverage | None) -> Markup | None:
    """Share of voxels within each interval against its level; None where there is no uncertainty."""
    if curve is None or not curve.voxels:
        return None

    def draw(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], color=SOFT, lw=0.8, ls=_DASHED)
        axes.plot((0.0, *curve.levels, 1.0), (0.0, *curve.observed, 1.0), color=LINE, lw=1.5)
        axes.set(xlabel="interval that is promised", ylabel="truth inside", xlim=(0, 1), ylim=(0, 1))
        axes.xaxis.set_major_locator(MaxNLocator(4))
        axes.yaxis.set_major_locator(MaxNLocator(4))

    return svg(draw, "Coverage of the intervals", SMALL)


def _course(table: pd.DataFrame, along: str, label: str, title: str) -> Markup:
    # Against a target with noise the correlation has to be that with the noisy one: only it has that ceiling.
    measured = "pearson_r_noisy" if "pearson_r_noisy" in table else "pearson_r"

    def draw(axes: Any) -> None:
        lowest = 0.0
        # Of some timepoints only there may be a target with noise: these are joined.
        for _, rows in table[table[measured].notna()].groupby("position"):
            axes.plot(rows[along], rows["ceiling"], color=SOFT, lw=0.8, ls=_DASHED)
            axes.plot(rows[along], rows[measured], color=LINE, lw=1.5)
            lowest = min(lowest, float(np.nan_to_num(rows[measured].min())))
        axes.set(xlabel=label, ylabel="r", ylim=(lowest - 0.02, 1.04))
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=along == "frame"))

    return svg(draw, title, SMALL)

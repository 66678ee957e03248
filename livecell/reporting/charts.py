"""Charts as inline SVG whose colours are variables of the page, so that they follow light and dark."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.ticker import MaxNLocator, MultipleLocator, NullFormatter
from numpy.typing import NDArray

from livecell.reporting.drawing import LINE, SOFT, svg
from livecell.reporting.rounding import number
from livecell.reporting.series import counts, quartiles

_TIME_UNITS = (("h", 3600.0, 2.0), ("min", 60.0, 2.0), ("s", 1.0, 0.0))
_MANY_TIMES = 50.0
"""A distribution whose 1st and 99th percentile are this far apart is drawn over a logarithmic axis."""
_BINS = (8, 30)
"""Fewest and most bars of a distribution."""
_MAX_DOTS = 2000


def time_axis(last_s: float) -> tuple[str, float]:
    """Return the unit in which a series is drawn, and its length in seconds."""
    unit, length, _ = next(entry for entry in _TIME_UNITS if last_s >= entry[1] * entry[2])
    return unit, length


def counts_chart(objects: pd.DataFrame) -> Markup | None:
    """Objects per timepoint, one line per position; None for a single timepoint."""
    table = counts(objects)
    if table["frame"].nunique() < 2:
        return None

    def draw(axes: Any) -> None:
        unit, length = time_axis(table["t_s"].max())
        lines = list(table.groupby("position"))
        for _, line in lines:
            axes.plot(*gapped(line, length, "n"), color=LINE, lw=1.5 if len(lines) == 1 else 1.0)
        axes.set(xlabel=f"time ({unit})", ylabel="objects", ylim=(0, table["n"].max() * 1.1))
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))

    return svg(draw, "Number of objects at each timepoint")


def speed_chart(steps: pd.DataFrame) -> Markup | None:
    """Median speed over time with its quartiles; None when there are fewer than two timepoints with a step."""
    if steps["frame"].nunique() < 2:
        return None
    table = quartiles(steps, "speed_um_min")

    def draw(axes: Any) -> None:
        unit, length = time_axis(table["t_s"].max())
        time, median = gapped(table, length, "median")
        low, high = (gapped(table, length, name)[1] for name in ("low", "high"))
        axes.fill_between(time, low, high, color=LINE, alpha=0.18, lw=0)
        axes.plot(time, median, color=LINE, lw=1.5)
        axes.set(xlabel=f"time ({unit})", ylabel="speed (µm/min)")
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_locator(MaxNLocator(5))

    return svg(draw, "Median speed over time with quartiles")


def distribution_chart(values: pd.Series[float], label: str, noun: str) -> Markup | None:
    """Histogram of positive values with the median marked; None for fewer than three values."""
    positive = values[np.isfinite(values) & (values > 0)].to_numpy(dtype=float)
    if len(positive) < 3:
        return None
    low, high = (float(edge) for edge in np.percentile(positive, [1, 99]))
    wide, edges = high > low * _MANY_TIMES, _bin_edges(low, high, len(positive))

    def draw(axes: Any) -> None:
        # What lies beyond the percentiles is counted in the outermost bar, so that no object is lost.
        axes.hist(np.clip(positive, edges[0], edges[-1]), bins=edges, color=LINE, alpha=0.75)
        axes.set(xlabel=label, ylabel=noun, xscale="log" if wide else "linear")
        if not wide:
            axes.xaxis.set_major_locator(MaxNLocator(4))
        _mark_median(axes, float(np.median(positive)))
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))

    return svg(draw, f"Distribution of {label}")


def diffusion_chart(summary: pd.DataFrame) -> Markup | None:
    """Diffusion coefficient and anomalous exponent of each track; None when no track has both."""
    if not {"diffusion_um2_s", "alpha"} <= set(summary.columns):
        return None
    fitted = summary[(summary["diffusion_um2_s"] > 0) & summary["alpha"].notna()].head(_MAX_DOTS)
    if not len(fitted):
        return None

    def draw(axes: Any) -> None:
        axes.axhline(1.0, color=SOFT, lw=0.8, ls=(0, (3, 2)))
        axes.annotate("free diffusion", (1.0, 1.0), xycoords=("axes fraction", "data"), xytext=(0, 2),
                      textcoords="offset points", ha="right", va="bottom")  # fmt: skip
        axes.scatter(fitted["diffusion_um2_s"], fitted["alpha"], s=9, color=LINE, alpha=0.55, lw=0)
        axes.set(xlabel="diffusion coefficient (µm²/s)", ylabel="exponent α", xscale="log")
        # Whole decades: a narrow range would otherwise have no label that can be read.
        decades = np.log10(fitted["diffusion_um2_s"])
        axes.set_xlim(10.0 ** np.floor(decades.min()), 10.0 ** max(np.ceil(decades.max()), np.floor(decades.min()) + 1))
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.yaxis.set_major_locator(MultipleLocator(0.5))
        axes.set_ylim(min(0.0, fitted["alpha"].min() - 0.1), max(2.0, fitted["alpha"].max() + 0.1))

    return svg(draw, "Diffusion coefficient and anomalous exponent of each track")


def events_chart(events: dict[str, int]) -> Markup | None:
    """Bars of how often each kind of event occurred; None when nothing occurred."""
    if not sum(events.values()):
        return None

    def draw(axes: Any) -> None:
        kinds = list(events)[::-1]
        values = [events[kind] for kind in kinds]
        bars = axes.barh(kinds, values, color=LINE, alpha=0.75, height=0.62)
        axes.bar_label(bars, labels=[f"{value:,}" for value in values], padding=4)
        axes.set(xlim=(0, max(values) * 1.18), xlabel="events")
        axes.grid(False)
        axes.spines["left"].set_visible(False)
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes.tick_params(axis="y", labelsize=8.5)

    return svg(draw, "Number of events of each kind")


def _bin_edges(low: float, high: float, n_values: int) -> NDArray[np.float64]:
    """Return edges from zero; of values that are close together, from the lowest; of values far apart, in ratios."""
    n_bins = int(np.clip(2 * np.sqrt(n_values), *_BINS))
    if high > low * _MANY_TIMES:
        return np.geomspace(low, high, n_bins + 1)
    return np.linspace(low if low < high < 2 * low else 0.0, high, n_bins + 1)


def _mark_median(axes: Any, median: float) -> None:
    axes.axvline(median, color=SOFT, lw=0.9, ls=(0, (3, 2)))
    left = axes.transAxes.inverted().transform(axes.transData.transform((median, 0)))[0] > 0.5
    axes.annotate(
        f"median {number(median)}",
        (median, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(-4 if left else 4, 1),
        textcoords="offset points",
        ha="right" if left else "left",
        va="bottom",
    )


def gapped(table: pd.DataFrame, length_s: float, column: str) -> tuple[Any, Any]:
    """Return times and values with NaN at absent frames, so that a line breaks where nothing was measured."""
    frames = np.arange(table["frame"].min(), table["frame"].max() + 1)
    filled = table.set_index("frame").reindex(frames)
    time = filled["t_s"].interpolate().to_numpy(dtype=float) / length_s
    return time, filled[column].to_numpy(dtype=float)

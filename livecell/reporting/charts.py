"""Charts as inline SVG whose colours are variables of the page, so that they follow light and dark."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, MultipleLocator, NullFormatter
from numpy.typing import NDArray

from livecell.reporting.rounding import number
from livecell.reporting.series import counts, quartiles

_WIDTH_INCHES, _HEIGHT_INCHES = 3.7, 1.95
_INKS = {"#010203": "var(--line)", "#040506": "var(--soft)", "#070809": "var(--grid)"}
_LINE, _SOFT, _GRID = _INKS
_STYLE = {
    "svg.fonttype": "none",
    "font.size": 8.0,
    "axes.edgecolor": _GRID,
    "axes.labelcolor": _SOFT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": _GRID,
    "grid.linewidth": 0.6,
    "xtick.color": _GRID,
    "ytick.color": _GRID,
    "xtick.labelcolor": _SOFT,
    "ytick.labelcolor": _SOFT,
    "ytick.major.size": 0,
    "text.color": _SOFT,
    "legend.frameon": False,
}
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
            axes.plot(*_gapped(line, length, "n"), color=_LINE, lw=1.5 if len(lines) == 1 else 1.0)
        axes.set(xlabel=f"time ({unit})", ylabel="objects", ylim=(0, table["n"].max() * 1.1))
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))

    return _svg(draw, "Number of objects at each timepoint")


def speed_chart(steps: pd.DataFrame) -> Markup | None:
    """Median speed over time with its quartiles; None when there are fewer than two timepoints with a step."""
    if steps["frame"].nunique() < 2:
        return None
    table = quartiles(steps, "speed_um_min")

    def draw(axes: Any) -> None:
        unit, length = time_axis(table["t_s"].max())
        time, median = _gapped(table, length, "median")
        low, high = (_gapped(table, length, name)[1] for name in ("low", "high"))
        axes.fill_between(time, low, high, color=_LINE, alpha=0.18, lw=0)
        axes.plot(time, median, color=_LINE, lw=1.5)
        axes.set(xlabel=f"time ({unit})", ylabel="speed (µm/min)")
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_locator(MaxNLocator(5))

    return _svg(draw, "Median speed over time with quartiles")


def distribution_chart(values: pd.Series[float], label: str, noun: str) -> Markup | None:
    """Histogram of positive values with the median marked; None for fewer than three values."""
    positive = values[np.isfinite(values) & (values > 0)].to_numpy(dtype=float)
    if len(positive) < 3:
        return None
    low, high = (float(edge) for edge in np.percentile(positive, [1, 99]))
    wide, edges = high > low * _MANY_TIMES, _bin_edges(low, high, len(positive))

    def draw(axes: Any) -> None:
        # What lies beyond the percentiles is counted in the outermost bar, so that no object is lost.
        axes.hist(np.clip(positive, edges[0], edges[-1]), bins=edges, color=_LINE, alpha=0.75)
        axes.set(xlabel=label, ylabel=noun, xscale="log" if wide else "linear")
        if not wide:
            axes.xaxis.set_major_locator(MaxNLocator(4))
        _mark_median(axes, float(np.median(positive)))
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))

    return _svg(draw, f"Distribution of {label}")


def diffusion_chart(summary: pd.DataFrame) -> Markup | None:
    """Diffusion coefficient and anomalous exponent of each track; None when no track has both."""
    if not {"diffusion_um2_s", "alpha"} <= set(summary.columns):
        return None
    fitted = summary[(summary["diffusion_um2_s"] > 0) & summary["alpha"].notna()].head(_MAX_DOTS)
    if not len(fitted):
        return None

    def draw(axes: Any) -> None:
        axes.axhline(1.0, color=_SOFT, lw=0.8, ls=(0, (3, 2)))
        axes.annotate("free diffusion", (1.0, 1.0), xycoords=("axes fraction", "data"), xytext=(0, 2),
                      textcoords="offset points", ha="right", va="bottom")  # fmt: skip
        axes.scatter(fitted["diffusion_um2_s"], fitted["alpha"], s=9, color=_LINE, alpha=0.55, lw=0)
        axes.set(xlabel="diffusion coefficient (µm²/s)", ylabel="exponent α", xscale="log")
        # Whole decades: a narrow range would otherwise have no label that can be read.
        decades = np.log10(fitted["diffusion_um2_s"])
        axes.set_xlim(10.0 ** np.floor(decades.min()), 10.0 ** max(np.ceil(decades.max()), np.floor(decades.min()) + 1))
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.yaxis.set_major_locator(MultipleLocator(0.5))
        axes.set_ylim(min(0.0, fitted["alpha"].min() - 0.1), max(2.0, fitted["alpha"].max() + 0.1))

    return _svg(draw, "Diffusion coefficient and anomalous exponent of each track")


def events_chart(events: dict[str, int]) -> Markup | None:
    """Bars of how often each kind of event occurred; None when nothing occurred."""
    if not sum(events.values()):
        return None

    def draw(axes: Any) -> None:
        kinds = list(events)[::-1]
        values = [events[kind] for kind in kinds]
        bars = axes.barh(kinds, values, color=_LINE, alpha=0.75, height=0.62)
        axes.bar_label(bars, labels=[f"{value:,}" for value in values], padding=4)
        axes.set(xlim=(0, max(values) * 1.18), xlabel="events")
        axes.grid(False)
        axes.spines["left"].set_visible(False)
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes.tick_params(axis="y", labelsize=8.5)

    return _svg(draw, "Number of events of each kind")


def _bin_edges(low: float, high: float, n_values: int) -> NDArray[np.float64]:
    """Return edges from zero; of values that are close together, from the lowest; of values far apart, in ratios."""
    n_bins = int(np.clip(2 * np.sqrt(n_values), *_BINS))
    if high > low * _MANY_TIMES:
        return np.geomspace(low, high, n_bins + 1)
    return np.linspace(low if low < high < 2 * low else 0.0, high, n_bins + 1)


def _mark_median(axes: Any, median: float) -> None:
    axes.axvline(median, color=_SOFT, lw=0.9, ls=(0, (3, 2)))
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


def _gapped(table: pd.DataFrame, length_s: float, column: str) -> tuple[Any, Any]:
    """Return times and values with NaN at absent frames, so that a line breaks where nothing was measured."""
    frames = np.arange(table["frame"].min(), table["frame"].max() + 1)
    filled = table.set_index("frame").reindex(frames)
    time = filled["t_s"].interpolate().to_numpy(dtype=float) / length_s
    return time, filled[column].to_numpy(dtype=float)


def _svg(draw: Callable[[Any], None], label: str) -> Markup:
    with mpl.rc_context(_STYLE | {"svg.hashsalt": label}):
        figure = Figure(figsize=(_WIDTH_INCHES, _HEIGHT_INCHES), layout="constrained")
        draw(figure.add_subplot())
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _inline(buffer.getvalue(), label)


def _inline(svg: str, label: str) -> Markup:
    """Strip a matplotlib SVG down to what a page needs: no DTD, metadata, namespaces, fonts or repeated ids."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", body, flags=re.DOTALL)
    body = re.sub(r' id="[A-Za-z0-9.]+_\d+"| xmlns(?::\w+)?="[^"]*"', "", body)
    body = re.sub(r'<svg width="[^"]*" height="[^"]*"', f'<svg role="img" aria-label="{Markup.escape(label)}"', body)
    body = body.replace("xlink:href", "href")
    body = re.sub(r"<defs>\s*<style.*?</defs>", "", body, flags=re.DOTALL)
    body = re.sub(r"; font-family: [^;\"]*", "", body)
    key = hashlib.sha256(body.encode()).hexdigest()[:6]
    body = re.sub(r'((?:id="|#)[mp])([0-9a-f]{10})', rf"\g<1>{key}\g<2>", body)
    for sentinel, ink in _INKS.items():
        body = body.replace(sentinel, ink)
    return Markup(body)

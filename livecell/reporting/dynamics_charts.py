"""Charts of structures over time and of their motion."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from livecell.reporting.charts import gapped, time_axis
from livecell.reporting.drawing import LINE, SOFT, svg

_KINDS = ("division", "fission", "fusion")
"""Events whose rates are drawn: objects also appear and disappear where they are lost."""
_BAR = 0.5
"""Space that the positions share at each kind of event."""


def msd_chart(msd: pd.DataFrame) -> Markup | None:
    """Mean squared displacement over lag, both logarithmic, one line per position; None for fewer than two lags."""
    known = msd[(msd["lag_s"] > 0) & (msd["msd_um2"] > 0)]
    if known["lag"].nunique() < 2:
        return None

    def draw(axes: Any) -> None:
        unit, length = time_axis(known["lag_s"].max())
        for _, line in known.groupby("position"):
            lag, value, error = (line[name].to_numpy(dtype=float) for name in ("lag_s", "msd_um2", "msd_se_um2"))
            lag = lag / length
            # Where the error reaches zero, a logarithmic axis has no place for its lower end.
            axes.fill_between(lag, np.maximum(value - error, value / 10), value + error, color=LINE, alpha=0.18, lw=0)
            axes.plot(lag, value, color=LINE, lw=1.5, marker="o", ms=2.5)
            axes.plot(lag, value[0] * lag / lag[0], color=SOFT, lw=0.8, ls=(0, (3, 2)))
        axes.set(xlabel=f"lag ({unit})", ylabel="MSD (µm²)", xscale="log", yscale="log")
        for axis in (axes.xaxis, axes.yaxis):
            # A short range holds no whole decade: twos and fives are labelled, too.
            axis.set_major_formatter(FuncFormatter(lambda value, place: f"{value:g}"))
            axis.set_minor_formatter(
                FuncFormatter(lambda value, place: f"{value:g}" if f"{value:e}"[0] in "25" else "")
            )

    return svg(draw, "Mean squared displacement over lag")


def rates_chart(rates: pd.DataFrame) -> Markup | None:
    """Rates of divisions, fissions and fusions with their intervals; None where nothing was watched or happened."""
    known = rates[rates["kind"].isin(_KINDS) & rates["rate_per_h"].notna()]
    if not (known["n_events"] > 0).any():
        return None
    positions = list(dict.fromkeys(known["position"]))

    def draw(axes: Any) -> None:
        for index, position in enumerate(positions):
            shift = _BAR * ((index + 0.5) / len(positions) - 0.5)
            for row in known[known["position"] == position].itertuples():
                height = _KINDS[::-1].index(row.kind) + shift
                ends = [row.rate_low_per_h, row.rate_high_per_h]
                if row.n_events:
                    axes.plot(ends, [height] * 2, color=LINE, lw=1.5)
                    axes.plot(row.rate_per_h, height, color=LINE, marker="o", ms=4)
                else:
                    axes.plot(ends[1], height, color=SOFT, marker="<", ms=4)
        axes.set(xlabel="events per object and hour", ylim=(-0.6, len(_KINDS) - 0.4))
        axes.set_yticks(range(len(_KINDS)), _KINDS[::-1])
        axes.set_xlim(left=0)
        axes.grid(True, axis="x")
        axes.grid(False, axis="y")
        axes.xaxis.set_major_locator(MaxNLocator(4))

    return svg(draw, "Rates of divisions, fissions and fusions")


def network_chart(over_time: pd.DataFrame) -> Markup | None:
    """Summed skeleton length and junctions per length over time; None where there are no two timepoints with either."""
    known = over_time[over_time["skeleton_length_um"] > 0] if "skeleton_length_um" in over_time else over_time[:0]
    if known["frame"].nunique() < 2:
        return None
    known = known.assign(per_um=known["n_junctions"] / known["skeleton_length_um"])

    def draw(axes: Any) -> None:
        unit, length = time_axis(known["t_s"].max())
        other = axes.twinx()
        for _, line in known.groupby("position"):
            axes.plot(*gapped(line, length, "skeleton_length_um"), color=LINE, lw=1.5)
            other.plot(*gapped(line, length, "per_um"), color=SOFT, lw=0.9, ls=(0, (3, 2)))
        axes.set(xlabel=f"time ({unit})", ylabel="length (µm)")
        other.set(ylabel="junctions per µm (dashed)")
        for each in (axes, other):
            each.set_ylim(bottom=0)
            each.yaxis.set_major_locator(MaxNLocator(4))
        other.grid(False)

    return svg(draw, "Length of the network, and junctions per length, over time")


def shares_chart(pairs: pd.DataFrame) -> Markup | None:
    """Share of each of two structures that lies in the other, over time; None for fewer than two timepoints."""
    if pairs["frame"].nunique() < 2:
        return None

    def draw(axes: Any) -> None:
        unit, length = time_axis(pairs["t_s"].max())
        for _, line in pairs.groupby("position"):
            axes.plot(*gapped(line, length, "share_a"), color=LINE, lw=1.5)
            axes.plot(*gapped(line, length, "share_b"), color=LINE, lw=1.2, ls=(0, (3, 2)))
        axes.set(xlabel=f"time ({unit})", ylabel="share")
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))

    return svg(draw, "Share of each structure that lies in the other, over time")

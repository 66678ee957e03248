"""What the page says of movement and change: mean squared displacement, rates of events, networks, and contacts."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from livecell.reporting.drawing import Chart
from livecell.reporting.dynamics_charts import msd_chart, network_chart, rates_chart, shares_chart
from livecell.reporting.rounding import title_of

_MOST_PAIRS = 12
"""Pairs of structures whose contacts are drawn; the tables hold all."""


@dataclass(frozen=True)
class Dynamics:
    """The tables of structures over time, as a run folder holds them; empty where it has none."""

    msd: pd.DataFrame
    rates: pd.DataFrame
    over_time: pd.DataFrame
    pairs: pd.DataFrame

    def of(self, structure: str) -> tuple[Chart, ...]:
        """Return the charts of one structure; only those for which there is something to draw."""
        msd, rates, over_time = (
            table[table["structure"] == structure] for table in (self.msd, self.rates, self.over_time)
        )
        found = (
            Chart(
                "Mean squared displacement",
                "Of all tracks together, with its standard error; dashed: free diffusion through the first lag.",
                msd_chart(msd),
            ),
            Chart(
                "Rates of events",
                "Per object and hour, with 95 % intervals. An arrow: none was seen; the rate may be as high as that.",
                rates_chart(_of_field(rates)),
            ),
            Chart(
                "Network over time",
                "Summed length of the skeletons, and junctions per length.",
                network_chart(_of_field(over_time)),
            ),
        )
        return tuple(chart for chart in found if chart.drawing)

    def contacts(self) -> tuple[Chart, ...]:
        """Return a chart for every pair of structures that were compared, those with most contact first."""
        field = _of_field(self.pairs)
        if field.empty:
            return ()
        shared = field.groupby(["structure_a", "structure_b"])["share_a"].mean().sort_values(ascending=False)
        charts = []
        for a, b in shared.index[:_MOST_PAIRS]:
            rows = field[(field["structure_a"] == a) & (field["structure_b"] == b)]
            one, other = title_of(a), title_of(b)
            note = "Line: share of the first that lies in the second; dashed: of the second in the first."
            charts.append(Chart(f"{one} – {other}", note, shares_chart(rows)))
        return tuple(chart for chart in charts if chart.drawing)


def _of_field(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the whole field, without those of single cells."""
    return table[table["cell_id"].isna()] if "cell_id" in table else table

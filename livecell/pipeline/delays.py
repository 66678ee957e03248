"""How long after a timepoint was written the tracks knew of it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from livecell import tables
from livecell.acquisition import Acquisition, Arrivals
from livecell.errors import LivecellError
from livecell.exchange import read_csv, write_csv
from livecell.pipeline.run_folder import RunFolder

Place = tuple[str, int]
"""Position and timepoint."""


@dataclass(frozen=True)
class Delays:
    """Seconds of each timepoint; NaN for one that was written before it was watched."""

    seconds: Mapping[Place, float]

    @classmethod
    def read(cls, folder: RunFolder) -> Delays:
        """Read those that an earlier watch of the run has left."""
        found: Mapping[Place, float] = {}
        with contextlib.suppress(LivecellError):
            table = read_csv(folder.delays, tables.DELAYS)
            places = zip(table["position"].tolist(), table["frame"].tolist(), strict=True)
            found = dict(zip(places, table["delay_s"].tolist(), strict=True))
        return cls(found)

    def with_tracked(
        self, acquisition: Acquisition, channel: int, arrivals: Arrivals, began_s: float, now_s: float
    ) -> Delays:
        """Return them with those of all timepoints that the tracks know now, and did not before.

        `began_s` and `now_s`, in seconds since 1970, are when the watch began and what time it is.
        """
        places = ((r, int(t)) for r in acquisition.recordings for t in np.flatnonzero(r.present[:, channel]))
        fresh = {
            (recording.position, t): arrivals.written_s(recording.source.pieces(t, channel))
            for recording, t in places
            if (recording.position, t) not in self.seconds
        }
        delays = {place: now_s - at_s if at_s >= began_s else float("nan") for place, at_s in fresh.items()}
        return Delays({**self.seconds, **delays})

    def write(self, folder: RunFolder) -> None:
        """Write delays.csv."""
        rows = [{"position": p, "frame": frame, "delay_s": round(s, 3)} for (p, frame), s in self.seconds.items()]
        write_csv(pd.DataFrame(rows) if rows else tables.empty(tables.DELAYS), folder.delays, tables.DELAYS)

    def summary(self) -> dict[str, Any]:
        """Return how many timepoints there are, and median, 95th percentile and longest of the known delays (s)."""
        known = [seconds for seconds in self.seconds.values() if np.isfinite(seconds)]
        if not known:
            return {"timepoints": len(self.seconds), "delay_s": None}
        median, most = np.percentile(known, (50, 95))
        told = {"median": median, "p95": most, "longest": max(known), "last": known[-1]}
        return {"timepoints": len(self.seconds), "delay_s": {name: round(float(s), 2) for name, s in told.items()}}

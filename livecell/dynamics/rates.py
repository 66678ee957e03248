"""How often things happen to the objects of a structure."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import chi2

from livecell.dynamics.happenings import KINDS, located
from livecell.dynamics.paths import Floats
from livecell.tables import EVENTS, RATES, TRACKS, check, concat

_PER_H = 3600.0
_TAIL = 0.025
_KEYS = ["position", "structure", "cell_id"]


def event_rates(tracks: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    r"""Return the RATES table: events per object and hour, of the whole field (`cell_id` missing) and of each cell.

    Objects are watched from their first to their last observation. With n events in a time T, the rate is n / T; its
    95 % interval is that of a Poisson number (Garwood, Biometrika 28, 437, 1936),

    .. math:: \frac{\chi^2_{0.025}(2 n)}{2 T} \quad \mathrm{to} \quad \frac{\chi^2_{0.975}(2 n + 2)}{2 T} .

    NaN where no object was watched for any time.
    """
    tracks, events = check(tracks, TRACKS), check(events, EVENTS)
    if tracks.empty:
        return concat([], RATES)
    watched = tracks.assign(object_h=_watched_h(tracks))
    happened = located(events, tracks)
    whole = _rates(watched.assign(cell_id=0), happened.assign(cell_id=0))
    parts = [whole.assign(cell_id=pd.array([pd.NA] * len(whole), dtype="Int64"))]
    if "cell_id" in tracks:
        parts.append(_rates(watched[watched["cell_id"].notna()], happened[happened["cell_id"].notna()]))
    return concat(parts, RATES)


def _watched_h(tracks: pd.DataFrame) -> Floats:
    """Time from each observation to the next of the same track."""
    groups = tracks.groupby(["position", "structure", "track_id"])["t_s"]
    return np.asarray((groups.shift(-1) - tracks["t_s"]).fillna(0.0) / _PER_H)


def _rates(watched: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    time = watched.groupby(_KEYS)["object_h"].sum().reset_index()
    found = time.merge(pd.DataFrame({"kind": KINDS}), how="cross").set_index([*_KEYS, "kind"])
    n = events.groupby([*_KEYS, "kind"]).size().reindex(found.index, fill_value=0)
    hours = found["object_h"].where(found["object_h"] > 0)
    low = np.where(n > 0, chi2.ppf(_TAIL, 2 * np.maximum(n, 1)), 0.0) / 2
    high = chi2.ppf(1 - _TAIL, 2 * n + 2) / 2
    rates = {"rate_per_h": n / hours, "rate_low_per_h": low / hours, "rate_high_per_h": high / hours}
    return found.assign(n_events=n, **rates).reset_index()

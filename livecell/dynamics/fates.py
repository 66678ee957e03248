"""How tracks began and ended, and from which they came, read from the events."""

from __future__ import annotations

import pandas as pd

from livecell.tables import EVENTS, check

BEGAN_AT_START = "start"
ENDED_AT_END = "end"


def fates(events: pd.DataFrame) -> pd.DataFrame:
    """Return position, structure, track_id, parents, began and ended of the tracks that events tell something of.

    A track that keeps its number through a fission or fusion neither begins nor ends in it.
    """
    events = check(events, EVENTS)
    rows: dict[tuple[str, str, int], dict[str, str]] = {}
    columns = ["position", "structure", "kind", "parents", "children"]
    for position, structure, kind, parents, children in events[columns].astype(str).itertuples(index=False):
        before, after = _ids(parents), _ids(children)
        for track in after - before:
            rows.setdefault((position, structure, track), {}).update(began=kind, parents=parents)
        for track in before - after:
            rows.setdefault((position, structure, track), {})["ended"] = kind
    keys = pd.DataFrame(list(rows), columns=["position", "structure", "track_id"])
    told = pd.DataFrame(list(rows.values()), columns=["parents", "began", "ended"], dtype="object")
    found = keys.join(told)
    return found.astype({"position": "object", "structure": "object", "track_id": "int64"})


def _ids(joined: str) -> set[int]:
    return {int(text) for text in joined.split(";") if text}

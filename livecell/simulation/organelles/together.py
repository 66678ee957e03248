"""An organelle of several parts."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from livecell.simulation.organelles.beads import Beads, Organelle, join
from livecell.tables import EVENTS, concat


@dataclass(frozen=True)
class Together:
    """Parts that are drawn and labelled as one."""

    parts: tuple[Organelle, ...]

    @property
    def events(self) -> pd.DataFrame:
        """What happened to any part."""
        return concat((part.events for part in self.parts), EVENTS)

    def beads(self, t: int) -> Beads:
        """Return the beads of all parts at timepoint t."""
        return join([part.beads(t) for part in self.parts])

"""What a side of a comparison answers where it has nothing but itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from livecell import tables

IMAGE = "units of the image"


class BareSide:
    """A side without a run: kinds of sides say what they do have, and leave the rest as it is here."""

    @property
    def units(self) -> str:
        """Units of the volumes, if there are any."""
        return IMAGE

    def volumes(self, position: str) -> xr.DataArray | None:
        """Return None: there are no images to compare."""
        return None

    def deviations(self, position: str) -> xr.DataArray | None:
        """Return None: nothing says how uncertain it is."""
        return None

    def noisy(self, position: str) -> xr.DataArray | None:
        """Return None: images have no twin."""
        return None

    def tracks(self, structure: str) -> pd.DataFrame | None:
        """Return None: there are no tracks."""
        return None

    def events(self, structure: str) -> pd.DataFrame:
        """Return the EVENTS table without rows."""
        return tables.empty(tables.EVENTS)

    def input_plane(self, position: str, frame: int) -> np.ndarray | None:
        """Return None: it does not say what it was made from."""
        return None

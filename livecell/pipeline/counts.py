"""Predictions back in counts of the camera that a model has learnt from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from livecell.errors import ModelError

ModelRecord = Mapping[str, Any]
"""A model as run.json describes it."""


def in_counts(predicted: xr.DataArray, models: Sequence[ModelRecord]) -> xr.DataArray:
    """Return predictions (..., c, z, y, x) in counts, given the models of their run.

    Raises ModelError when the models of a structure do not know the scale of their targets.
    """
    scale, offset = (_factors(predicted, models, key) for key in ("scale", "offset"))
    return _as_counts(predicted, predicted * scale + offset)


def deviation_in_counts(deviation: xr.DataArray, models: Sequence[ModelRecord]) -> xr.DataArray:
    """Return standard deviations (..., c, z, y, x) of predictions in counts, given the models of their run.

    Raises ModelError when the models of a structure do not know the scale of their targets.
    """
    return _as_counts(deviation, deviation * _factors(deviation, models, "scale"))


def _as_counts(before: xr.DataArray, counts: xr.DataArray) -> xr.DataArray:
    return counts.assign_attrs(before.attrs | {"units": "counts"}).rename(before.name)


def _factors(predicted: xr.DataArray, models: Sequence[ModelRecord], key: str) -> xr.DataArray:
    """One factor per channel along c, float32 as the predictions are."""
    factors = [_scale_of(str(name), models)[key] for name in predicted.coords["c"].values]
    return xr.DataArray(np.array(factors, np.float32), {"c": predicted.coords["c"]}, ("c",))


def _scale_of(structure: str, models: Iterable[ModelRecord]) -> Mapping[str, float]:
    # The mean of several models is in the units of the first of them.
    first = next((model for model in models if structure in model["structures"]), {})
    scale: Mapping[str, float] | None = first.get("output_scale", {}).get(structure)
    if scale is None:
        raise ModelError(
            f"predictions of {structure} in counts",
            expected="a model that knows the scale of its target",
            found="none",
            hint="take them in units of the network, or train a model with `livecell train`, whose card says its scale",
        )
    return scale

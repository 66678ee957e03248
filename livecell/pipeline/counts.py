"""Predictions back in counts of the camera that a model has learnt from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from livecell.errors import ModelError


def in_counts(predicted: xr.DataArray, models: Sequence[Mapping[str, Any]]) -> xr.DataArray:
    """Return predictions (..., c, z, y, x) in counts, given the models of their run as run.json describes them.

    Raises ModelError when the models of a structure do not know the scale of their targets, or do not agree on it.
    """
    names = [str(name) for name in predicted.coords["c"].values]
    scales = [_scale_of(name, models) for name in names]
    # One factor per channel along c, float32 as the predictions are.
    scale, offset = (
        xr.DataArray(np.array([each[key] for each in scales], np.float32), {"c": predicted.coords["c"]}, ("c",))
        for key in ("scale", "offset")
    )
    counts = predicted * scale + offset
    return counts.assign_attrs(**predicted.attrs, units="counts").rename(predicted.name)


def _scale_of(structure: str, models: Iterable[Mapping[str, Any]]) -> Mapping[str, float]:
    known = [model.get("output_scale", {}).get(structure) for model in models if structure in model["structures"]]
    first: Mapping[str, float] | None = known[0] if known else None
    if first is None or any(other != first for other in known):
        raise ModelError(
            f"predictions of {structure} in counts",
            expected="a model that knows the scale of its target",
            found="models of different scales" if any(known) else "none",
            hint="take them in units of the network, or train a model with `livecell train`, whose card says its scale",
        )
    return first

"""Predicting the structures of one volume."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import xarray as xr

from livecell.errors import ModelError
from livecell.models import Model, check_distinct, output_scales
from livecell.prediction.device import choose_device
from livecell.prediction.infer import infer
from livecell.prediction.plan import tile_plan
from livecell.prediction.stack import Stack, voxels_of
from livecell.structures import STRUCTURES
from livecell.volumes import Normalisation, normalisation_of
from livecell.volumes.padding import Triple


def predict(
    stack: Stack,
    model: Model | Sequence[Model],
    normalisation: Normalisation | None = None,
    tile: Triple | None = None,
    memory_budget_gb: float = 2.0,
    device: str = "cpu",
    structures: Iterable[str] | None = None,
) -> xr.DataArray:
    """Predict structures from a transmitted-light stack.

    Parameters
    ----------
    stack : (z, y, x), any size from 1 up; (y, x) for a 2D model.
    model : one model or several; all structures of a model come from one pass.
    normalisation : of the images; by default that of this stack alone. Of a series, give that of the series.
    tile : voxels (z, y, x) predicted at once; by default as many as the budget allows. See `tile_plan`.
    device : auto, cpu, cuda or cuda:N.
    structures : which, in this order, by name or protein; default: all of the models.

    Returns
    -------
    (structure, z, y, x) float32 in units of the network, with the coordinates of the stack. `attrs["output_scale"]`
    has what makes counts of them, prediction * scale + offset, for the structures whose models say it. 2D networks see
    every plane by itself; with planes as channels, z has size 1. `attrs["models"]` lists each model with its digest,
    its structures and the normalisation of its input.

    Raises AcquisitionError when the stack is none for these models, ModelError when no model predicts a structure or
    two predict the same, ConfigError when tile, budget or device cannot be used.
    """
    models = (model,) if isinstance(model, Model) else tuple(model)
    names = choose_structures(models, structures)
    place = choose_device(device)
    parts = []
    for each in models:
        mine = [name for name in names if name in each.card.structures]
        if mine:
            parts.append(_predict_with(each, mine, stack, normalisation, tile, memory_budget_gb, place))
    scales = output_scales((each.card for each in models), names)
    return _join(parts, names).assign_attrs(output_scale={name: scale.model_dump() for name, scale in scales.items()})


def choose_structures(models: Sequence[Model], wanted: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return names of structures that the models predict, in the order wanted; by default all.

    Raises ModelError when no model predicts one of them, or two models predict the same.
    """
    check_distinct(models)
    known = [name for model in models for name in model.card.structures]
    names = known if wanted is None else list(dict.fromkeys(_name_of(name, models) for name in wanted))
    for name in names:
        if name not in known:
            raise ModelError(
                f"structure {name!r}",
                expected=f"one that the models predict: {', '.join(known)}",
                found=f"{name!r}",
                hint="choose one of these, or give a model that predicts it with --models",
            )
    return tuple(names)


def _name_of(name: str, models: Sequence[Model]) -> str:
    """The name of the structure that is asked for by its name or protein."""
    structures = STRUCTURES | {k: v for model in models for k, v in model.card.described_structures().items()}
    proteins = {s.protein.lower(): s.name for s in structures.values() if s.protein}
    predicted = {own for model in models for own in model.card.structures}
    return name if name in predicted else proteins.get(name.lower(), name)


def _predict_with(
    model: Model,
    names: list[str],
    stack: Stack,
    normalisation: Normalisation | None,
    tile: Triple | None,
    memory_budget_gb: float,
    device: str,
) -> xr.DataArray:
    voxels = voxels_of(stack, model)
    plan = tile_plan(voxels.shape, model, memory_budget_gb, tile)
    if normalisation is None:
        normalisation = normalisation_of([voxels], model.card.normalisation.clip_percentiles)
    channels = [model.card.structures.index(name) for name in names]
    values = infer(voxels, model, plan, normalisation, channels, device)
    used: dict[str, Any] = {
        "name": model.card.name,
        "digest": model.digest,
        "structures": names,
        "normalisation": {"offset": normalisation.offset, "scale": normalisation.scale},
    }
    coords = _coordinates(stack, values.shape[1:]) | {"structure": np.array(names, dtype=object)}
    return xr.DataArray(values, coords, ("structure", "z", "y", "x"), "prediction", {"models": [used]})


def _coordinates(stack: Stack, shape: tuple[int, ...]) -> dict[str, Any]:
    """Coordinates of the stack that hold for its prediction as well: those along axes that kept their size."""
    if not isinstance(stack, xr.DataArray):
        return {}
    sizes = dict(zip("zyx", shape, strict=True))
    return {
        str(name): coordinate
        for name, coordinate in stack.coords.items()
        # The channel of the image is none of the prediction.
        if name != "c" and all(sizes.get(str(dim)) == stack.sizes[dim] for dim in coordinate.dims)
    }


def _join(parts: list[xr.DataArray], names: tuple[str, ...]) -> xr.DataArray:
    if len(parts) == 1:
        return parts[0]
    try:
        joined = xr.concat(parts, "structure", coords="minimal", compat="override", join="exact", combine_attrs="drop")
    except ValueError as error:
        raise ModelError(
            "models",
            expected="models whose predictions have the same planes",
            found="one that projects the stack to a plane beside one that does not",
            hint="predict with each by itself",
        ) from error
    joined = joined.sel(structure=list(names)).rename("prediction")
    return joined.assign_attrs(models=[used for part in parts for used in part.attrs["models"]])

"""Predicting the structures of one volume."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from livecell.config.predict import Precision, UncertaintySource
from livecell.models import Model, output_scales
from livecell.prediction.combine import combine
from livecell.prediction.compute import Compute, choose_compute
from livecell.prediction.ensembles import ensembles_of, models_of
from livecell.prediction.groups import Group, groups_of
from livecell.prediction.infer import kinds_of
from livecell.prediction.names import choose_structures
from livecell.prediction.out_of_memory import infer_in_memory
from livecell.prediction.plan import tile_plan
from livecell.prediction.scale import StatedSize, voxel_size_of
from livecell.prediction.stack import Stack, predicted_shape, voxels_of
from livecell.volumes import Normalisation
from livecell.volumes.padding import Triple

_DIMS = ("structure", "z", "y", "x")


def predict(
    stack: Stack,
    model: Model | Sequence[Model],
    normalisation: Normalisation | None = None,
    tile: Triple | None = None,
    memory_budget_gb: float | None = None,
    device: str = "cpu",
    precision: Precision = "float32",
    structures: Iterable[str] | None = None,
    uncertainty: Sequence[UncertaintySource] = (),
    voxel_size_um: StatedSize | None = None,
) -> xr.DataArray:
    """Predict structures from a transmitted-light stack.

    Parameters
    ----------
    stack : (z, y, x), any size from 1 up; (y, x) for a 2D model.
    model : one model or several; models of one geometry see the stack in one pass, each its tiles once. Of models that
        predict the same structure, the mean is taken, in the units of the first.
    normalisation : of the images; by default that of this stack alone. Of a series, give that of the series.
    tile : voxels (z, y, x) predicted at once; by default as many as the budget allows. See `tile_plan`.
    memory_budget_gb : what the prediction may take, in 10^9 bytes; by default from what is free on the device.
    device : auto, cpu, cuda or cuda:N.
    precision : in which the networks compute: auto (the fastest that the device is made for), float32, bfloat16 or
        float16. What is returned is float32.
    structures : which, in this order, by name or protein; default: all of the models.
    uncertainty : what the uncertainty of each voxel is told from; the variances of several sources add up.
        `flips`: between predictions from the image and its flips along y, x and both; the prediction is their mean.
        `ensemble`: between the models of a structure; none where there is one model.
        `head`: as a model with `log_variance` in its card says itself; none where no model of the structure has it.
    voxel_size_um : (z, y, x) of the stack, None along an axis where it is not known; by default what the array says
        (`attrs["sampling"]`, or coordinates whose units are um). Where it differs from that of a model by more than
        2 %, the stack is resampled to the model's voxel size, and the prediction back.

    Returns
    -------
    (structure, z, y, x) float32 in units of the network, with the coordinates of the stack. 2D networks see every plane
    by itself; with planes as channels, and of models that project along z, z has size 1.
    With `uncertainty`, the standard deviation of each voxel, in the same units, is the coordinate `uncertainty`.
    `attrs["output_scale"]` has what makes counts of them, prediction * scale + offset (of uncertainties, * scale), for
    the structures whose models say it. `attrs["models"]` lists each model with its digest, its structures, the
    normalisation of its input, the tile it saw at once (a smaller one than planned where memory ran out), and the voxel
    size it was resampled to if it was.

    Raises AcquisitionError when the stack is none for these models; ModelError when no model predicts a structure, one
    is given twice, the voxel size is off by more than a factor of 4, or a source of uncertainty is not to be had from
    them (ConfigError for `ensemble`); ConfigError when tile, budget or device cannot be used.
    """
    models = (model,) if isinstance(model, Model) else tuple(model)
    names = choose_structures(models, structures)
    ensembles = ensembles_of(models, names, uncertainty)
    compute = choose_compute(device, precision, memory_budget_gb)
    needed = models_of(ensembles, models)
    voxels = voxels_of(stack, needed)
    shape = predicted_shape(voxels.shape, needed)
    groups = groups_of(needed, ensembles, voxels, voxel_size_um or voxel_size_of(stack), normalisation)
    tiles: list[Triple] = []
    parts = (_predict_group(voxels, group, shape, tile, compute, uncertainty, tiles) for group in groups)
    values, deviation = combine(parts, groups, ensembles, shape, uncertainty)
    coords = _coordinates(stack, shape) | {"structure": np.array(names, dtype=object)}
    if deviation is not None:
        coords["uncertainty"] = (_DIMS, deviation)
    scales = output_scales((model.card for model in needed), names)
    counts = {name: scale.model_dump() for name, scale in scales.items()}
    attrs = {"models": _used(groups, needed, tiles), "output_scale": counts}
    return xr.DataArray(values, coords, _DIMS, "prediction", attrs)


def _predict_group(
    voxels: NDArray[np.generic],
    group: Group,
    shape: Triple,
    tile: Triple | None,
    compute: Compute,
    sources: Sequence[UncertaintySource],
    tiles: list[Triple],
) -> NDArray[np.float32]:
    """What `infer` leaves, on the grid of the input, of that shape; the tile that was used joins `tiles`."""
    seen = group.rescaling.to_model(voxels)
    plan = tile_plan(seen.shape, group.models, compute, tile, kinds_of(sources), len(group.ensembles))
    told, plan = infer_in_memory(seen, group, plan, sources, compute)
    tiles.append(plan.tile)
    if group.projects:
        # Of variances as well: as if the planes erred together, the cautious reading.
        told = told.mean(axis=2, keepdims=True)
    if not group.rescaling.is_needed:
        return told
    resampled = np.empty((*told.shape[:2], *shape), np.float32)
    for index in np.ndindex(told.shape[:2]):
        # Interpolated variances are those of neighbours that err together: the cautious reading.
        resampled[index] = group.rescaling.from_model(told[index], shape)
    return resampled


def _used(groups: Sequence[Group], models: Sequence[Model], tiles: Sequence[Triple]) -> list[dict[str, Any]]:
    """What is recorded of each model, in their order."""
    return [
        _record(group, model, tile)
        for model in models
        for group, tile in zip(groups, tiles, strict=True)
        if any(model is m for m in group.models)
    ]


def _record(group: Group, model: Model, tile: Triple) -> dict[str, Any]:
    record = {
        "name": model.card.name,
        "digest": model.digest,
        "structures": [group.ensembles[place].structure for place, _ in group.members(model)],
        "normalisation": {"offset": group.normalisation.offset, "scale": group.normalisation.scale},
        "tile": list(tile),
    }
    return record | ({"voxel_size_um": list(group.rescaling.working_um)} if group.rescaling.is_needed else {})


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

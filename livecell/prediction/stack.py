"""Checking that an image is one that a model can see."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from livecell.errors import AcquisitionError, ModelError
from livecell.models import Model
from livecell.volumes.padding import Triple

Stack = NDArray[np.generic] | xr.DataArray


def voxels_of(stack: Stack, models: Sequence[Model]) -> NDArray[np.generic]:
    """Return the voxels of a stack as (z, y, x), read once; a 2D image for 2D networks becomes one plane.

    Raises AcquisitionError when one of the models cannot see such a stack, ModelError when its inputs are no stack.
    """
    voxels = np.asarray(stack)
    for model in models:
        _check_axes(voxels, model)
    voxels = voxels[np.newaxis] if voxels.ndim == 2 else voxels
    for model in models:
        _check_planes(voxels.shape[0], model)
    _check_finite(voxels)
    return voxels


def predicted_shape(shape: Triple, models: Sequence[Model]) -> Triple:
    """Return the shape (z, y, x) of what all the models predict from a stack of that shape.

    Raises ModelError when some project the stack to a plane and others do not.
    """
    planes = {1 if model.card.leaves_one_plane else shape[0] for model in models}
    if len(planes) > 1:
        raise ModelError(
            "models",
            expected="models whose predictions have the same planes",
            found="one that projects the stack to a plane beside one that does not",
            hint="predict with each by itself",
        )
    return (planes.pop(), shape[1], shape[2])


def _check_axes(voxels: NDArray[np.generic], model: Model) -> None:
    if voxels.ndim == 2 and model.ndim == 3:
        raise AcquisitionError(
            "stack",
            expected=f"an image with a z axis, as model {model.card.name} is 3D",
            found=f"a 2D image of shape {voxels.shape}",
            hint="record z-stacks, or use a 2D model",
        )
    if voxels.ndim not in (2, 3) or 0 in voxels.shape:
        raise AcquisitionError(
            "stack",
            expected="one volume (z, y, x)",
            found=f"shape {voxels.shape}",
            hint="choose one timepoint and one channel, as movie.isel(t=0, c=0)",
        )


def _check_planes(planes: int, model: Model) -> None:
    inputs = model.inputs
    if model.card.planes_as_channels and planes != inputs:
        raise AcquisitionError(
            "stack",
            expected=f"{inputs} z planes, which model {model.card.name} takes as its channels",
            found=f"{planes}",
            hint="record or select that many planes",
        )
    if not model.card.planes_as_channels and inputs != 1:
        raise ModelError(
            model.path,
            expected="a model that takes one image channel, or the planes of a stack as its channels",
            found=f"{inputs} input channels",
            hint="set planes_as_channels in the card if these are z planes",
        )


def _check_finite(voxels: NDArray[np.generic]) -> None:
    if np.issubdtype(voxels.dtype, np.inexact) and not np.isfinite(voxels).all():
        raise AcquisitionError(
            "stack",
            expected="a value in every voxel",
            found="voxels that are NaN or infinite",
            hint="leave this timepoint out, or fill its gaps",
        )

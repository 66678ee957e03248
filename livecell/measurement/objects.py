"""Objects of one timepoint: place, size, shape and intensity of each."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from livecell.config.measure import MeasureSettings
from livecell.errors import AcquisitionError
from livecell.measurement.confidence import confidences
from livecell.measurement.surface import perimeters_um, surfaces_um2
from livecell.measurement.types import Floats, Labels, Volume, VoxelSizeUm
from livecell.measurement.voxels import Voxels, centroids_um, extents_um, labelled_voxels
from livecell.tables import OBJECTS, check


def measure_volume(
    labels: Labels,
    intensity: Volume | None,
    voxel_size_um: VoxelSizeUm,
    position: str = "0",
    structure: str = "objects",
    frame: int = 0,
    t_s: float = 0.0,
    settings: MeasureSettings | None = None,
    uncertainty: Volume | None = None,
) -> pd.DataFrame:
    """Return the objects table of one timepoint, one row per label.

    The centroid is weighted with the intensity, negative and missing (NaN) values counting as 0; without intensity, or
    where nothing is left of it, it is geometric. Mean and sum leave missing voxels out. The confidence (see
    `confidences`) is empty where there is no uncertainty.

    Parameters
    ----------
    labels : (z, y, x), 0 for background; a single image has z = 1 and gets area and perimeter.
    intensity : (z, y, x) or None.
    uncertainty : (z, y, x), standard deviation of each voxel of the intensity, or None.

    Raises
    ------
    AcquisitionError : labels without three axes, or intensity or uncertainty of another shape.
    """
    settings = settings or MeasureSettings()
    voxels = labelled_voxels(labels)
    _check_fits(voxels, intensity, "intensity")
    _check_fits(voxels, uncertainty, "uncertainty")
    values = None if intensity is None else np.asarray(intensity[voxels.places], dtype=np.float64)
    shape = _plane_shape if voxels.shape[0] == 1 else _space_shape
    columns: dict[str, object] = {
        "position": position,
        "structure": structure,
        "frame": frame,
        "t_s": t_s,
        "label": voxels.labels,
        **_places(voxels, values, voxel_size_um),
        **shape(voxels, voxel_size_um, surface=settings.surface),
        **_brightness(voxels, values),
        "touches_border": _touches_border(voxels),
        "confidence": _confidence(voxels, intensity, uncertainty),
    }
    return check(pd.DataFrame(columns, index=range(len(voxels.labels))), OBJECTS)


def _places(voxels: Voxels, values: Floats | None, voxel_size_um: VoxelSizeUm) -> dict[str, Floats]:
    weights = None if values is None else np.clip(np.nan_to_num(values, nan=0.0, posinf=0.0), 0, None)
    centroids = centroids_um(voxels, weights, voxel_size_um)
    extents = extents_um(voxels, voxel_size_um)
    centres = {f"{axis}_um": centre for axis, centre in zip("zyx", centroids, strict=True)}
    return centres | {f"extent_{axis}_um": extent for axis, extent in zip("zyx", extents, strict=True)}


def _touches_border(voxels: Voxels) -> Floats:
    """Return 1 for an object with a voxel in the first or last row or column, else 0.

    The first and last planes do not count: flat cells always lie in some of them.
    """
    _, height, width = voxels.shape
    _, y, x = voxels.places
    at_edge = (y == 0) | (y == height - 1) | (x == 0) | (x == width - 1)
    return (voxels.sums(at_edge.astype(np.float64)) > 0).astype(np.float64)


def _check_fits(voxels: Voxels, volume: Volume | None, what: str) -> None:
    if volume is not None and volume.shape != voxels.shape:
        raise AcquisitionError(
            f"{what} to measure",
            expected=f"shape {voxels.shape}, that of the labels",
            found=f"shape {volume.shape}",
            hint="give the volume that the labels were made from",
        )


def _space_shape(voxels: Voxels, voxel_size_um: VoxelSizeUm, *, surface: bool) -> dict[str, Floats]:
    volume_um3 = voxels.counts * np.float64(math.prod(voxel_size_um))
    if not surface:
        return {"volume_um3": volume_um3}
    surface_um2 = surfaces_um2(voxels, voxel_size_um)
    # Surface of the ball of the same volume over the surface (Wadell 1935); the estimate may exceed 1 by its error.
    sphericity = math.pi ** (1 / 3) * (6 * volume_um3) ** (2 / 3) / surface_um2
    return {"volume_um3": volume_um3, "surface_um2": surface_um2, "sphericity": np.minimum(sphericity, 1.0)}


def _plane_shape(voxels: Voxels, voxel_size_um: VoxelSizeUm, *, surface: bool) -> dict[str, Floats]:
    area_um2 = voxels.counts * np.float64(voxel_size_um[1] * voxel_size_um[2])
    if not surface:
        return {"area_um2": area_um2}
    perimeter_um = perimeters_um(voxels, voxel_size_um)
    circularity = 4 * math.pi * area_um2 / perimeter_um**2
    return {"area_um2": area_um2, "perimeter_um": perimeter_um, "sphericity": np.minimum(circularity, 1.0)}


def _confidence(voxels: Voxels, intensity: Volume | None, uncertainty: Volume | None) -> Floats:
    if intensity is None or uncertainty is None:
        return np.full(len(voxels.labels), np.nan)
    return confidences(voxels, intensity, uncertainty)


def _brightness(voxels: Voxels, values: Floats | None) -> dict[str, Floats]:
    nothing = np.full(len(voxels.labels), np.nan)
    if values is None:
        return {"intensity_mean": nothing, "intensity_sum": nothing}
    present = np.isfinite(values)
    counts = voxels.sums(present.astype(np.float64))
    sums = np.where(counts > 0, voxels.sums(np.where(present, values, 0.0)), np.nan)
    return {"intensity_mean": sums / np.maximum(counts, 1), "intensity_sum": sums}

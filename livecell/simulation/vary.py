"""The same movie under another microscope and with other cells: settings drawn from ranges.

Drawn are the transmitted light, its camera, the height of the focus, and the cells. The fluorescence path stays as it
is, but for the objective that both share: what a model is to predict should not depend on how its input was taken.
Voxel size, shape, structures and seed stay too.
"""

from __future__ import annotations

import numpy as np

from livecell.config.microscope import Brightfield, CameraSettings, Dic, Illumination, OpticsSettings, PhaseContrast
from livecell.config.simulate import CellSettings, SimulateSettings
from livecell.config.variation import CellRanges, IlluminationRanges, SimulationRanges

Bounds = tuple[float, float]

_FITS = 0.45
"""Largest radius of a cell, and half its largest height, in extents of the stack."""
_BELOW_MEDIUM = 0.98
"""Largest aperture, in refractive indices of the medium."""


def vary(settings: SimulateSettings, ranges: SimulationRanges, seed: int) -> SimulateSettings:
    """Return settings with microscope and cells drawn from the ranges; the same seed draws the same.

    Cells are kept as small and as few as fit into the field.
    """
    streams = [np.random.default_rng(stream) for stream in np.random.SeedSequence(seed).spawn(4)]
    stage = {"focus_um": streams[3].uniform(*ranges.cells.focus_um)}
    return settings.model_copy(
        update={
            "optics": _optics(settings.optics, ranges, streams[0]),
            "camera": _camera(settings.camera, ranges, streams[1]),
            "cells": _cells(settings, ranges.cells, streams[2]),
            "stage": settings.stage.model_copy(update=stage),
        }
    )


def _optics(optics: OpticsSettings, ranges: SimulationRanges, rng: np.random.Generator) -> OpticsSettings:
    kind = _kind(ranges.illumination, rng)
    objective_na = min(_ratio(ranges.objective_na, rng), _BELOW_MEDIUM * optics.medium_index)
    contrast = _ratio(ranges.contrast, rng)
    if kind == "phase_contrast":
        contrast *= _ratio(ranges.illumination.ring_contrast, rng)
    drawn = {
        "illumination": _illumination(kind, objective_na, ranges.illumination, rng),
        "objective_na": objective_na,
        "contrast": contrast,
        "wavelength_um": _ratio(ranges.wavelength_um, rng),
        "defocus_um": rng.uniform(*ranges.defocus_um),
        "blur_um": rng.uniform(*ranges.blur_um),
        "shading": rng.uniform(*ranges.shading),
    }
    # Not a plain copy: the apertures are checked together.
    return OpticsSettings.model_validate({**dict(optics), **drawn})


def _kind(ranges: IlluminationRanges, rng: np.random.Generator) -> str:
    weights = {"brightfield": ranges.brightfield, "phase_contrast": ranges.phase_contrast, "dic": ranges.dic}
    return str(rng.choice(list(weights), p=np.array(list(weights.values())) / sum(weights.values())))


def _illumination(kind: str, objective_na: float, ranges: IlluminationRanges, rng: np.random.Generator) -> Illumination:
    if kind == "phase_contrast":
        middle, half = rng.uniform(*ranges.ring), rng.uniform(*ranges.ring_width) / 2
        return PhaseContrast(
            ring_inner_na=objective_na * (middle - half),
            ring_outer_na=objective_na * (middle + half),
            ring_absorption=rng.uniform(*ranges.ring_absorption),
        )
    condenser_na = rng.uniform(*ranges.condenser) * objective_na
    if kind == "brightfield":
        return Brightfield(condenser_na=condenser_na)
    return Dic(
        shear_um=_ratio(ranges.shear_um, rng),
        bias_rad=_ratio(ranges.bias_rad, rng),
        angle_deg=rng.uniform(0, 360),
        condenser_na=condenser_na,
    )


def _camera(camera: CameraSettings, ranges: SimulationRanges, rng: np.random.Generator) -> CameraSettings:
    drawn = {
        "photons": _ratio(ranges.photons, rng),
        "read_noise_e": rng.uniform(*ranges.read_noise_e),
        "dust": int(rng.integers(ranges.dust[0], ranges.dust[1] + 1)),
        "dust_depth": rng.uniform(*ranges.dust_depth),
    }
    # Background at half of what sixteen bits hold, at most: a bright lamp needs a smaller gain.
    drawn["counts_per_electron"] = min(camera.counts_per_electron, 32768 / drawn["photons"])
    return CameraSettings.model_validate({**dict(camera), **drawn})


def _cells(settings: SimulateSettings, ranges: CellRanges, rng: np.random.Generator) -> CellSettings:
    depth_um, *field_um = np.array(settings.shape) * settings.voxel_size_um
    cells, wanted = settings.cells, _ratio(ranges.size, rng)
    size = min(wanted, _FITS * min(field_um) / settings.cells.radius_um)
    height_um = min(cells.height_um * size * _ratio(ranges.flatness, rng), 2 * _FITS * depth_um)
    each = np.pi * (cells.radius_um * size) ** 2 / np.prod(field_um)
    drawn = {
        "radius_um": cells.radius_um * size,
        "nucleus_radius_um": cells.nucleus_radius_um * size,
        "height_um": height_um,
        "count": max(int(rng.uniform(*ranges.cover) / each), 1),
    }
    return CellSettings.model_validate({**dict(cells), **drawn})


def _ratio(bounds: Bounds, rng: np.random.Generator) -> float:
    """Draw between two bounds, every ratio as likely."""
    return float(np.exp(rng.uniform(*np.log(bounds))))

"""The verbs: calibrate thresholds on some frames, segment any frame with them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from livecell.config.segment import (
    BlobWorkflow,
    ClusterWorkflow,
    FilamentsWorkflow,
    NetworkWorkflow,
    PunctaWorkflow,
    SegmentSettings,
    SheetWorkflow,
    ShellWorkflow,
    Workflow,
)
from livecell.errors import AcquisitionError
from livecell.segmentation import blob, cluster, filaments, network, puncta, sheet, shell
from livecell.segmentation.smoothing import fill_missing, is_blank, missing_voxels
from livecell.segmentation.thresholds import pool
from livecell.segmentation.types import Floats, Labels, VoxelSizeUm
from livecell.structures import STRUCTURES, Form, Structure, find_structure

_log = logging.getLogger(__name__)


class _Method(Protocol):
    """What the file of each form offers."""

    def feature(self, volume: Floats, workflow: Any, voxel_size_um: VoxelSizeUm) -> Floats: ...

    def sample(self, feature: Floats, workflow: Any, voxel_size_um: VoxelSizeUm) -> Floats: ...

    def thresholds(self, sample: Floats, workflow: Any) -> dict[str, float]: ...


_METHODS: Mapping[str, _Method] = MappingProxyType(
    {
        "blob": blob,
        "shell": shell,
        "puncta": puncta,
        "cluster": cluster,
        "filaments": filaments,
        "network": network,
        "sheet": sheet,
    }
)
_DEFAULTS: Mapping[Form, Workflow] = MappingProxyType(
    {
        Form.BLOB: BlobWorkflow(),
        Form.SHELL: ShellWorkflow(),
        Form.PUNCTA: PunctaWorkflow(),
        Form.FILAMENTS: FilamentsWorkflow(),
        Form.NETWORK: NetworkWorkflow(),
        Form.SHEET: SheetWorkflow(),
    }
)
_OWN_DEFAULTS: Mapping[str, Workflow] = MappingProxyType(
    {
        # Nucleoli are holes in the stain: one at the rim must not look like a neck.
        "dna": BlobWorkflow(min_diameter_um=3.0),
        "golgi": ClusterWorkflow(),
        # Faint tubes between bright sheets hold the reticulum together: nothing is taken for a flank.
        "endoplasmic_reticulum": NetworkWorkflow(surroundings_um=0.8, flank=0.0, strictness=0.7, low_to_high=0.7),
        "nucleoli": BlobWorkflow(smoothing_um=0.15, min_diameter_um=0.8),
    }
)


def workflow_for(structure: Structure | str, settings: SegmentSettings | None = None) -> Workflow:
    """Return the workflow set for the structure, else its default: of its own if it has one, or of its form.

    Raises ConfigError when a name is given that is no structure.
    """
    if isinstance(structure, str):
        structure = find_structure(structure)
    chosen = {} if settings is None else settings.workflows
    known = STRUCTURES.get(structure.name)
    alike = known is not None and known.form == structure.form
    default = _OWN_DEFAULTS.get(structure.name, _DEFAULTS[structure.form]) if alike else _DEFAULTS[structure.form]
    return chosen.get(structure.name, default)


def calibrate(
    volumes: Iterable[NDArray[Any]], workflow: Workflow | Structure | str, voxel_size_um: VoxelSizeUm
) -> dict[str, float]:
    """Return the thresholds of a series, found on the pooled values of the given frames.

    Parameters
    ----------
    volumes : frames (z, y, x), taken one at a time.
    workflow : a workflow, a structure or its name.

    Returns
    -------
    Thresholds by name; empty, with a warning, if the frames hold no value at all.
    """
    workflow = _resolve(workflow)
    sample = pool(
        _sample(_feature(_checked(volume), workflow, voxel_size_um), workflow, voxel_size_um) for volume in volumes
    )
    if sample.size == 0:
        _log.warning("no values to find the %s threshold on: each frame will find its own", workflow.form)
        return {}
    return _METHODS[workflow.form].thresholds(sample, workflow)


def segment_volume(
    volume: NDArray[Any],
    workflow: Workflow | Structure | str,
    voxel_size_um: VoxelSizeUm,
    thresholds: Mapping[str, float] | None = None,
    seeds: NDArray[np.integer[Any]] | None = None,
) -> Labels:
    """Return labels (z, y, x) of one volume, 0 for background.

    Parameters
    ----------
    volume : (z, y, x), a single image has z = 1; a missing voxel (NaN) is background.
    thresholds : those of `calibrate`; by default they are found on this volume alone.
    seeds : labels (z, y, x) of nuclei: the cell around a nucleus (sheets) gets its label, blobs lie within them.

    Raises
    ------
    AcquisitionError : the volume has not three axes, or the seeds another shape.
    ConfigError : the structure is not known.
    """
    workflow, volume = _resolve(workflow), _checked(volume)
    if is_blank(volume):
        return np.zeros(volume.shape, dtype=np.int32)
    feature = _feature(volume, workflow, voxel_size_um)
    found = dict(thresholds or _own_thresholds(feature, workflow, voxel_size_um))
    return _label(feature, found, workflow, voxel_size_um, _checked_seeds(seeds, volume.shape))


def _sample(feature: Floats, workflow: Workflow, voxel_size_um: VoxelSizeUm) -> Floats:
    return _METHODS[workflow.form].sample(feature, workflow, voxel_size_um)


def _own_thresholds(feature: Floats, workflow: Workflow, voxel_size_um: VoxelSizeUm) -> dict[str, float]:
    return _METHODS[workflow.form].thresholds(pool([_sample(feature, workflow, voxel_size_um)]), workflow)


def _label(
    feature: Floats, found: dict[str, float], workflow: Workflow, voxel_size_um: VoxelSizeUm, seeds: Labels | None
) -> Labels:
    match workflow:
        case BlobWorkflow():
            return blob.label(feature, found, workflow, voxel_size_um, seeds)
        case ShellWorkflow():
            return shell.label(feature, found, workflow, voxel_size_um)
        case PunctaWorkflow():
            return puncta.label(feature, found, workflow, voxel_size_um)
        case ClusterWorkflow():
            return cluster.label(feature, found, workflow, voxel_size_um)
        case FilamentsWorkflow():
            return filaments.label(feature, found, workflow, voxel_size_um)
        case NetworkWorkflow():
            return network.label(feature, found, workflow, voxel_size_um)
        case SheetWorkflow():
            return sheet.label(feature, found, workflow, voxel_size_um, seeds)


def _resolve(workflow: Workflow | Structure | str) -> Workflow:
    return workflow_for(workflow) if isinstance(workflow, str | Structure) else workflow


def _feature(volume: Floats, workflow: Workflow, voxel_size_um: VoxelSizeUm) -> Floats:
    """Filter the volume; what was missing in it is missing in the result."""
    missing = missing_voxels(volume)
    filled = fill_missing(volume)
    feature = _METHODS[workflow.form].feature(filled, workflow, voxel_size_um)
    if missing is not None:
        feature[missing] = np.nan
    return feature


def _checked(volume: NDArray[Any]) -> Floats:
    if volume.ndim != 3:
        raise AcquisitionError(
            "volume to segment",
            expected="three axes (z, y, x)",
            found=f"shape {volume.shape}",
            hint="give one timepoint of one structure; a single image needs z = 1",
        )
    return np.asarray(volume, dtype=np.float32)


def _checked_seeds(seeds: NDArray[np.integer[Any]] | None, shape: tuple[int, ...]) -> Labels | None:
    if seeds is None:
        return None
    if seeds.shape != shape:
        raise AcquisitionError(
            "seeds", expected=f"shape {shape}", found=f"shape {seeds.shape}", hint="give labels of the same volume"
        )
    return np.asarray(seeds, dtype=np.int32)

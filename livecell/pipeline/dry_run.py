"""What a run would do: units of work, bytes and time, without touching anything."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from livecell.config import RunSettings
from livecell.config.cluster import ClusterSettings
from livecell.config.predict import PredictSettings
from livecell.engine import Unit, check_scheduler, describe_workers, is_here
from livecell.errors import ConfigError
from livecell.pipeline.begin import Beginning, begin
from livecell.pipeline.run_folder import RunFolder, check_claim
from livecell.pipeline.scheduling import choose_here
from livecell.prediction import Compute, choose_device, predict

BYTES_PER_VOXEL = {"uint16": 1.34, "uint8": 0.84, "float16": 1.76, "float32": 3.46, "none": 0.0}
"""On disk, with its pyramid and compressed (measured on predictions; see DESIGN). With `none` nothing stays."""
LABEL_BYTES_PER_VOXEL = 0.05
"""Labels compress well: measured on the demonstration, all structures."""
TIMED_EDGE = 128
"""Longest edge of the piece that is predicted to time the network, in voxels."""


@dataclass(frozen=True)
class Estimate:
    """What a run would do, and with what."""

    source: str
    run: str
    structures: tuple[str, ...]
    positions: int
    timepoints: int
    missing: int
    units: int
    units_done: int
    tile: tuple[int, int, int] | None
    device: str
    read_bytes: int
    written_bytes: int
    prediction_s: float | None
    """None where another machine predicts, with a device that is not here."""
    workers: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def estimate(
    source: str | Path, out: str | Path, settings: RunSettings, *, overwrite: bool = False, scheduler: str = "none"
) -> Estimate:
    """Say what `process` would do; raises what it would raise before its first unit."""
    check_scheduler(scheduler)
    choose = partial(choose_here if is_here(scheduler) else _choose_elsewhere, settings.cluster)
    beginning = begin(source, settings, out=None if overwrite else out, choose=choose)
    folder = check_claim(out, beginning.identity, overwrite)
    shapes = [beginning.acquisition.movie(position).shape for position in beginning.acquisition.positions]
    missing = sum(len(frames) for frames in beginning.record["input"]["missing"].values())
    timepoints = sum(shape[0] for shape in shapes)
    voxels = [shape[0] * shape[2] * shape[3] * shape[4] for shape in shapes]
    names = tuple(entry["name"] for entry in beginning.record["structures"])
    todo_share = 1 - missing / max(timepoints, 1)
    return Estimate(
        source=str(source),
        run=str(out),
        structures=names,
        positions=len(shapes),
        timepoints=timepoints,
        missing=missing,
        units=3 * timepoints,
        units_done=0 if overwrite else _markers(folder, timepoints),
        tile=beginning.settings.predict.tile,
        device=beginning.settings.predict.device,
        read_bytes=int(sum(voxels) * np.dtype(beginning.record["input"]["dtype"]).itemsize),
        written_bytes=int(sum(_kept_bytes(shape, settings.predict) for shape in shapes) * todo_share * len(names)),
        prediction_s=_prediction_s(beginning, sum(voxels) * todo_share),
        workers=describe_workers(scheduler, settings.cluster),
    )


def _choose_elsewhere(settings: ClusterSettings, wanted: PredictSettings) -> Compute:
    """What will predict is not asked in a dry run; what is left to it is told as it would be here."""
    try:
        return choose_here(settings, wanted)
    except ConfigError:
        return Compute(wanted.device, wanted.precision, wanted.memory_budget_gb or Compute().memory_budget_gb)


def _prediction_s(beginning: Beginning, voxels: float) -> float | None:
    try:
        choose_device(beginning.settings.predict.device)
    except ConfigError:
        return None
    return round(_seconds_per_voxel(beginning) * voxels, 1)


def _kept_bytes(shape: tuple[int, ...], settings: PredictSettings) -> float:
    """Bytes per structure that a position (t, c, z, y, x) has on the disk once it is finished."""
    t, _, z, y, x = shape
    volumes = BYTES_PER_VOXEL[settings.dtype] * (2 if settings.uncertainty else 1)
    plane = BYTES_PER_VOXEL["uint16" if settings.dtype == "none" else settings.dtype]
    return t * y * x * (z * (volumes + LABEL_BYTES_PER_VOXEL) + plane * settings.projections)


def _markers(folder: RunFolder, timepoints: int) -> int:
    positions = folder.read_record()["input"]["positions"] if folder.record.exists() else []
    units = (
        Unit(stage, position, frame)
        for position in positions
        for frame in range(timepoints)
        for stage in ("predict", "segment", "measure")
    )
    return sum(folder.markers.read(unit) is not None for unit in units)


def _seconds_per_voxel(beginning: Beginning) -> float:
    """Time the models on a small piece of noise on this machine."""
    sizes = beginning.acquisition.movie(beginning.acquisition.positions[0]).sizes
    shape = tuple(min(sizes[axis], TIMED_EDGE) for axis in "zyx")
    noise = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    settings = beginning.settings.predict
    how = partial(
        predict,
        model=beginning.models,
        device=settings.device,
        precision=settings.precision,
        memory_budget_gb=settings.memory_budget_gb,
        structures=settings.structures,
        uncertainty=settings.uncertainty,
        voxel_size_um=beginning.acquisition.sampling.voxel_size_um,
    )
    how(noise)
    start_s = time.perf_counter()
    how(noise)
    return (time.perf_counter() - start_s) / noise.size

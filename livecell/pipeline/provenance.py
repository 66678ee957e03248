"""Where a run comes from: input, models, versions, machine; kept in run.json."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from livecell.acquisition import Acquisition
from livecell.config import RunSettings
from livecell.models import Model
from livecell.structures import Structure

LIBRARIES = ("dask", "numpy", "pandas", "scikit-image", "scipy", "tifffile", "torch", "xarray", "zarr")


def now() -> str:
    """Return the time as ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def describe_input(acquisition: Acquisition, role: str, channel: int) -> dict[str, Any]:
    """Return what the input is."""
    movies = {position: acquisition.movie(position) for position in acquisition.positions}
    sampling = acquisition.sampling
    first = next(iter(movies.values()))
    lacking = {p: m.coords["missing_channel"].values[:, channel] for p, m in movies.items()}
    missing = {position: [int(frame) for frame in frames.nonzero()[0]] for position, frames in lacking.items()}
    return {
        "path": str(acquisition.path.resolve()),
        "kind": acquisition.kind,
        "role": role,
        "identity": f"{role} {acquisition.identity()}",
        "positions": list(acquisition.positions),
        "shape": {position: list(movie.shape) for position, movie in movies.items()},
        "dtype": str(first.dtype),
        "channels": [str(name) for name in acquisition.channels],
        "channel": str(acquisition.channels[channel]),
        "channel_index": channel,
        "sampling": {
            "z_um": sampling.z_um,
            "y_um": sampling.y_um,
            "x_um": sampling.x_um,
            "interval_s": sampling.interval_s,
        },
        "missing": missing,
    }


def describe_run(
    source: dict[str, Any],
    structures: tuple[Structure, ...],
    models: tuple[Model, ...],
    settings: RunSettings,
    warnings: list[str],
) -> dict[str, Any]:
    """Return the content of run.json as a run begins."""
    return {
        "livecell": version("livecell"),
        "created": now(),
        "finished": None,
        "input": source,
        "structures": [{"name": s.name, "form": str(s.form), "color": s.color} for s in structures],
        "models": [_describe_model(model) for model in models],
        "versions": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        "machine": {"system": platform.platform(), "cores": os.cpu_count()},
        "device": settings.predict.device,
        "precision": settings.predict.precision,
        "stored_as": settings.predict.dtype,
        "tile_plan": {"tile": settings.predict.tile},
        "stages": {},
        "failed": [],
        "defective": [],
        "foreign": [],
        "warnings": warnings,
    }


def _describe_model(model: Model) -> dict[str, Any]:
    card = model.card
    return {
        "name": card.name,
        "path": str(model.path),
        "digest": model.digest,
        "simulated": card.simulated,
        "structures": list(card.structures),
        "licence": card.licence,
        "output_scale": {name: scale.model_dump() for name, scale in card.output_scale.items()},
    }

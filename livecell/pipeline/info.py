"""What a path is: an acquisition, a run folder or a model package, in plain values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from livecell.acquisition import Acquisition, open_acquisition
from livecell.config.acquisition import AcquisitionSettings
from livecell.errors import MissingPathError
from livecell.models import open_model
from livecell.pipeline.run_folder import RunFolder
from livecell.store import ObjectPath, locate


def describe(path: str | Path, settings: AcquisitionSettings | None = None) -> dict[str, Any]:
    """Describe what lies at a path, in the words of a user.

    Raises MissingPathError when nothing is there, AcquisitionError when it is nothing that livecell knows.
    """
    place = locate(path)
    if isinstance(place, ObjectPath):
        return _describe_acquisition(open_acquisition(place, settings))
    path = place
    if not path.exists():
        raise MissingPathError(path, expected="images, a run or a model", found="nothing there", hint="check the path")
    if (path / "run.json").is_file():
        return _describe_run(RunFolder(path))
    if (path / "model.yaml").is_file():
        return {"kind": "model package", **open_model(path).card.model_dump(mode="json")}
    return _describe_acquisition(open_acquisition(path, settings))


def _describe_acquisition(acquisition: Acquisition) -> dict[str, Any]:
    movies = {position: acquisition.movie(position) for position in acquisition.positions}
    sampling = acquisition.sampling
    missing = {p: [int(f) for f in np.flatnonzero(m.coords["missing"].values)] for p, m in movies.items()}
    return {
        "path": str(acquisition.path),
        "kind": acquisition.kind,
        "axes": "tczyx",
        "sizes": {position: dict(movie.sizes) for position, movie in movies.items()},
        "dtype": str(next(iter(movies.values())).dtype),
        "bytes": int(sum(movie.nbytes for movie in movies.values())),
        "channels": [str(name) for name in acquisition.channels],
        "voxel_size_um": {"z": sampling.z_um, "y": sampling.y_um, "x": sampling.x_um},
        "interval_s": sampling.interval_s,
        "positions": list(acquisition.positions),
        "missing_frames": {position: frames for position, frames in missing.items() if frames},
        "warnings": list(acquisition.warnings),
    }


def _describe_run(folder: RunFolder) -> dict[str, Any]:
    record = folder.read_record()
    stages = {
        name: {key: counts[key] for key in ("done", "missing", "failed")} for name, counts in record["stages"].items()
    }
    return {
        "path": str(folder.path),
        "kind": "run folder",
        "input": record["input"]["path"],
        "created": record["created"],
        "finished": record["finished"],
        "positions": record["input"]["positions"],
        "structures": [structure["name"] for structure in record["structures"]],
        "models": [model["name"] for model in record["models"]],
        "stages": stages,
        "failed": len(record["failed"]),
        "warnings": record["warnings"],
    }

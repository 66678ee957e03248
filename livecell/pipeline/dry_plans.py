"""What a simulation or a training would do, without touching anything."""

from __future__ import annotations

from math import prod
from pathlib import Path
from typing import Any

from livecell.config import SimulateSettings, TrainSettings
from livecell.config.pairs import ListedImages, PairedImages, SimulatedImages
from livecell.pipeline.dry_run import BYTES_PER_VOXEL, LABEL_BYTES_PER_VOXEL
from livecell.pipeline.manifest import listed_pairs
from livecell.pipeline.simulate import truth_path
from livecell.pipeline.training_folder import TrainingFolder
from livecell.pipeline.training_pairs import check_pairs
from livecell.simulation import simulate


def plan_simulation(out: str | Path, settings: SimulateSettings) -> dict[str, Any]:
    """Say what `simulate` would write; raises ConfigError where the settings do not fit together."""
    simulation = simulate(settings)
    voxels, structures = prod(simulation.shape), len(simulation.structures)
    noisy = sum(simulation.is_noisy(t) for t in range(settings.timepoints)) / settings.timepoints
    per_voxel = structures * (BYTES_PER_VOXEL["uint16"] * (1 + noisy) + LABEL_BYTES_PER_VOXEL)
    return {
        "acquisition": str(out),
        "truth": str(truth_path(Path(out))),
        "structures": list(simulation.structures),
        "timepoints": settings.timepoints,
        "missing": len(settings.missing),
        "units": settings.timepoints,
        "written_bytes": int(voxels * (BYTES_PER_VOXEL["uint16"] + per_voxel)),
    }


def plan_training(out: str | Path, settings: TrainSettings) -> dict[str, Any]:
    """Say what `train` would learn from, which of its files are not there, and what is wrong with its pairs.

    Raises RunFolderError when `out` is a file, or a folder of something else.
    """
    TrainingFolder(Path(out)).check_place()
    plan: dict[str, Any] = {"model": str(out), "steps": settings.fit.steps, "minutes": settings.fit.minutes}
    plan["patches"] = settings.fit.steps * settings.fit.batch
    plan["patch"] = list(settings.fit.patch)
    data, problems = settings.data, check_pairs(settings)
    if isinstance(data, SimulatedImages):
        seeds = len(data.train_seeds) + len(data.validation_seeds) + len(data.test_seeds)
        plan |= {"structures": list(data.simulate.structures), "images": seeds * data.frames_per_seed}
    else:
        plan |= _listed(data)
    return {**plan, "problems": problems}


def _listed(data: PairedImages | ListedImages) -> dict[str, Any]:
    pairs = listed_pairs(data) if isinstance(data, PairedImages) or Path(data.manifest).is_file() else ()
    files = {image.path for pair in pairs for image in (pair.source, *pair.targets.values())}
    return {
        "structures": list(dict.fromkeys(name for pair in pairs for name in pair.targets)),
        "images": sum(len(pair.frames) for pair in pairs),
        "files": len(files),
        "files_not_there": sorted(path for path in files if not Path(path).exists()),
    }

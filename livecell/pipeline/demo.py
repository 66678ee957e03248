"""The demonstration: a small simulated overnight acquisition, processed with the bundled model."""

from __future__ import annotations

from pathlib import Path

from livecell.config import SimulateSettings
from livecell.pipeline.open_run import Run
from livecell.pipeline.process import process
from livecell.pipeline.progress import OnProgress, ignore
from livecell.pipeline.simulate import simulate_acquisition, truth_path

SEED = 2026
"""Of the demonstration; no model has been trained on it."""


def demo(
    folder: str | Path,
    settings: SimulateSettings | None = None,
    *,
    scheduler: str = "none",
    on_simulated: OnProgress = ignore,
    on_progress: OnProgress = ignore,
) -> Run:
    """Simulate `folder`/acquisition.ome.zarr and process it into `folder`/run; what is there already is used again."""
    folder = Path(folder)
    acquisition = folder / "acquisition.ome.zarr"
    if not (truth_path(acquisition) / "run.json").exists():
        settings = settings or SimulateSettings(seed=SEED)
        # An unfinished simulation has no run.json in its truth: it is made again.
        simulate_acquisition(
            acquisition, settings, scheduler=scheduler, overwrite=acquisition.exists(), on_progress=on_simulated
        )
    return process(acquisition, folder / "run", scheduler=scheduler, on_progress=on_progress)

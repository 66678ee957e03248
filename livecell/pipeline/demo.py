"""The demonstration: a small simulated overnight acquisition, processed with the bundled model."""

from __future__ import annotations

from pathlib import Path

from livecell.config import RunSettings, SimulateSettings
from livecell.config.predict import PredictSettings
from livecell.models import open_model
from livecell.pipeline.open_run import Run
from livecell.pipeline.process import process
from livecell.pipeline.progress import OnProgress, ignore
from livecell.pipeline.simulate import simulate_acquisition, truth_path

SEED = 2026
"""Of the demonstration; no model has been trained on it."""
LEAST_R = 0.5
"""Structures that the bundled model predicts worse, by its card, would only show noise."""


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
    return process(acquisition, folder / "run", _settings(), scheduler=scheduler, on_progress=on_progress)


def _settings() -> RunSettings:
    card = open_model("bundled").card
    shown = tuple(name for name in card.structures if card.metrics[name]["pearson_r"] >= LEAST_R)
    return RunSettings(predict=PredictSettings(structures=shown))

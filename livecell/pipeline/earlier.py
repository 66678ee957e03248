"""What a run that goes on takes over from its beginning: all that was left to the machine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from livecell.config import RunSettings
from livecell.config.predict import PredictSettings
from livecell.errors import LivecellError
from livecell.models import Model
from livecell.pipeline.run_folder import RunFolder
from livecell.pipeline.scheduling import Choose, choose_here


def as_before(
    settings: RunSettings, out: str | Path, models: Sequence[Model], choose: Choose | None = None
) -> PredictSettings:
    """Return the settings; device, precision, budget and tile, where they are open, as a run in that folder has them.

    Memory that is free today and was not yesterday would make other tiles, and all timepoints would be predicted
    again. Other models, or settings that are given and differ, decide anew; so does a device that is gone from where
    `choose` looks for it.
    """
    folder, wanted = RunFolder(Path(out)), settings.predict
    try:
        before, record = folder.read_settings(), folder.read_record()
        if [entry["digest"] for entry in record["models"]] != [model.digest for model in models]:
            return wanted
        (choose or partial(choose_here, settings.cluster))(before.predict)
    except LivecellError:
        return wanted
    earlier = before.predict
    taken = {name: getattr(earlier, name) for name, is_open in _OPEN.items() if getattr(wanted, name) == is_open}
    resumed = wanted.model_copy(update=taken)
    same = all(getattr(resumed, name) == getattr(earlier, name) for name in _DECIDE_TILES)
    # Read otherwise, images have another size, or are resampled to another.
    same &= all(getattr(settings.acquisition, name) == getattr(before.acquisition, name) for name in _DECIDE_SIZES)
    return resumed if same else resumed.model_copy(update={"tile": wanted.tile})


_OPEN = {"device": "auto", "precision": "auto", "memory_budget_gb": None, "tile": None}
"""Settings that the machine decides, with the value that leaves them to it."""

_DECIDE_TILES = ("device", "precision", "memory_budget_gb", "uncertainty")
"""Settings on which it depends which tiles fit."""

_DECIDE_SIZES = ("axes", "voxel_size_um")
"""Settings of the acquisition on which it depends how large volumes are, as models see them."""

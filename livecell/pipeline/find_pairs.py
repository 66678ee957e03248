"""Which training pairs there are, which of them can be opened, and how they are split."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from livecell.config.pairs import SimulatedImages
from livecell.config.train import TrainSettings
from livecell.errors import LivecellError
from livecell.pipeline.manifest import absent_images
from livecell.pipeline.pair_checks import names_of_several, nothing_trains, unreadable
from livecell.pipeline.pair_split import Split, recorded_frames, split_recorded, split_simulated
from livecell.training import PairSource


def find_pairs(settings: TrainSettings, folder: Path | None) -> tuple[Sequence[PairSource], Split, list[str]]:
    """Return the frames that can be opened, their split, and what is wrong with the others or with the split.

    Reads headers only; raises nothing about the images, their errors are said.
    """
    data = settings.data
    if isinstance(data, SimulatedImages):
        return *split_simulated(data, folder), []
    try:
        frames = recorded_frames(data)
    except LivecellError as error:
        return [], Split(()), list(getattr(error, "problems", ())) or [str(error)]
    closed = list(unreadable(frames, absent_images(data)))
    problems = [*nothing_trains(frames), *names_of_several(frames), *dict.fromkeys(line for _, line in closed)]
    shut = {id(frame) for frame, _ in closed}
    opened = [frame for frame in frames if id(frame) not in shut]
    try:
        split = split_recorded(frames if _by_name(settings) else opened, settings)
    except LivecellError as error:
        return opened, Split(()), [*problems, str(error)]
    kept = (tuple(part for part in parts if id(part.source) not in shut) for parts in split.parts.values())
    return opened, Split(*kept), problems


def _by_name(settings: TrainSettings) -> bool:
    # Names are known of files, too, that are missing; sizes are not.
    return any(hasattr(how, "pairs") for how in (settings.validation, settings.test))

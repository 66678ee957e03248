"""The voxel sizes of training pairs: a model learns at one, by which it later checks and rescales images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from livecell.config.pairs import ImageSettings
from livecell.config.train import TrainSettings
from livecell.pipeline.pair_sources import RecordedFrame
from livecell.prediction.scale import DIFFERENCE_LEFT_ALONE, StatedSize
from livecell.training import PairSource

SHOWN = 3
"""Names that a line lists before it counts the others."""
REMEDY = "resample the images to one size, or, where files are wrong, state it under `data: acquisition: voxel_size_um`"


def voxel_size_problems(sources: Iterable[PairSource], settings: TrainSettings) -> Iterator[str]:
    """Yield a line if the images are of different voxel sizes, and one for each target of another than its image's.

    Sizes within the 2 % that prediction leaves alone are the same, and so is one that is not known. Planes that a 2D
    network sees one by one may be at any distance.
    """
    pairs = _pairs(sources)
    alike: list[tuple[StatedSize, list[str]]] = []
    for frame in pairs:
        size = _compared(frame, frame.settings.source, settings)
        names = next((names for other, names in alike if not _differ(size, other)), None)
        if names is not None:
            names.append(frame.name)
        elif any(size):
            alike.append((size, [frame.name]))
    if len(alike) > 1:
        found = "; ".join(f"{_in_words(size)} of {_some(names)}" for size, names in alike)
        yield f"the images have different voxel sizes (z, y, x): {found}; {REMEDY}"
    for frame in pairs:
        size = _compared(frame, frame.settings.source, settings)
        for role, image in list(frame.images())[1:]:
            other = _compared(frame, image, settings)
            if _differ(size, other):
                sizes = f"a voxel size (z, y, x) of {_in_words(other)}, its image of {_in_words(size)}"
                yield f"{frame.name}: the {role} has {sizes}; {REMEDY}"


def unknown_voxel_sizes(sources: Iterable[PairSource]) -> Iterator[str]:
    """Yield a warning if no voxel size is known, or none of some images."""
    pairs = _pairs(sources)
    unknown = [frame.name for frame in pairs if _whole_size(frame) is None]
    if unknown and len(unknown) == len(pairs):
        yield (
            "no voxel size is known of any image, so the model will be able neither to check nor to rescale the images "
            "it is given; state it under `data: acquisition: voxel_size_um`"
        )
    elif unknown:
        yield f"no voxel size is known of {_some(unknown)}; it is taken to be that of the other images"


def voxel_size_of_pairs(sources: Iterable[PairSource]) -> tuple[float, float, float] | None:
    """Return the voxel size (z, y, x) in um that images state; None if none does."""
    return next((size for frame in _pairs(sources) if (size := _whole_size(frame)) is not None), None)


def _pairs(sources: Iterable[PairSource]) -> list[RecordedFrame]:
    """Return one frame of each recorded pair."""
    recorded = (source for source in sources if isinstance(source, RecordedFrame))
    return list({id(frame.settings): frame for frame in recorded}.values())


def _whole_size(frame: RecordedFrame) -> tuple[float, float, float] | None:
    source = frame.settings.source
    sampling = frame.opened(source).recording(source.position).sampling
    return None if sampling.missing() else sampling.voxel_size_um


def _compared(frame: RecordedFrame, image: ImageSettings, settings: TrainSettings) -> StatedSize:
    """Return the voxel size of an image along the axes where it means something."""
    recording = frame.opened(image).recording(image.position)
    sampling, network = recording.sampling, settings.network
    # A single plane is as thick as whoever wrote it thought.
    means_z = recording.shape[2] > 1 and (network.ndim == 3 or network.planes_as_channels)
    return (sampling.z_um if means_z else None, sampling.y_um, sampling.x_um)


def _differ(one: StatedSize, other: StatedSize) -> bool:
    known = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    return any(abs(a - b) / b > DIFFERENCE_LEFT_ALONE * (1 + 1e-9) for a, b in known)


def _in_words(size: StatedSize) -> str:
    return f"({', '.join('?' if part is None else f'{part:g}' for part in size)}) um"


def _some(names: Sequence[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")

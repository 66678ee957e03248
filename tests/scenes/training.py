"""Small pairs in which the structure can be read off the image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter, gaussian_gradient_magnitude

from livecell.config.augment import AS_RECORDED
from livecell.config.train import FitSettings
from livecell.training import Pair, Sample, output_scales, to_sample

SHAPE = (4, 24, 24)
FLIPS = AS_RECORDED.model_copy(update={"flip": True, "quarter_turns": True})
"""A few dozen steps are too few to learn what varies more."""
FIT = FitSettings(patch=(4, 16, 16), batch=2, steps=80, learning_rate=3e-2, validate_every=40, augment=FLIPS)


def small_pair(seed: int = 0, name: str = "pair", structures: tuple[str, ...] = ("dna",)) -> Pair:
    """A smooth random image in counts; each structure is where it is bright (or dark, for every second one)."""
    rng = np.random.default_rng(seed)
    smooth = gaussian_filter(rng.normal(size=SHAPE), (1, 2, 2))
    smooth /= smooth.std()
    targets = {
        structure: (100 * np.maximum(smooth if index % 2 == 0 else -smooth, 0)).astype(np.float32)
        for index, structure in enumerate(structures)
    }
    return Pair(name, (1000 + 200 * smooth).astype(np.uint16), targets)


@dataclass(frozen=True)
class Given:
    """A pair at hand, as a source of it."""

    pair: Pair

    @property
    def name(self) -> str:
        return self.pair.name

    @property
    def structures(self) -> tuple[str, ...]:
        return tuple(self.pair.targets)

    @property
    def shape(self) -> tuple[int, int, int]:
        z, y, x = self.pair.source.shape
        return (z, y, x)

    def read(self) -> Pair:
        return self.pair


def small_sample(seed: int = 0, structures: tuple[str, ...] = ("dna",)) -> Sample:
    """The same, normalised."""
    pair = small_pair(seed, structures=structures)
    return to_sample(pair, output_scales([pair], structures))


def wide_pair(seed: int = 0) -> Pair:
    """A plane (1, y, x) with cells: a dark rim in the image, filled in the fluorescence; wide enough to be aligned."""
    rng = np.random.default_rng(seed)
    filled = gaussian_filter(rng.normal(size=(128, 128)), 6)
    filled = gaussian_filter((filled > filled.std()).astype(float), 1)
    image = 1000 - 800 * gaussian_gradient_magnitude(filled, 1) + rng.normal(0, 3, filled.shape)
    target = 100 + 500 * filled + rng.normal(0, 3, filled.shape)
    return Pair("pair", image[None].astype(np.float32), {"dna": target[None].astype(np.float32)})

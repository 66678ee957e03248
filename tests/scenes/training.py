"""Small pairs in which the structure can be read off the image."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

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


def small_sample(seed: int = 0, structures: tuple[str, ...] = ("dna",)) -> Sample:
    """The same, normalised."""
    pair = small_pair(seed, structures=structures)
    return to_sample(pair, output_scales([pair], structures))

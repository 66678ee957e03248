"""The patches of every step of a training, as a pure function of seed, step and rank."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from livecell.config.train import FitSettings
from livecell.training.draw import LOOK_AT, TRIES, random_patch
from livecell.training.patches import Patch, Size
from livecell.training.samples import Sample

STEPS_PER_EXCHANGE = 10
"""Steps after which one sample of a full buffer gives way to another: reading it then costs little beside training."""
_ORDER, _PATCH = 0, 1
"""What a random stream is for; keeps the streams of one seed apart."""


class PatchStream:
    """Random patches out of samples of which a bounded number is in memory.

    While all samples may be held, every patch is drawn from all of them. Otherwise the buffer is a window over an
    endless sequence, in which each sample occurs once before any occurs again; every few steps the window moves on.
    What it holds depends on the step alone, so a training that goes on sees what it would have seen.

    Parameters
    ----------
    samples : in memory, or a sequence that reads a sample when it is asked for it.
    settings : size and number of the patches, and how they are varied.
    seed : of all choices.
    held : how many samples are in memory at most; None for all.
    """

    def __init__(
        self, samples: Sequence[Sample], settings: FitSettings, seed: int = 0, held: int | None = None
    ) -> None:
        self._samples, self._settings, self._seed = samples, settings, seed
        self._capacity = len(samples) if held is None else max(1, min(held, len(samples)))
        self._held: dict[int, Sample] = {}

    def batch(self, step: int, rank: int = 0, ranks: int = 1) -> list[Patch]:
        """Return the patches of a step, `settings.batch` of them for each of the processes that train together."""
        window = self.window(step, rank, ranks)
        size = self._settings.patches[step % len(self._settings.patches)]
        rngs = [self._rng(_PATCH, step, rank, index) for index in range(self._settings.batch)]
        return [self._patch(window, size, rng) for rng in rngs]

    def window(self, step: int, rank: int = 0, ranks: int = 1) -> list[int]:
        """Return the numbers of the samples that a step can draw from; processes walk through them side by side."""
        count = len(self._samples)
        if self._capacity >= count:
            return list(range(count))
        first = step // STEPS_PER_EXCHANGE
        places = [divmod((first + index) * ranks + rank, count) for index in range(self._capacity)]
        orders = {turn: self._rng(_ORDER, turn).permutation(count) for turn, _ in places}
        return [int(orders[turn][index]) for turn, index in places]

    def _rng(self, *purpose: int) -> np.random.Generator:
        return np.random.default_rng(np.random.SeedSequence(self._seed, spawn_key=purpose))

    def _patch(self, window: list[int], size: Size, rng: np.random.Generator) -> Patch:
        """Draw a patch; of a sample where nothing is known there, another one."""
        for _ in range(TRIES):
            sample = self._hold(window[int(rng.integers(len(window)))], window)
            patch = random_patch(sample, size, self._settings.augment, rng, self._settings.places)
            if np.isfinite(patch.target[LOOK_AT]).any():
                break
        return patch

    def _hold(self, index: int, window: list[int]) -> Sample:
        if index not in self._held:
            for gone in self._held.keys() - set(window):
                del self._held[gone]
            self._held[index] = self._samples[index]
        return self._held[index]

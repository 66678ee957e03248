"""Patches come in the order of their steps, and none is lost."""

from __future__ import annotations

import threading
from itertools import islice

import numpy as np
import pytest

from livecell.training import Patch, PatchStream, Team
from livecell.training.ahead import patches_from
from tests.scenes.training import FIT, small_sample


def test_patches_are_those_of_the_steps() -> None:
    stream, again = (PatchStream([small_sample()], FIT, 3) for _ in range(2))
    for step, patches in enumerate(islice(patches_from(stream, 5, Team(1, 2)), 4), start=5):
        for patch, expected in zip(patches, again.batch(step, 1, 2), strict=True):
            np.testing.assert_array_equal(patch.source, expected.source)
            np.testing.assert_array_equal(patch.target, expected.target)


class _BreaksOff(PatchStream):
    def batch(self, step: int, rank: int = 0, ranks: int = 1) -> list[Patch]:
        if step == 2:
            raise OSError("gone")
        return super().batch(step, rank, ranks)


def test_an_image_that_cannot_be_read_is_an_error_at_its_step() -> None:
    taken = patches_from(_BreaksOff([small_sample()], FIT, 3), 0, Team())
    next(taken)
    next(taken)
    with pytest.raises(OSError, match="gone"):
        next(taken)


def test_no_thread_is_left() -> None:
    taken = patches_from(PatchStream([small_sample()], FIT, 3), 0, Team())
    next(taken)
    taken.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("patches")]

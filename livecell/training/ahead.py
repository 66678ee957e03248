"""Patches of the next step, made while this one is computed."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor

from livecell.training.distributed import Team
from livecell.training.patches import Patch
from livecell.training.stream import PatchStream


def patches_from(stream: PatchStream, step: int, team: Team) -> Generator[list[Patch]]:
    """Yield the patches of a step and all after it, without end, one step ahead in a thread of its own.

    They are functions of the step: that one more was made than is taken changes nothing. Raises what reading images
    raises, when the patches are taken.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="patches") as pool:
        ahead = pool.submit(stream.batch, step, team.rank, team.count)
        while True:
            patches, step = ahead.result(), step + 1
            ahead = pool.submit(stream.batch, step, team.rank, team.count)
            yield patches

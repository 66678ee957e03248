"""One pass over all training pairs: what they are like, how they lie to each other, and what is wrong with them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from livecell.errors import LivecellError
from livecell.registration import PairShift, estimate_shift
from livecell.training import Pair, PairSource, Part, Shifted, known_target, problems_of
from livecell.volumes import Moments, robust_moments

NOTHING: Moments = (0, 0.0, 0.0)
Extremes = tuple[float, float]
"""Smallest and largest value."""


@dataclass(frozen=True)
class Survey:
    """What is looked for.

    Parameters
    ----------
    clip_percentiles : between which the moments of an image are taken.
    one_plane : whether targets are one plane of a whole stack.
    check, refuse_swapped : whether pairs may be wrong (simulated ones are not), and whether their channels may.
    align, correct : whether shifts are estimated, and taken back.
    """

    clip_percentiles: tuple[float, float]
    one_plane: bool
    check: bool
    refuse_swapped: bool
    align: bool
    correct: bool


@dataclass(frozen=True)
class Found:
    """What was found in one pair.

    Parameters
    ----------
    source : the pair, its shifts taken back if they are to be.
    image : moments of the whole image.
    targets : moments of each structure over what is known of it in the parts that train.
    extremes : of what is known of each structure in the parts of each role; a structure known nowhere there is absent.
    shifts : of each structure against the image.
    digest : the same for the same image.
    """

    source: PairSource
    problems: tuple[str, ...] = ()
    image: Moments = NOTHING
    targets: dict[str, list[Moments]] = field(default_factory=dict)
    extremes: dict[str, dict[str, Extremes]] = field(default_factory=dict)
    shifts: dict[str, PairShift] = field(default_factory=dict)
    digest: str = ""


def look_at_pair(source: PairSource, parts: Mapping[str, Sequence[Part]], survey: Survey) -> Found:
    """Read a pair and say what it is like; what is wrong with it does not raise, it is said.

    Parameters
    ----------
    parts : of this pair, by role; "train" among the roles.
    """
    try:
        pair = source.read()
    except (LivecellError, OSError) as error:
        return Found(source, (str(error),))
    problems = tuple(problems_of(pair, survey.one_plane, survey.refuse_swapped)) if survey.check else ()
    if problems:
        return Found(source, problems, digest=_digest(pair.source))
    shifts = _shifts(pair) if survey.align else {}
    certain = {name: found.shift_px for name, found in shifts.items() if found.certain and any(found.shift_px)}
    if survey.correct and certain:
        source = Shifted(source, certain)
        pair = source.moved(pair)
    return Found(
        source,
        image=robust_moments(pair.source, survey.clip_percentiles),
        targets=_target_moments(pair, parts["train"]),
        extremes={role: _extremes(pair, of_role) for role, of_role in parts.items()},
        shifts=shifts,
        digest=_digest(pair.source),
    )


def _shifts(pair: Pair) -> dict[str, PairShift]:
    return {name: estimate_shift(pair.source, known_target(pair, name)) for name in pair.targets}


def _target_moments(pair: Pair, training: Sequence[Part]) -> dict[str, list[Moments]]:
    cropped = [part.of(pair) for part in training]
    return {name: [robust_moments(_known(part, name), (0.0, 100.0)) for part in cropped] for name in pair.targets}


def pooled_extremes(found: Iterable[Found], role: str) -> dict[str, Extremes]:
    """Return the extremes of each structure over all pairs in the parts of a role; without those known nowhere."""
    return _pooled(item for each in found for item in each.extremes.get(role, {}).items())


def _extremes(pair: Pair, parts: Sequence[Part]) -> dict[str, Extremes]:
    cropped = [part.of(pair) for part in parts]
    values = ((name, _known(part, name)) for part in cropped for name in pair.targets)
    finite = ((name, known[np.isfinite(known)]) for name, known in values)
    return _pooled((name, (float(known.min()), float(known.max()))) for name, known in finite if known.size)


def _pooled(found: Iterable[tuple[str, Extremes]]) -> dict[str, Extremes]:
    pooled: dict[str, Extremes] = {}
    for name, (lowest, highest) in found:
        before = pooled.get(name, (lowest, highest))
        pooled[name] = (min(before[0], lowest), max(before[1], highest))
    return pooled


def _known(pair: Pair, name: str) -> NDArray[np.generic]:
    target = pair.targets[name]
    return target if pair.scored is None else target[pair.scored]


def _digest(volume: NDArray[np.generic]) -> str:
    digest = hashlib.blake2b(np.ascontiguousarray(volume).tobytes(), digest_size=16)
    return f"{volume.shape}{volume.dtype}{digest.hexdigest()}"


def with_source(part: Part, found: Found) -> Part:
    """Return the same part of the pair as it was found to lie."""
    return replace(part, source=found.source)

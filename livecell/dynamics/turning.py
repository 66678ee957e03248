"""How tracks turn."""

from __future__ import annotations

import numpy as np
import pandas as pd

from livecell.dynamics.paths import Floats, Ints, Paths


def turning(paths: Paths) -> pd.DataFrame:
    r"""Return turning_angle_mean_rad, persistence and persistence_s of every track.

    The turning angle lies between two displacements, each from one frame to the next: 0 is straight on, :math:`\pi`
    back; its mean is :math:`\pi / 2` where directions are independent. Persistence is its mean cosine p: 1 is straight,
    0 without memory; a localisation error lowers it. The persistence time is that of an exponential memory of
    directions, :math:`-\Delta t / \ln p`: 0 without memory, endless for a straight line. Displacements over gaps and
    those of nothing have no direction.
    """
    step = np.diff(paths.places_um, axis=0)
    length = np.linalg.norm(step, axis=1)
    known = (paths.owner[1:] == paths.owner[:-1]) & (length > 0)
    both = known[1:] & known[:-1]
    owner = paths.owner[1:-1][both]
    cosine = np.einsum("ij,ij->i", step[1:][both], step[:-1][both]) / (length[1:][both] * length[:-1][both])
    cosine = np.clip(cosine, -1.0, 1.0)
    # The mean time from one displacement to the next.
    waited = (paths.times_s[2:] - paths.times_s[:-2])[both] / 2
    persistence = _mean(owner, cosine, paths.tracks)
    with np.errstate(divide="ignore", invalid="ignore"):
        memory_s = -_mean(owner, waited, paths.tracks) / np.log(np.clip(persistence, 0.0, 1.0))
    return pd.DataFrame(
        {
            "turning_angle_mean_rad": _mean(owner, np.arccos(cosine), paths.tracks),
            "persistence": persistence,
            "persistence_s": np.abs(memory_s),
        }
    )


def _mean(owner: Ints, values: Floats, tracks: int) -> Floats:
    count = np.bincount(owner, minlength=tracks)
    total = np.bincount(owner, values, tracks)
    return np.asarray(np.divide(total, count, out=np.full(tracks, np.nan), where=count > 0))

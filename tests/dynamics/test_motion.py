"""Kinds of motion told apart."""

from __future__ import annotations

import numpy as np
import pytest

from livecell.dynamics.fits import fit_motion
from livecell.dynamics.paths import Paths
from tests.scenes.dynamics import brownian, sprung, straight


def drifting(speed_um):
    tracks = brownian(n=200, frames=60, diffusion_um2_s=0.05, noise_um=0.1)
    return tracks.assign(x_um=tracks["x_um"] + speed_um * tracks["frame"])


@pytest.mark.parametrize(
    ("tracks", "kind"),
    [
        (brownian(n=200, frames=60, diffusion_um2_s=0.05, noise_um=0.1), "diffusive"),
        (drifting(0.5), "directed"),
        (sprung(n=200, frames=60, rate=0.5, noise_um=0.1), "confined"),
    ],
    ids=["diffusive", "directed", "confined"],
)
def test_each_kind_is_told(tracks, kind):
    found = fit_motion(Paths.of(tracks))
    assert np.mean(found["motion"] == kind) > 0.95
    assert np.median(found["motion_probability"]) > 0.8


def test_the_probability_is_how_often_it_is_right():
    rates = np.geomspace(0.02, 8.0, 10)
    springs = [sprung(n=30, frames=20, rate=rate, noise_um=0.3, seed=i) for i, rate in enumerate(rates)]
    tracks = [brownian(n=300, frames=20, diffusion_um2_s=0.05, noise_um=0.3), *springs]
    truth = np.repeat(["diffusive", "confined"], 300)
    found = [fit_motion(Paths.of(one)) for one in tracks]
    right = np.concatenate([one["motion"] for one in found]) == truth
    probability = np.concatenate([one["motion_probability"] for one in found])
    assert np.mean(probability) == pytest.approx(np.mean(right), abs=0.1)
    unsure = probability < 0.7
    assert np.mean(right[unsure]) < np.mean(right[~unsure]) - 0.1


def test_a_straight_line_is_directed_and_rest_is_nothing():
    line = fit_motion(Paths.of(straight(frames=20, step_um=1.0))).iloc[0]
    assert (line["motion"], line["motion_probability"]) == ("directed", 1.0)
    rest = fit_motion(Paths.of(straight(frames=20, step_um=0.0))).iloc[0]
    assert rest["motion"] == ""
    assert np.isnan(rest["motion_probability"])

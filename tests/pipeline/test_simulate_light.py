"""Acquisitions simulated in other light than brightfield."""

from __future__ import annotations

import json
import sys
from importlib.metadata import entry_points
from pathlib import Path

import numpy as np
import pytest
import yaml
from scipy.ndimage import binary_dilation, binary_erosion

from livecell.acquisition import open_acquisition
from livecell.store import read_volume
from tests.scenes.simulation import TWO_CELLS

[SCRIPT] = entry_points(group="console_scripts", name="livecell")
main = sys.modules[SCRIPT.load().__module__]
RING = {"ring_inner_na": 0.3, "ring_outer_na": 0.37}
LABELS = Path("predictions.ome.zarr", "labels", "dna")
DIC = {"shear_um": 0.3, "bias_rad": 0.8}


def simulated(folder: Path, illumination: dict[str, float]) -> Path:
    """One timepoint of two cells with next to nothing but a nucleus in each, by the command."""
    values = {
        "seed": 5,
        "timepoints": 1,
        "shape": [12, 88, 88],
        "structures": ["dna"],
        "cells": TWO_CELLS.model_dump(mode="json"),
        "organelles": {"mitochondria": 0, "vesicles": 0, "granules": 0, "microtubules": 0},
        "optics": {"illumination": illumination, "shading": 0.0},
    }
    (folder / "light.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    out = folder / "light.ome.zarr"
    assert main.run(["simulate", str(out), "-c", str(folder / "light.yaml"), "--scheduler", "none", "-q"]) == 0
    return out


def relief(path: Path) -> np.ndarray:
    """How much brighter than the background each nucleus's edge is on its low and high side, (nucleus, y x, side)."""
    image, labels = read_volume(path, 0), read_volume(path.with_name("light.truth") / LABELS, 0)
    found = []
    for label in (1, 2):
        nucleus = labels == label
        z = int(nucleus.sum(axis=(1, 2)).argmax())
        edge = binary_dilation(nucleus[z], iterations=2) & ~binary_erosion(nucleus[z], iterations=2)
        light = image[z] / np.median(image[z]) - 1
        places = zip(np.indices(edge.shape), np.argwhere(nucleus[z]).mean(axis=0), strict=True)
        found.append([[light[edge & (at < c - 3)].mean(), light[edge & (at > c + 3)].mean()] for at, c in places])
    return np.array(found)


@pytest.mark.parametrize("angle_deg", [0.0, 180.0])
def test_in_dic_nuclei_are_bright_on_one_side_and_dark_on_the_other(tmp_path: Path, angle_deg: float) -> None:
    sides = relief(simulated(tmp_path, DIC | {"angle_deg": angle_deg}))
    sign = 1 if angle_deg == 0 else -1
    along, across = (sign * (sides[:, axis, 0] - sides[:, axis, 1]) for axis in (1, 0))
    assert (sign * sides[:, 1, 0] > 0.02).all()
    assert (sign * sides[:, 1, 1] < -0.02).all()
    assert (along > 0.1).all()
    assert (np.abs(across) < along / 2).all()


def test_in_brightfield_no_side_is_brighter(tmp_path: Path) -> None:
    sides = relief(simulated(tmp_path, {}))
    assert np.abs(sides[..., 0] - sides[..., 1]).max() < 0.04


@pytest.mark.parametrize(
    ("illumination", "channel"),
    [({}, "brightfield"), (RING, "phase_contrast"), (DIC, "dic")],
    ids=lambda value: str(value),
)
def test_the_channel_is_called_by_its_light(
    tmp_path: Path, illumination: dict[str, float], channel: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = simulated(tmp_path, illumination)
    movie = open_acquisition(out).movie()
    assert (movie.shape, list(movie.coords["c"].values)) == ((1, 1, 12, 88, 88), [channel])
    capsys.readouterr()
    assert main.run(["info", str(out), "--json"]) == 0
    assert channel in json.loads(capsys.readouterr().out)["channels"]

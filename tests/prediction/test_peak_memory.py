"""The peak of a real process: that of one tile, and input and output of the whole volume."""

from __future__ import annotations

import json

import pytest

from livecell.models import Model
from livecell.prediction import Compute, tile_bytes
from tests.scenes.models import card_of, package_of
from tests.scenes.processes import needs_proc, told_by

pytestmark = needs_proc

TILE, SMALL, LARGE = (8, 80, 80), (8, 144, 144), (8, 272, 336)
"""Volumes of four and of twenty such tiles, the larger with four times the voxels."""

SCRATCH_MB = 60.0
"""What the allocator and oneDNN hold beside what the plan counts; it does not grow with the volume."""

MEASURED = """
import json, sys, torch
from livecell.models import Model, read_card
from livecell.prediction import predict
from tests.scenes.prediction import NORMALISATION
from tests.scenes.processes import forget_peak, peak_mb, resident_mb
from tests.scenes.volumes import textured
from pathlib import Path

torch.set_num_threads(1)
path, tile, precision, *shapes = sys.argv[1], *map(json.loads, sys.argv[2:])
card = read_card(Path(path))
# Tiles of a network that sees far are mostly halo; how much of them is makes no difference to the memory.
model = Model(card.model_copy(update={"reach_voxels": (4,) * card.ndim}), Path(path))
predict(textured((8, 16, 16)), model, NORMALISATION, precision=precision)
found = []
for shape in shapes:
    forget_peak()
    base = resident_mb()
    stack = textured(tuple(shape))
    predicted = predict(stack, model, NORMALISATION, tile=tuple(tile), precision=precision)
    (record,) = predicted.attrs["models"]
    ends_mb = (stack.nbytes + predicted.nbytes) / 1e6
    found.append({"growth_mb": peak_mb() - base, "ends_mb": ends_mb, "tile": record["tile"]})
    del stack, predicted
print(json.dumps(found))
"""


@pytest.fixture(scope="module", params=[3, 2], ids=["3D", "2D"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Model:
    network = {"ndim": request.param, "depth": 3, "width": 16}
    return package_of(tmp_path_factory.mktemp("models") / "m", card_of("dna", network=network))


def _measured(model: Model, tile: tuple[int, ...], *shapes: tuple[int, ...], precision: str = "float32") -> list[dict]:
    return told_by(MEASURED, model.path, json.dumps(tile), json.dumps(precision), *map(json.dumps, shapes))


def test_a_larger_volume_takes_more_for_input_and_output_only(model: Model) -> None:
    small, large = _measured(model, TILE, SMALL, LARGE)
    assert small["tile"] == large["tile"] == list(TILE)
    growth_mb = large["growth_mb"] - small["growth_mb"]
    assert growth_mb < large["ends_mb"] - small["ends_mb"] + SCRATCH_MB / 2


@pytest.mark.parametrize("shape", [LARGE, (16, 112, 128)], ids=["tiles", "whole"])
def test_the_peak_is_what_the_plan_says(model: Model, shape: tuple[int, int, int]) -> None:
    tile = TILE if shape == LARGE else shape
    (found,) = _measured(model, tile, shape)
    planned_mb = tile_bytes(tuple(found["tile"]), [model], Compute()) / 1e6
    assert found["growth_mb"] < planned_mb + found["ends_mb"] + SCRATCH_MB

"""The unit of prediction: what its marker says of how a timepoint was predicted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from livecell.engine import Unit
from livecell.models import Model
from livecell.pipeline.open_run import Run
from livecell.pipeline.process import process
from tests.scenes.models import card_of, package_of
from tests.scenes.pipeline import SAMPLING, SHAPE, acquisition, settings


class Cramped(nn.Module):
    """A network on a device without room for a whole volume."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor, *further: object) -> Tensor:
        """The prediction, where there is room for it."""
        if image.numel() >= np.prod(SHAPE):
            raise torch.OutOfMemoryError("CUDA out of memory")
        said: Tensor = self.network(image, *further)
        return said


def _tiles(run: Run) -> list[list[int]]:
    """Tiles of each timepoint, as its marker says."""
    frames = range(run.predictions().sizes["t"])
    markers = [run.folder.markers.read(Unit("predict", "0", frame)) or {} for frame in frames]
    return [tile for marker in markers for tile in marker["tiles"]]


def test_a_timepoint_says_in_which_tiles_memory_let_it_be_predicted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = acquisition(tmp_path / "a.ome.zarr", frames=2)
    card = card_of("dna", network={"depth": 1}, voxel_size_um=SAMPLING.voxel_size_um)
    used: Any = settings(package_of(tmp_path / "model", card), predict={"dtype": "float32"})
    usual = process(source, tmp_path / "usual", used, stages=("predict",))
    assert _tiles(usual) == [list(SHAPE)] * 2
    roomy = Model.network
    monkeypatch.setattr(Model, "network", lambda model, *where: Cramped(roomy(model, *where)))
    cramped = process(source, tmp_path / "cramped", used, stages=("predict",))
    assert cramped.failed == []
    assert cramped.folder.read_settings().predict.tile == SHAPE, "the plan of the run stays"
    assert all(np.prod(tile) <= np.prod(SHAPE) / 2 for tile in _tiles(cramped))
    expected = usual.predictions().to_numpy()
    np.testing.assert_allclose(cramped.predictions(), expected, rtol=0, atol=2e-2 * expected.std())

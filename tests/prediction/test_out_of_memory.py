"""Memory that runs out: smaller tiles, the same prediction."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from livecell.errors import ConfigError
from livecell.models import Model
from livecell.prediction import predict
from livecell.prediction.out_of_memory import is_out_of_memory
from tests.scenes.prediction import NORMALISATION, model_3d
from tests.scenes.processes import needs_proc, told_by
from tests.scenes.volumes import textured

SHAPE = (4, 150, 160)
SMALL = (4, 80, 160)


class Narrow(nn.Module):
    """A network on a device on which images of more than so many voxels find no room."""

    def __init__(self, network: nn.Module, most: int, error: type[Exception] = torch.OutOfMemoryError) -> None:
        super().__init__()
        self.network, self.most, self.error = network, most, error
        self.sizes: list[int] = []

    def forward(self, image: Tensor, channels: list[int]) -> Tensor:
        self.sizes.append(image.numel())
        if image.numel() > self.most:
            raise self.error("CUDA out of memory")
        said: Tensor = self.network(image, channels)
        return said


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return model_3d(tmp_path)


def _narrowed(monkeypatch: pytest.MonkeyPatch, model: Model, most: int, **changes: type[Exception]) -> Narrow:
    narrow = Narrow(model.network(), most, **changes)
    monkeypatch.setattr(Model, "network", lambda *_: narrow)
    return narrow


def test_the_allocator_of_torch_is_understood() -> None:
    with pytest.raises(RuntimeError) as refused:
        torch.empty(2**50)
    assert is_out_of_memory(refused.value)
    assert is_out_of_memory(MemoryError())
    assert is_out_of_memory(torch.OutOfMemoryError())
    assert not is_out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    assert not is_out_of_memory(ValueError("can't allocate memory"))


def test_smaller_tiles_are_tried_until_there_is_room(
    model: Model, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stack = textured(SHAPE)
    narrow = _narrowed(monkeypatch, model, most=4 * 100 * 160)
    found = predict(stack, model, NORMALISATION, memory_budget_gb=8.0)
    (record,) = found.attrs["models"]
    tile = tuple(record["tile"])
    assert np.prod(tile) <= narrow.most < narrow.sizes[0]
    assert f"trying {tile}" in caplog.text
    monkeypatch.undo()
    np.testing.assert_array_equal(found, predict(stack, model, NORMALISATION, tile=tile))


def test_where_nothing_is_small_enough_it_is_said(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    _narrowed(monkeypatch, model, most=10)
    with pytest.raises(ConfigError, match=r"memory: expected enough for tiles of 4 x \d+ x \d+ voxels.*fewer workers"):
        predict(textured(SHAPE), model, NORMALISATION)


def test_other_errors_are_not_taken_for_it(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = _narrowed(monkeypatch, model, most=10, error=ValueError)
    with pytest.raises(ValueError, match="CUDA out of memory"):
        predict(textured(SHAPE), model, NORMALISATION)
    assert len(narrow.sizes) == 1


_REALLY = """
import json, resource, sys, numpy as np, torch
from livecell.models import open_model
from livecell.prediction import predict
from tests.scenes.prediction import NORMALISATION
from tests.scenes.processes import resident_mb
from tests.scenes.volumes import textured

stack, model = textured((8, 160, 160)), open_model(sys.argv[1])
torch.set_num_threads(1)
predict(stack[:2, :16, :16], model, NORMALISATION)
held_mb = resident_mb()
size = next(line for line in open("/proc/self/status") if line.startswith("VmSize"))
resource.setrlimit(resource.RLIMIT_AS, (int(size.split()[1]) * 1024 + 120_000_000, -1))
found = predict(stack, model, NORMALISATION, memory_budget_gb=8.0)
left_mb = resident_mb() - held_mb
resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
(record,) = found.attrs["models"]
same = predict(stack, model, NORMALISATION, tile=tuple(record["tile"]))
print(json.dumps({"tile": record["tile"], "equal": bool((found == same).all()), "left_mb": left_mb}))
"""


@needs_proc
def test_a_process_that_really_runs_out_of_memory_goes_on(tmp_path: Path) -> None:
    """An address space that holds no features of the whole stack."""
    model = model_3d(tmp_path, "dna", network={"depth": 1, "width": 24})
    found = told_by(_REALLY, model.path)
    assert found["equal"]
    assert np.prod(found["tile"]) <= 8 * 160 * 160 / 2
    assert found["left_mb"] < 40

"""States on the disk: whole, refused where they do not belong, and gone on from to the same weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from livecell.config.losses import ForegroundWeighted, Heteroscedastic, Loss, MeanSquaredError
from livecell.config.train import FitSettings
from livecell.errors import ConfigError, StorageError
from livecell.nets import UNetShape
from livecell.training import Checkpoints, Fitted, Progress, Trunk, fit, new_network
from tests.scenes.training import FIT, small_sample

STEPS = 12


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


class _KilledError(Exception):
    """Stands for the end of a process."""


def _settings(**changes: Any) -> FitSettings:
    # A time that has always passed: a state after every step.
    short = {"steps": STEPS, "validate_every": 5, "checkpoint_minutes": 1e-9}
    return FIT.model_copy(update={**short, **changes})


def _fit(settings: FitSettings, folder: Path | None, die_at: int | None = None, outputs: int = 1) -> Fitted:
    def tell(reached: Progress) -> None:
        if reached.step == die_at:
            raise _KilledError

    kept = None if folder is None else Checkpoints(folder)
    shape = UNetShape(depth=1, width=4, outputs=outputs)
    trunk = Trunk(freeze_steps=7, rate=0.5)
    return fit(
        [small_sample(0)], [small_sample(1)], shape, settings, 3, on_progress=tell, trunk=trunk, checkpoints=kept
    )


@pytest.mark.parametrize("loss", [MeanSquaredError(), ForegroundWeighted(), Heteroscedastic()], ids=lambda x: x.kind)
@pytest.mark.parametrize("precision", ["auto", "float32"])
def test_what_was_interrupted_ends_with_the_same_weights_and_history(
    tmp_path: Path, loss: Loss, precision: str
) -> None:
    settings = _settings(loss=loss, precision=precision)
    outputs = 2 if isinstance(loss, Heteroscedastic) else 1
    undisturbed = _fit(settings, None, outputs=outputs)
    with pytest.raises(_KilledError):
        _fit(settings, tmp_path, die_at=5, outputs=outputs)
    torch.manual_seed(99)
    with pytest.raises(_KilledError):
        _fit(settings, tmp_path, die_at=10, outputs=outputs)
    again = _fit(settings, tmp_path, outputs=outputs)
    for name, value in undisturbed.network.state_dict().items():
        assert torch.equal(value, again.network.state_dict()[name]), name

    def told(fitted: Fitted) -> list[tuple[object, ...]]:
        return [(reached.step, reached.loss, reached.validation_loss, reached.pearson_r) for reached in fitted.history]

    assert told(again) == told(undisturbed)


def test_a_training_that_has_ended_does_nothing_more(tmp_path: Path) -> None:
    settings = _settings()
    first = _fit(settings, tmp_path)
    again = _fit(settings, tmp_path)
    assert again.history == first.history


def test_time_counts_over_all_sessions(tmp_path: Path) -> None:
    settings = _settings(steps=10_000, minutes=1.0)
    with pytest.raises(_KilledError):
        _fit(settings, tmp_path, die_at=5)
    kept = Checkpoints(tmp_path)
    state = kept.read()
    assert state is not None
    kept.write({**state, "seconds": 60.0})
    assert [reached.step for reached in _fit(settings, tmp_path).history] == [state["steps"]]


def test_a_state_comes_back_as_it_was(tmp_path: Path) -> None:
    state = {"weights": {"a": torch.arange(3.0)}, "steps": 4, "losses": [0.5], "best": None}
    kept = Checkpoints(tmp_path / "training", "these images")
    assert kept.read() is None
    kept.write(state)
    read = kept.read()
    assert read is not None
    assert torch.equal(read.pop("weights")["a"], torch.arange(3.0))
    assert read == {"steps": 4, "losses": [0.5], "best": None}
    assert [path.name for path in (tmp_path / "training").iterdir()] == ["checkpoint.pt"]


def test_half_a_state_beside_a_whole_one_is_not_looked_at(tmp_path: Path) -> None:
    kept = Checkpoints(tmp_path)
    kept.write({"steps": 4})
    kept.path.with_suffix(".part").write_bytes(kept.path.read_bytes()[:100])
    assert kept.read() == {"steps": 4}
    kept.write({"steps": 5})
    assert kept.read() == {"steps": 5}


def test_states_of_other_images_and_damaged_ones_are_refused(tmp_path: Path) -> None:
    kept = Checkpoints(tmp_path, "these images")
    kept.write({"steps": 4})
    with pytest.raises(ConfigError, match=r"images.*--overwrite"):
        Checkpoints(tmp_path, "others").read()
    kept.path.write_bytes(kept.path.read_bytes()[:100])
    with pytest.raises(ConfigError, match=r"cannot be read.*--overwrite"):
        kept.read()


def test_a_disk_that_does_not_take_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="room"):
        Checkpoints(tmp_path / "file" / "below").write({})


def test_new_networks_follow_from_the_seed() -> None:
    shapes = [UNetShape(depth=1, width=4)] * 2
    first, again, other = (new_network(shapes, seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["members.0.head.weight"], other["members.0.head.weight"])

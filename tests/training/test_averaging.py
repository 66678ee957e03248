"""The running average against its closed form."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from livecell.training.averaging import LONGEST_MEMORY, RunningAverage


def _set(network: nn.Module, value: float) -> None:
    with torch.no_grad():
        for tensor in network.state_dict().values():
            tensor.fill_(value)


def test_the_average_is_exponential_and_takes_the_statistics_along() -> None:
    network = nn.BatchNorm2d(2)
    _set(network, 8.0)
    average = RunningAverage(network, steps=10)
    assert average.decay == pytest.approx(0.5)
    for value in (4.0, 2.0):
        _set(network, value)
        average.update(network)
    state = average.network.state_dict()
    for name in ("weight", "bias", "running_mean", "running_var"):
        # ((8 + 4) / 2 + 2) / 2
        assert state[name].tolist() == [4.0, 4.0]
    assert int(state["num_batches_tracked"]) == 2
    assert not average.network.training


def test_memory_is_limited() -> None:
    assert RunningAverage(nn.BatchNorm2d(1), steps=10**6).decay == LONGEST_MEMORY

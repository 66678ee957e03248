"""What `auto` stands for."""

from __future__ import annotations

import pytest
import torch

from livecell.errors import ConfigError
from livecell.prediction import Compute, choose_compute


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with one GPU of which 50 GB are free."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (9, 0))
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (50_000_000_000, 80_000_000_000))


def test_what_is_given_is_taken() -> None:
    assert choose_compute("cpu", "float32", 1.25) == Compute("cpu", "float32", 1.25)


def test_workers_do_not_share_a_budget_that_is_given() -> None:
    assert choose_compute("cpu", "float32", 1.25, workers=4).memory_budget_gb == 1.25


@pytest.mark.usefixtures("gpu")
def test_precision_and_budget_are_those_of_the_device_that_was_chosen() -> None:
    assert choose_compute() == Compute("cuda", "bfloat16", 40.0)
    assert choose_compute(workers=2).memory_budget_gb == 20.0
    assert choose_compute("cpu", "float32", None).memory_budget_gb != 40.0


@pytest.mark.usefixtures("gpu")
def test_a_device_that_is_not_there_is_told_before_its_precision() -> None:
    with pytest.raises(ConfigError, match="none called cuda:1"):
        choose_compute("cuda:1")


def test_python_computes_in_float32_on_the_cpu_unless_told() -> None:
    assert (Compute().device, Compute().precision) == ("cpu", "float32")

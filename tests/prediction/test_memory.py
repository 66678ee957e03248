"""What a prediction may take of the memory, and what it does with what it has freed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
import torch

from livecell.prediction import Compute, choose_compute, memory
from livecell.prediction.memory import default_budget_gb
from tests.scenes.processes import needs_proc, told_by


@pytest.fixture
def free_gb(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine with 10.19 GB free, and no control group."""
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=10_190_000_000))
    monkeypatch.setattr(memory, "CONTROL_GROUP", tmp_path)


def _limit(folder: Path, most: str, used: str = "1000000000") -> None:
    (folder / "memory.max").write_text(f"{most}\n")
    (folder / "memory.current").write_text(f"{used}\n")
    (folder / "memory.stat").write_text("anon 5\ninactive_file 400000000\nactive_file 7\n")


@pytest.mark.usefixtures("free_gb")
def test_half_of_what_is_free_is_shared_by_the_workers() -> None:
    assert default_budget_gb() == 5.0
    assert default_budget_gb(workers=3) == 1.6
    assert default_budget_gb(workers=100) == 0.5


@pytest.mark.usefixtures("free_gb")
@pytest.mark.parametrize(
    ("most", "used", "budget_gb"),
    [
        ("max", "1000000000", 5.0),
        ("4000000000", "1400000000", 1.5),
        ("99000000000", "0", 5.0),
        ("10", "900000000", 0.5),
    ],
)
def test_a_job_may_take_less_than_the_machine_has(tmp_path: Path, most: str, used: str, budget_gb: float) -> None:
    _limit(tmp_path, most, used)
    assert default_budget_gb() == budget_gb


@pytest.mark.usefixtures("free_gb")
@pytest.mark.parametrize("name", ["memory.max", "memory.current", "memory.stat"])
def test_a_group_that_does_not_say_all_has_no_limit(tmp_path: Path, name: str) -> None:
    _limit(tmp_path, "2000000000")
    (tmp_path / name).unlink()
    assert default_budget_gb() == 5.0


def test_a_gpu_has_memory_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _: (20_000_000_000, 24_000_000_000))
    assert default_budget_gb("cuda") == 16.0


@pytest.mark.usefixtures("free_gb")
def test_what_is_given_is_taken() -> None:
    assert choose_compute("cpu", "float32", 3.3) == Compute("cpu", "float32", 3.3)
    assert choose_compute("cpu", "float32", workers=2).memory_budget_gb == 2.5


_KEEPING = """
import numpy as np, psutil
from livecell.prediction.memory import keeping_freed_memory
held = lambda: psutil.Process().memory_info().rss / 1e6
with keeping_freed_memory():
    before = held()
    for _ in range(2):
        large = np.ones(25_000_000)
        del large
    print(held() - before)
print(held() - before)
"""


@pytest.mark.skipif(memory._glibc() is None, reason="needs the allocator of glibc")
def test_freed_memory_is_kept_and_then_given_back() -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MALLOC_")}
    done = subprocess.run([sys.executable, "-c", _KEEPING], check=True, capture_output=True, text=True, env=environment)
    kept_mb, left_mb = map(float, done.stdout.split())
    assert kept_mb > 150
    assert left_mb < 50


@pytest.mark.skipif(memory._glibc() is None, reason="needs the allocator of glibc")
def test_workers_that_keep_their_memory_are_left_alone() -> None:
    environment = {**os.environ, "MALLOC_TRIM_THRESHOLD_": "4000000000", "MALLOC_MMAP_THRESHOLD_": "4000000000"}
    done = subprocess.run([sys.executable, "-c", _KEEPING], check=True, capture_output=True, text=True, env=environment)
    assert min(map(float, done.stdout.split())) > 150


_RAISING = """
import json, numpy as np
from livecell.prediction.memory import keeping_freed_memory
from tests.scenes.processes import resident_mb
base = resident_mb()
try:
    with keeping_freed_memory(), keeping_freed_memory():
        large = np.ones(25_000_000)
        del large
        raise OSError("disk")
except OSError as error:
    print(json.dumps([str(error), resident_mb() - base]))
"""


@needs_proc
def test_an_error_passes_and_memory_is_given_back_all_the_same() -> None:
    said, left_mb = told_by(_RAISING)
    assert said == "disk"
    assert left_mb < 50


_FASTER = """
import json, time, numpy as np
from livecell.prediction.memory import keeping_freed_memory
image = np.ones(480_000)

def seconds():
    times = []
    for _ in range(20):
        start = time.perf_counter()
        for _ in range(5):
            image * 2 + image
        times.append(time.perf_counter() - start)
    return min(times)

before = seconds()
with keeping_freed_memory():
    pass
print(json.dumps(seconds() / before))
"""


def test_arrays_are_as_fast_after_as_they_were_before() -> None:
    """Twenty times as slow where every array is mapped anew."""
    assert told_by(_FASTER) < 4

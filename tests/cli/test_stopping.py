"""A signal ends a run wherever it arrives, also where Python drops exceptions."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
import gc, os, signal, sys, time
from livecell_cli.stopping import stop_when_terminated

signal.signal(signal.SIGINT, signal.default_int_handler)
stop_when_terminated()
number = signal.Signals[sys.argv[1]]

def collected(phase, info):
    if phase == "stop" and asked:
        asked.clear()
        os.kill(os.getpid(), number)
        for _ in range(1000):
            pass

class Finalized:
    def __del__(self):
        os.kill(os.getpid(), number)
        for _ in range(1000):
            pass

asked = []
try:
    if sys.argv[2] == "garbage collection":
        gc.callbacks.append(collected)
        asked.append(True)
        gc.collect()
    else:
        Finalized()
    print("lost", flush=True)
    time.sleep(10)
    print("never ended")
except BaseException as error:
    print(type(error).__name__)
    raise SystemExit(error.code if isinstance(error, SystemExit) else 130)
"""


@pytest.mark.parametrize(
    ("number", "kind", "code"), [("SIGTERM", "SystemExit", 143), ("SIGINT", "KeyboardInterrupt", 130)]
)
@pytest.mark.parametrize("where", ["garbage collection", "finalizer"])
def test_a_signal_is_not_lost_where_exceptions_are(number: str, kind: str, code: int, where: str) -> None:
    command = [sys.executable, "-c", CODE, number, where]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert told.stdout.split("\n")[:2] == ["lost", kind]
    assert told.returncode == code
    assert told.stderr.count("what is done stays done") == (number == "SIGTERM")
    assert "Traceback" not in told.stderr


def test_other_dropped_exceptions_are_told() -> None:
    code = """
from livecell_cli.stopping import stop_when_terminated
stop_when_terminated()
class Finalized:
    def __del__(self):
        raise ValueError("of a finalizer")
Finalized()
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "ValueError: of a finalizer" in told.stderr

"""Signals that end a run. What runs is unwound; what cannot be is cut off before the system does it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from types import FrameType
from typing import NoReturn

TERMINATED = 143
GRACE_S = 15.0
"""Batch systems kill about 30 s after SIGTERM; workers are stopped in a few, and results are whole at any moment."""
AGAIN_S = 0.05
"""How long after it was lost the exception of a signal is raised again."""


def stop_when_terminated() -> None:
    """Let SIGTERM end this process with code 143, at the latest after `GRACE_S`; what is done stays done.

    The exceptions of SIGTERM and of Ctrl-C are not lost where Python drops exceptions (finalizers, callbacks of the
    garbage collector): there they are raised again a moment later.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    # Written at once by the system's handler, also while a numerical library keeps Python's own handlers waiting.
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    signal.signal(signal.SIGTERM, _unwind)
    sys.unraisablehook = _raise_again
    threading.Thread(target=_cut_off, args=(reading,), daemon=True).start()


def _unwind(number: int, frame: FrameType | None) -> NoReturn:
    del frame
    # Once is enough: a second signal must not interrupt the workers being stopped and the lock being released.
    signal.signal(number, signal.SIG_IGN)
    os.write(2, b"livecell: stopped; what is done stays done, the same command goes on from there\n")
    raise SystemExit(TERMINATED)


def _raise_again(lost: sys.UnraisableHookArgs) -> None:
    ends = lost.exc_type in (SystemExit, KeyboardInterrupt)
    if not ends or threading.current_thread() is not threading.main_thread():
        sys.__unraisablehook__(lost)
        return
    kind, said = lost.exc_type, lost.exc_value.args if lost.exc_value else ()

    def raise_now(number: int, frame: FrameType | None) -> NoReturn:
        del number, frame
        raise kind(*said)

    # By the system's clock: a thread cannot be started everywhere where a finalizer may run.
    signal.signal(signal.SIGALRM, raise_now)
    signal.setitimer(signal.ITIMER_REAL, AGAIN_S)


def _cut_off(reading: int) -> None:
    while signal.SIGTERM not in os.read(reading, 64):
        pass
    time.sleep(GRACE_S)
    os._exit(TERMINATED)

"""One attempt at a unit: time it, and turn what goes wrong with one timepoint into its outcome."""

from __future__ import annotations

import errno
import logging
import time
from collections.abc import Callable

from livecell.engine.unit import Outcome, Status, Unit
from livecell.errors import DamagedVolumeError, LivecellError, StorageError

_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
"""Only writing fails like this, and not for the sake of what is written."""

logger = logging.getLogger(__name__)

Work = Callable[[Unit], Status]
"""Does a unit, with all its results on disk, and says whether it is done or its timepoint is missing."""


def attempt(work: Work, unit: Unit) -> Outcome:
    """Run the work of a unit.

    A fault of one timepoint becomes a failed outcome. That of the disk (full or read-only) is raised as a StorageError:
    it would fail every timepoint after it, too.
    """
    start_s = time.perf_counter()
    try:
        status = work(unit)
    except LivecellError as error:
        if isinstance(error, StorageError) and not isinstance(error, DamagedVolumeError):
            raise
        return Outcome("failed", time.perf_counter() - start_s, str(error))
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _DISK:
            raise _storage_error(unit, error) from error
        logger.exception("%s of position %s, timepoint %d failed", unit.stage, unit.position, unit.frame)
        return Outcome("failed", time.perf_counter() - start_s, f"{type(error).__name__}: {error}")
    return Outcome(status, time.perf_counter() - start_s)


def _storage_error(unit: Unit, error: OSError) -> StorageError:
    return StorageError(
        f"{unit.stage} of position {unit.position}, timepoint {unit.frame}",
        expected="a disk that can be written",
        found=error.strerror or str(error),
        hint="free some space, or write to another disk, and run again",
    )

"""One attempt at a unit: time it, and turn what goes wrong with one timepoint into its outcome."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from livecell.engine.unit import Outcome, Status, Unit
from livecell.errors import LivecellError, StorageError

logger = logging.getLogger(__name__)

Work = Callable[[Unit], Status]
"""Does a unit, with all its results on disk, and says whether it is done or its timepoint is missing."""


def attempt(work: Work, unit: Unit) -> Outcome:
    """Run the work of a unit.

    A fault of one timepoint becomes a failed outcome. A StorageError (disk full or read-only) is raised: it
    would fail every timepoint after it, too.
    """
    start_s = time.perf_counter()
    try:
        status = work(unit)
    except StorageError:
        raise
    except LivecellError as error:
        return Outcome("failed", time.perf_counter() - start_s, str(error))
    except Exception as error:
        logger.exception("%s of position %s, timepoint %d failed", unit.stage, unit.position, unit.frame)
        return Outcome("failed", time.perf_counter() - start_s, f"{type(error).__name__}: {error}")
    return Outcome(status, time.perf_counter() - start_s)

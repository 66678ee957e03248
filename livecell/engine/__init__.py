"""Units of work, done-markers and workers: runs any function of (position, timepoint); knows no stage.

The parallel loop lives in `engine.parallel` and `engine.cluster`, imported only where workers are wanted: dask
takes a second to import.
"""

from livecell.engine.attempt import Work, attempt
from livecell.engine.frontier import Frontier
from livecell.engine.lock import lock_folder
from livecell.engine.markers import Markers, write_json, write_text
from livecell.engine.serial import run_serial
from livecell.engine.unit import Outcome, Status, Task, Unit
from livecell.engine.workers import WorkerPlan, plan_workers

__all__ = [
    "Frontier",
    "Markers",
    "Outcome",
    "Status",
    "Task",
    "Unit",
    "Work",
    "WorkerPlan",
    "attempt",
    "lock_folder",
    "plan_workers",
    "run_serial",
    "write_json",
    "write_text",
]

"""Units of work, done-markers and workers: runs any function of (position, timepoint); knows no stage.

The parallel loop lives in `engine.parallel` and `engine.cluster`, imported only where workers are wanted: dask
takes a second to import.
"""

from livecell.engine.attempt import Work, attempt
from livecell.engine.frontier import Frontier
from livecell.engine.lock import forget_lock, is_held_by_another, lock_folder, token_of
from livecell.engine.markers import Markers, write_json, write_text
from livecell.engine.schedulers import check_scheduler, describe_workers, is_here, is_running
from livecell.engine.serial import run_serial
from livecell.engine.unit import Outcome, Status, Task, Unit
from livecell.engine.workers import WorkerPlan, plan_workers, usable_cores

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
    "check_scheduler",
    "describe_workers",
    "forget_lock",
    "is_held_by_another",
    "is_here",
    "is_running",
    "lock_folder",
    "plan_workers",
    "run_serial",
    "token_of",
    "usable_cores",
    "write_json",
    "write_text",
]

"""What a command prints when it is done: to stdout, as text or JSON, with its exit code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from livecell.pipeline.open_run import Run

PARTLY_FAILED = 3


def print_json(content: Any) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(content, indent=2, default=str))


def finish(run: Run, as_json: bool) -> int:
    """Print what came of a run; returns 3 when timepoints failed, else 0."""
    record = run.record
    if as_json:
        print_json({"run": str(run.path), "report": str(run.report), **record})
    else:
        _print_run(run, record)
    for entry in record["failed"]:
        where = f"{entry['stage']} of position {entry['position']}, timepoint {entry['frame']}"
        click.echo(f"failed: {where}: {entry['error']}", err=True)
    return PARTLY_FAILED if record["failed"] else 0


def _print_run(run: Run, record: dict[str, Any]) -> None:
    for stage, counts in record["stages"].items():
        parts = [f"{counts[name]} {name}" for name in ("done", "missing", "failed") if counts[name]]
        click.echo(f"{stage:<8} {', '.join(parts) or 'nothing to do'}, {counts['seconds']:.1f} s of work")
    if record.get("watch"):
        click.echo(f"watch    {_watched(record['watch'])}")
    click.echo(f"run      {run.path}")
    if run.report.exists():
        click.echo(f"report   {run.report}")


def _watched(told: dict[str, Any]) -> str:
    timepoints, delay_s = f"{told['timepoints']} timepoints", told["delay_s"]
    if delay_s is None:
        return timepoints
    longest = f"median; longest {delay_s['longest']:.1f} s"
    return f"{timepoints}; tracks {delay_s['median']:.1f} s after a timepoint was written ({longest})"


def show_plan(plan: dict[str, Any], as_json: bool) -> int:
    """Print what a command would do."""
    if as_json:
        print_json(plan)
        return 0
    for name, value in plan.items():
        click.echo(f"{name:<20} {value}")
    return 0

"""Options that several commands share, and the settings they make."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

if TYPE_CHECKING:
    from livecell.config import RunSettings

NOTE = 25
"""Level of messages to be seen without asking that are no warnings."""

P = ParamSpec("P")
R = TypeVar("R")


class VoxelSize(click.ParamType[Any]):
    """Three numbers Z,Y,X in micrometres."""

    name = "z,y,x"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        try:
            sizes = tuple(float(part) for part in str(value).split(","))
        except ValueError:
            sizes = ()
        if len(sizes) != 3:
            self.fail(f"expected three numbers Z,Y,X in micrometres, found {value!r}; write for example 0.5,0.29,0.29")
        return sizes


class Place(click.ParamType[Any]):
    """A timepoint and a plane."""

    name = "t,z"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        parts = str(value).split(",")
        if len(parts) != 2 or not all(part.strip().isdecimal() for part in parts):
            self.fail(f"expected two whole numbers T,Z, found {value!r}; write for example 0,8")
        return tuple(int(part) for part in parts)


class Source(click.ParamType[Any]):
    """A path, or an address s3://bucket/name."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str | Path:
        return str(value) if "://" in str(value) else Path(value)


class Names(click.ParamType[Any]):
    """Names joined by commas."""

    name = "name,..."

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        return tuple(part.strip() for part in str(value).split(",") if part.strip())


IMAGE_OPTIONS = (
    click.option("--axes", help="Order of the axes in the files, such as tzyx, where they do not say it."),
    click.option("--voxel-size", type=VoxelSize(), metavar="Z,Y,X", help="Voxel size in micrometres."),
)
INPUT_OPTIONS = (
    *IMAGE_OPTIONS,
    click.option("--interval", type=float, metavar="S", help="Seconds between timepoints."),
    click.option("--channel", metavar="NAME|INDEX", help="Channel to use."),
    click.option("--pattern", help="File names of a folder of TIFFs, such as img_t{t}_z{z}.tif."),
)
MODEL_OPTIONS = (
    click.option("--models", multiple=True, metavar="PACKAGE", help="Model package; may be given several times."),
    click.option("--structures", type=Names(), metavar="NAME,...", help="Structures to predict; default: all."),
    click.option(
        "--dtype", metavar="TYPE", help="Store predictions as uint16 (default), uint8, float16, float32, none."
    ),
    click.option(
        "--precision",
        metavar="auto|float32|bfloat16|float16",
        help="Precision of the networks; auto: the fastest the device is made for.",
    ),
    click.option("--memory-budget", type=float, metavar="GB", help="Memory one prediction may take."),
    click.option("--projections", is_flag=True, help="Store maximum projections along z as well."),
    click.option(
        "--uncertainty", type=Names(), metavar="flips,...", help="Store uncertainty, from flips, ensemble, head."
    ),
)
WORK_OPTIONS = (
    click.option(
        "--scheduler",
        default="local",
        show_default=True,
        metavar="none|local|cuda|slurm|tcp://HOST:PORT|FILE.json",
        help="Where the work runs.",
    ),
    click.option("--workers", type=int, metavar="N", help="Worker processes."),
)
RUN_OPTIONS = (
    click.option("-o", "--output", "out", required=True, type=Path, metavar="RUN", help="The run folder."),
    click.option("-c", "--config", "config", type=Path, help="Configuration; see `livecell config init`."),
    click.option("--overwrite", is_flag=True, help="Start again, and replace what the folder holds."),
    click.option("--resume", is_flag=True, help="Go on from what is done (this is the default)."),
)
WATCH_OPTIONS = (
    click.option("--quiet-minutes", type=float, metavar="MIN", help="End after so long without anything new (30)."),
    click.option("--settle", type=float, metavar="S", help="Read a file once it has not changed for so long (3)."),
)
OUTPUT_OPTIONS = (
    click.option("-v", "--verbose", count=True, help="Say more; twice for everything."),
    click.option("-q", "--quiet", is_flag=True, help="Say only what is wrong."),
    click.option("--json", "as_json", is_flag=True, help="Print the result as JSON."),
)


def options(*groups: tuple[Callable[..., Any], ...]) -> Callable[[Callable[P, R]], Callable[..., R]]:
    """Decorate a command with groups of options."""
    every = [option for group in groups for option in group]
    return lambda command: functools.reduce(lambda inner, option: option(inner), reversed(every), command)


def set_up_messages(verbose: int = 0, quiet: bool = False) -> None:
    """Send messages to stderr: notes and warnings by default, more with -v, errors only with -q."""
    level = logging.ERROR if quiet else {0: NOTE, 1: logging.INFO}.get(verbose, logging.DEBUG)
    logging.addLevelName(NOTE, "NOTE")
    handler = logging.StreamHandler()
    handler.setLevel(level)
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    logger = logging.getLogger("livecell")
    logger.handlers[:] = [handler]
    # The log of a run has more than is shown.
    logger.setLevel(min(level, logging.INFO))


def run_settings(config: Path | None, given: dict[str, Any]) -> RunSettings:
    """Return the settings of a run: the file's, with the options given on the command line in their place."""
    from livecell.config import RunSettings, load_settings, parse_settings

    channel = given.get("channel")
    overrides: dict[str, dict[str, Any]] = {
        "acquisition": {
            "axes": given.get("axes"),
            "voxel_size_um": given.get("voxel_size"),
            "interval_s": given.get("interval"),
            "channel": int(channel) if channel is not None and channel.isdigit() else channel,
            "pattern": given.get("pattern"),
        },
        "predict": {
            "models": given.get("models") or None,
            "structures": given.get("structures") or None,
            "precision": given.get("precision"),
            "memory_budget_gb": given.get("memory_budget"),
            "dtype": given.get("dtype"),
            "projections": given.get("projections") or None,
            "uncertainty": given.get("uncertainty") or None,
        },
        "cluster": {"workers": given.get("workers")},
        "watch": {"quiet_minutes": given.get("quiet_minutes"), "settle_s": given.get("settle")},
    }
    chosen = {s: {k: v for k, v in values.items() if v is not None} for s, values in overrides.items()}
    if config is None:
        return parse_settings({section: values for section, values in chosen.items() if values}, RunSettings, "options")
    return load_settings(config, RunSettings, chosen)

"""The schedulers one can choose: by name, by address, or by the file of one that runs."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from livecell.config.cluster import ClusterSettings
from livecell.engine.workers import plan_workers
from livecell.errors import ConfigError, MissingPathError

NAMED = ("none", "local", "cuda", "slurm")
_ADDRESSES = ("tcp://", "tls://", "ucx://")
_PACKAGES = {"cuda": ("dask_cuda", "dask-cuda"), "slurm": ("dask_jobqueue", "dask-jobqueue")}


def check_scheduler(name: str) -> None:
    """Raise ConfigError unless there is a scheduler of that name, and what it needs is installed."""
    if is_file(name):
        if not Path(name).is_file():
            raise MissingPathError(
                name, expected="the file of a scheduler", found="no such file", hint="start `dask scheduler` with it"
            )
    elif name in _PACKAGES:
        _check_installed(name)
    elif name not in NAMED and not is_address(name):
        raise ConfigError(
            "scheduler",
            expected=f"one of {', '.join(NAMED)}, an address like tcp://host:8786, or FILE.json",
            found=repr(name),
            hint="choose one of these with --scheduler",
        )


def is_address(name: str) -> bool:
    """Say whether that is the address of a scheduler."""
    return name.startswith(_ADDRESSES)


def is_file(name: str) -> bool:
    """Say whether that is the file in which a scheduler says where it is."""
    return name.endswith(".json") and not is_address(name)


def is_running(name: str) -> bool:
    """Say whether that scheduler runs already, and is not ours to start."""
    return is_address(name) or is_file(name)


def describe_workers(name: str, settings: ClusterSettings) -> str:
    """Say what would be started or submitted: for SLURM, the script of each job."""
    plan = plan_workers(settings)
    share = f"{plan.threads} threads and {plan.memory_bytes / 1e9:.1f} GB each"
    if name == "slurm":
        from livecell.engine.slurm import job_script

        return f"jobs for {settings.workers or 1} worker processes, each:\n{job_script(settings)}"
    if name == "cuda":
        gpus = f"{settings.workers} GPUs" if settings.workers else "every GPU"
        beside = plan.workers if settings.cpu_workers is None else settings.cpu_workers
        own = "".join(f", {key}={value!r}" for key, value in settings.cuda.items())
        return f"one worker process for each of {gpus}{own}; {beside} without, {share}"
    if name == "local":
        return f"{plan.workers} worker processes, {share}"
    return "none: the work is done in this process" if name == "none" else f"none: those of {name}"


def is_here(name: str) -> bool:
    """Say whether the work is done on this computer, by nobody but us."""
    return name in ("none", "local")


def _check_installed(name: str) -> None:
    module, package = _PACKAGES[name]
    if find_spec(module) is None:
        raise ConfigError(
            f"--scheduler {name}",
            expected=f"the package {package}",
            found="it is not installed",
            hint=f"pip install 'livecell[{name}]'",
        )

"""The console script: `livecell`; each command is imported only when it is called."""

from __future__ import annotations

import importlib
import sys
import traceback
from typing import NoReturn

import click

from .stopping import stop_when_terminated

COMMANDS = {
    "process": ("process", "Predict, segment, measure, track, export and report an acquisition."),
    "watch": ("watch", "Process an acquisition while it is being written."),
    "predict": ("stages", "Predict structures from an acquisition."),
    "segment": ("stages", "Segment the predictions of a run, or given images."),
    "measure": ("stages", "Measure the objects of a run."),
    "track": ("stages", "Track the objects of a run, or given labels."),
    "export": ("stages", "Write the tables and datasets of a run."),
    "report": ("stages", "Write the report page of a run."),
    "convert": ("convert", "Convert microscope files to OME-Zarr 0.5."),
    "info": ("info", "Say what a file, folder, run or model is."),
    "simulate": ("simulate", "Simulate an acquisition, with its truth."),
    "demo": ("demo", "Simulate a small overnight acquisition and process it."),
    "train": ("train", "Train a model package from paired images."),
    "evaluate": ("evaluate", "Compare predictions with the truth."),
    "register": ("register", "Estimate drift, or lay images of two microscopes over each other."),
    "models": ("models", "List, show, import and export model packages."),
    "config": ("config", "Write, check and describe configurations."),
}
"""Command to (module, short help): `livecell --help` must not import what it does not need."""


class LazyGroup(click.Group):
    """A group whose commands are imported when called; its help is written from COMMANDS alone."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f".{COMMANDS[cmd_name][0]}", __package__)
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="livecell")
def cli() -> None:
    """Organelle dynamics from label-free movies.

    \b
    Example:
      livecell process overnight.ome.zarr -o run
    """


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    stop_when_terminated()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run a command; returns the exit code of DESIGN: 0, 1, 2, 3, 70, 130 or 143."""
    from livecell.errors import LivecellError

    try:
        code = cli.main(args=arguments, prog_name="livecell", standalone_mode=False)
    except click.exceptions.MissingParameter as error:
        error.show()
        return 2
    except click.BadParameter as error:
        return _complain(error.format_message())
    except click.UsageError as error:
        error.show()
        return 2
    except LivecellError as error:
        return _complain(str(error))
    except (KeyboardInterrupt, click.Abort):
        _complain("stopped; what is done stays done, the same command goes on from there")
        return 130
    except Exception as error:
        return _fault(error)
    return code if isinstance(code, int) else 0


def _fault(error: Exception) -> int:
    from .disk import is_disk_fault

    if is_disk_fault(error):
        return _complain(
            f"disk: expected room and permission to write, found {error}; free some space or choose another folder"
        )
    traceback.print_exc()
    _complain("this is a fault of livecell: please report it with the lines above")
    return 70


def _complain(message: str) -> int:
    click.echo(f"livecell: {message}", err=True)
    return 1


if __name__ == "__main__":
    # For launchers of processes, such as torchrun.
    main()

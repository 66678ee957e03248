"""One stage at a time, on the same run folder; `segment` and `track` also take what livecell did not make."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import (
    INPUT_OPTIONS,
    MODEL_OPTIONS,
    OUTPUT_OPTIONS,
    RUN_OPTIONS,
    WORK_OPTIONS,
    Place,
    Source,
    options,
    run_settings,
    set_up_messages,
)
from .results import finish

if TYPE_CHECKING:
    from livecell.pipeline.context import Role

GIVEN_OPTIONS = (
    click.option("-o", "--output", "out", type=Path, metavar="RUN", help="Run folder, when given images or labels."),
    click.option("-c", "--config", "config", type=Path, help="Configuration; default: the run's own."),
    click.option("--overwrite", is_flag=True, help="Start again, and replace what the folder holds."),
    click.option("--structure", default="objects", show_default=True, help="What given images or labels show."),
)


@click.command("predict")
@click.argument("acquisition", type=Source())
@options(RUN_OPTIONS, INPUT_OPTIONS, MODEL_OPTIONS, WORK_OPTIONS, OUTPUT_OPTIONS)
def predict_command(
    acquisition: str | Path, out: Path, config: Path | None, scheduler: str, overwrite: bool, **given: Any
) -> int:
    """Predict structures from ACQUISITION into the folder RUN.

    \b
    Example:
      livecell predict overnight.ome.zarr -o run --structures dna,mitochondria
    """
    return _begin(acquisition, out, config, ("predict",), "acquisition", scheduler, overwrite, **given)


@click.command("segment")
@click.argument("run", metavar="RUN|IMAGES", type=Path)
@click.option("--preview", type=Place(), metavar="T,Z", help="Only write a picture of this timepoint and plane.")
@options(GIVEN_OPTIONS, INPUT_OPTIONS, WORK_OPTIONS, OUTPUT_OPTIONS)
def segment_command(run: Path, out: Path | None, preview: tuple[int, int] | None, **given: Any) -> int:
    """Segment the predictions of RUN, or given IMAGES into the folder RUN.

    \b
    Example:
      livecell segment run
      livecell segment nuclei.tif -o run --structure dna --voxel-size 1,0.3,0.3
      livecell segment run --preview 0,5 -c tuned.yaml
    """
    if preview is not None:
        return _preview(run, preview, **given)
    return _run_or_given(run, out, ("segment",), "images", **given)


@click.command("measure")
@click.argument("run", metavar="RUN|IMAGES", type=Path)
@options(GIVEN_OPTIONS, INPUT_OPTIONS, WORK_OPTIONS, OUTPUT_OPTIONS)
def measure_command(run: Path, out: Path | None, **given: Any) -> int:
    """Measure the objects of RUN, or of given LABELS into the folder RUN.

    \b
    Example:
      livecell measure run
    """
    return _run_or_given(run, out, ("measure",), "labels", **given)


@click.command("track")
@click.argument("run", metavar="RUN|LABELS", type=Path)
@options(GIVEN_OPTIONS, INPUT_OPTIONS, WORK_OPTIONS, OUTPUT_OPTIONS)
def track_command(run: Path, out: Path | None, **given: Any) -> int:
    """Track the objects of RUN, or of given LABELS into the folder RUN.

    \b
    Example:
      livecell track run
      livecell track labels.ome.zarr -o run --structure mitochondria
    """
    stages = ("track",) if out is None else ("measure", "track", "export", "report")
    return _run_or_given(run, out, stages, "labels", **given)


@click.command("export")
@click.argument("run", type=Path)
@options(OUTPUT_OPTIONS)
def export_command(run: Path, **given: Any) -> int:
    """Write the CSV tables and xarray datasets of RUN.

    \b
    Example:
      livecell export run
    """
    return _advance(run, None, ("export",), "none", **given)


@click.command("report")
@click.argument("run", type=Path)
@options(OUTPUT_OPTIONS)
def report_command(run: Path, **given: Any) -> int:
    """Write the report page of RUN.

    \b
    Example:
      livecell report run
    """
    return _advance(run, None, ("report",), "none", **given)


def _preview(run: Path, place: tuple[int, int], config: Path | None, **given: Any) -> int:
    set_up_messages(given["verbose"], given["quiet"])
    from livecell.pipeline.preview import preview

    click.echo(str(preview(run, *place, settings=run_settings(config, given) if config else None)))
    return 0


def _run_or_given(run: Path, out: Path | None, stages: tuple[str, ...], role: Role, **given: Any) -> int:
    config, scheduler, overwrite = given.pop("config"), given.pop("scheduler"), given.pop("overwrite")
    if out is not None:
        return _begin(run, out, config, stages, role, scheduler, overwrite, **given)
    return _advance(run, config, stages, scheduler, **given)


def _begin(
    source: str | Path,
    out: Path,
    config: Path | None,
    stages: tuple[str, ...],
    role: Role,
    scheduler: str,
    overwrite: bool,
    **given: Any,
) -> int:
    set_up_messages(given["verbose"], given["quiet"])
    from livecell.pipeline.process import process

    from .progress import showing_progress

    with showing_progress(stages[0], given["quiet"]) as show:
        run = process(
            source,
            out,
            run_settings(config, given),
            scheduler=scheduler,
            overwrite=overwrite,
            stages=stages,
            role=role,
            structure=given.get("structure", "objects"),
            on_progress=lambda progress: show(progress.done, progress.total),
        )
    return finish(run, given["as_json"])


def _advance(run: Path, config: Path | None, stages: tuple[str, ...], scheduler: str, **given: Any) -> int:
    set_up_messages(given["verbose"], given["quiet"])
    from livecell.pipeline.process import advance

    from .progress import showing_progress

    own = run / "config.yaml"
    settings = run_settings(config or own, given) if config or own.is_file() else None
    with showing_progress(stages[0], given["quiet"]) as show:
        done = advance(
            run,
            stages,
            settings,
            scheduler=scheduler,
            on_progress=lambda progress: show(progress.done, progress.total),
        )
    return finish(done, given["as_json"])

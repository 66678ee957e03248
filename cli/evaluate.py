"""`livecell evaluate`: predictions against the truth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import IMAGE_OPTIONS, OUTPUT_OPTIONS, Names, options, set_up_messages
from .results import print_json

if TYPE_CHECKING:
    from livecell.config.evaluate import EvaluateSettings

SHOWN = {
    "structure": "structure",
    "pearson_r": "r",
    "ceiling": "ceiling",
    "r2": "R2",
    "nrmse": "NRMSE",
    "psnr": "PSNR",
    "ssim": "SSIM",
    "frc_resolution_um": "FRC um",
    "foreground_dice": "Dice",
    "object_f1": "F1",
    "panoptic_quality": "PQ",
    "link_recall": "links",
    "calibration_error": "calibr.",
}
"""Figures of the printed table; -o and --json have all of them."""
OF_TRACKS = {
    "structure": "structure",
    "seg": "SEG",
    "det": "DET",
    "tra": "TRA",
    "edge_f1": "edge F1",
    "division_f1": "division F1",
    "fission_f1": "fission F1",
    "fusion_f1": "fusion F1",
    "complete_tracks": "whole tracks",
    "chota": "CHOTA",
}
"""Figures of the second one, where tracks are compared: events beside TRA, which hardly notices them."""


@click.command("evaluate")
@click.argument("predicted", type=Path)
@click.argument("truth", type=Path)
@click.option("-o", "--output", "out", type=Path, metavar="FOLDER", help="Write tables, JSON and a page there.")
@click.option(
    "--structure", "structures", type=Names(), metavar="NAME,...", help="Structures to compare; default: all."
)
@click.option("--frames", type=int, metavar="N", help="Timepoints to compare, spread over the movie; default: 5.")
@click.option("--mask", metavar="IMAGE", help="Compare only where this image is not 0.")
@click.option("--region", multiple=True, metavar="x=A:B", help="Compare only voxels A to B-1; once for each axis.")
@click.option("--max-distance", type=float, metavar="UM", help="Match objects of tracks by distance, at most this.")
@click.option("--event-tolerance", type=int, metavar="N", help="Frames that an event may be off; default: 2.")
@click.option("--min-iou", type=float, metavar="IOU", help="Overlap from which on two objects are one; default: 0.5.")
@click.option("--noise-sd", type=float, metavar="SD", help="Noise of the truth, for the ceiling of the correlation.")
@click.option("--fit-scale/--as-given", default=None, help="Fit predictions to the truth by a straight line first.")
@click.option("--threshold", type=float, metavar="VALUE", help="Foreground of predictions; default: after Otsu.")
@click.option("--truth-threshold", type=float, metavar="VALUE", help="Foreground of the truth; default: after Otsu.")
@click.option("--labels", is_flag=True, help="The images are labels: compare objects, not intensities.")
@options(IMAGE_OPTIONS, OUTPUT_OPTIONS)
def evaluate_command(predicted: Path, truth: Path, out: Path | None, **given: Any) -> None:
    """Compare PREDICTED with TRUTH: images, objects, tracks and uncertainty.

    Each is a run folder, an OME-Zarr, a TIFF or a folder of the Cell Tracking Challenge; structures are paired by the
    names of channels.

    \b
    Example:
      livecell evaluate livecell-demo/run livecell-demo/acquisition.truth -o evaluation
      livecell evaluate predicted.tif measured.tif --structure dna --axes zyx --voxel-size 0.5,0.29,0.29
    """
    set_up_messages(given["verbose"], given["quiet"])
    settings = _settings(given)
    from livecell.pipeline.evaluate import compare
    from livecell.pipeline.evaluation_files import summary, write_files

    evaluation = compare(predicted, truth, settings)
    page = None if out is None else write_files(evaluation, out)
    if given["as_json"]:
        print_json(summary(evaluation))
        return
    table = evaluation.table
    _print(table, SHOWN | {"frc_resolution_um": f"FRC {evaluation.length_unit}"})
    if "tra" in table.columns:
        click.echo()
        _print(table[table["tra"].notna()], OF_TRACKS)
    if page is not None:
        click.echo(f"page  {page}")


def _print(table: Any, names: dict[str, str]) -> None:
    known = table[[name for name in names if name in table.columns]].rename(columns=names)
    click.echo(known.to_string(index=False, na_rep="-", float_format=lambda value: f"{value:.3f}"))


def _settings(given: dict[str, Any]) -> EvaluateSettings:
    from livecell.config import parse_settings
    from livecell.config.evaluate import EvaluateSettings

    values = {
        "structures": given["structures"],
        "frames": given["frames"],
        "mask": given["mask"],
        "labels": given["labels"],
        "axes": given["axes"],
        "voxel_size_um": given["voxel_size"],
        "region": dict(_limits(text) for text in given["region"]),
        "max_distance_um": given["max_distance"],
        "event_tolerance_frames": given["event_tolerance"],
        "min_iou": given["min_iou"],
        "noise_sd": given["noise_sd"],
        "fit_scale": given["fit_scale"],
        "prediction_threshold": given["threshold"],
        "truth_threshold": given["truth_threshold"],
    }
    return parse_settings(
        {name: value for name, value in values.items() if value is not None}, EvaluateSettings, "options"
    )


def _limits(text: str) -> tuple[str, tuple[int, int]]:
    """Read x=704:1024."""
    from livecell.errors import ConfigError

    axis, _, limits = text.partition("=")
    try:
        first, last = (int(part) for part in limits.split(":"))
        if axis not in ("z", "y", "x") or not 0 <= first < last:
            raise ValueError
    except ValueError:
        raise ConfigError(
            "--region", expected="an axis and two voxels, such as x=704:1024", found=text, hint="correct it"
        ) from None
    return axis, (first, last)

"""`livecell register`: the drift of a recording, or two images of one sample over each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .options import INPUT_OPTIONS, OUTPUT_OPTIONS, options, run_settings, set_up_messages
from .results import print_json


@click.command("register")
@click.argument("fixed", type=Path)
@click.argument("moving", type=Path, required=False)
@click.option("-o", "--output", "out", required=True, type=Path, metavar="OUT", help="Folder for the results.")
@click.option("--model", type=Path, metavar="PACKAGE", help="Model that predicts FIXED's signal from MOVING.")
@click.option("--like", type=Path, multiple=True, metavar="RESULT", help="Earlier result of images that look alike.")
@click.option("--affine", is_flag=True, help="Allow shear and unequal scales.")
@click.option("--scale", type=float, nargs=2, metavar="LOW HIGH", help="Moving pixels per fixed pixel to search.")
@click.option("--aligned", is_flag=True, help="Of a recording: also write a copy without the drift (OME-Zarr).")
@click.option("--overwrite", is_flag=True, help="Replace earlier results.")
@options(INPUT_OPTIONS, OUTPUT_OPTIONS)
def register_command(fixed: Path, moving: Path | None, out: Path, aligned: bool, **given: Any) -> None:
    """Estimate the drift of a recording FIXED, or lay the image MOVING over the image FIXED of the same sample.

    \b
    Example:
      livecell register overnight.ome.zarr -o drift --aligned
      livecell register fluorescence.tif electrons.tif -o overlay
      livecell register tile2.tif electrons2.tif -o overlay2 --like overlay
    """
    set_up_messages(given["verbose"], given["quiet"])
    if moving is None:
        _recording(fixed, out, aligned, given)
    else:
        _images(fixed, moving, out, given)


def _recording(source: Path, out: Path, aligned: bool, given: dict[str, Any]) -> None:
    from livecell.pipeline.register_drift import register_recording

    from .progress import showing_progress

    settings = run_settings(None, given).acquisition
    with showing_progress("register", given["quiet"]) as show:
        drift = register_recording(
            source, out, aligned=aligned, settings=settings, overwrite=given["overwrite"], on_progress=show
        )
    largest = {axis: float(drift[axis].abs().max()) for axis in ("z_um", "y_um", "x_um")}
    if given["as_json"]:
        print_json({"drift": str(out / "drift.csv"), "largest": largest})
    else:
        told = ", ".join(f"{axis[0]} {value:.2f} um" for axis, value in largest.items())
        click.echo(f"drift    {out / 'drift.csv'}\nlargest  {told}")


def _images(fixed: Path, moving: Path, out: Path, given: dict[str, Any]) -> None:
    from livecell.pipeline.register import register_images

    found = register_images(
        fixed,
        moving,
        out,
        model=given["model"],
        like=given["like"],
        affine=given["affine"],
        scale=given["scale"] or None,
        settings=run_settings(None, given).acquisition,
        overwrite=given["overwrite"],
    )
    if given["as_json"]:
        print_json(found)
    else:
        click.echo(
            f"rotation     {found['rotation_deg']:.2f} degrees, scale {found['scale']:.4f}\n"
            f"correlation  {found['correlation']:.3f}, margin {found['margin']:.2f}\n"
            f"written      {out}"
        )

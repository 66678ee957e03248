"""`livecell models`: the packages at hand, and ways to and from other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .options import OUTPUT_OPTIONS, VoxelSize, options, set_up_messages
from .results import print_json


@click.group("models")
def models_command() -> None:
    """List and show model packages; import them from pytorch_fnet, export them to ONNX.

    \b
    Example:
      livecell models list
    """


@models_command.command("list")
@options(OUTPUT_OPTIONS)
def list_command(**given: Any) -> None:
    """List the packages that ship with livecell.

    \b
    Example:
      livecell models list
    """
    set_up_messages(given["verbose"], given["quiet"])
    from livecell.models import bundled_models, open_model

    cards = {name: open_model(name).card for name in bundled_models()}
    if given["as_json"]:
        print_json({name: list(card.structures) for name, card in cards.items()})
        return
    for name, card in cards.items():
        origin = "learnt from simulation" if card.simulated else "learnt from real images"
        click.echo(f"{name:<12} {', '.join(card.structures)} ({origin})")


@models_command.command("show")
@click.argument("package", default="bundled")
@options(OUTPUT_OPTIONS)
def show_command(package: str, **given: Any) -> None:
    """Show the card of a package: a folder, or `bundled`.

    \b
    Example:
      livecell models show bundled
    """
    set_up_messages(given["verbose"], given["quiet"])
    from livecell.config import dump_settings
    from livecell.models import open_model

    card = open_model(package).card
    if given["as_json"]:
        print_json(card.model_dump(mode="json"))
    else:
        click.echo(dump_settings(card), nl=False)


@models_command.command("import")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=Path)
@click.option("-o", "--output", "out", required=True, type=Path, metavar="PACKAGE", help="The model package.")
@click.option("--structure", "structures", multiple=True, metavar="NAME", help="Structure of each output, in order.")
@click.option("--voxel-size", type=VoxelSize(), metavar="Z,Y,X", help="Voxel size it learnt at, in micrometres.")
@click.option("--name", help="Name of the model; default: that of the package.")
@click.option("--licence", help="Licence of the weights.")
@click.option("--overwrite", is_flag=True, help="Replace a package that is there already.")
@options(OUTPUT_OPTIONS)
def import_command(sources: tuple[Path, ...], out: Path, licence: str | None, **given: Any) -> None:
    """Make a package of pytorch_fnet checkpoints: files, or folders of them (DIR/model.p, DIR/*/model.p).

    NAME is a structure or its protein, or NAME=FORM for a structure of your own (blob, shell, puncta, filaments,
    network or sheet). Without it, structures are those that the folders are called after.

    \b
    Example:
      livecell models import saved/dna/model.p --structure dna --voxel-size 0.29,0.29,0.29 -o dna
    """
    set_up_messages(given["verbose"], given["quiet"])
    from livecell.models import UNKNOWN_LICENCE, import_fnet

    model = import_fnet(
        sources,
        out,
        given["structures"],
        voxel_size_um=given["voxel_size"],
        name=given["name"],
        licence=licence or UNKNOWN_LICENCE,
        overwrite=given["overwrite"],
    )
    if given["as_json"]:
        print_json({"model": str(model.path), "card": model.card.model_dump(mode="json")})
        return
    size = model.card.voxel_size_um
    click.echo(f"model       {model.path}")
    click.echo(f"structures  {', '.join(model.card.structures)}")
    click.echo("voxel size  " + (f"{', '.join(map(str, size))} um" if size else "unknown; state it with --voxel-size"))


@models_command.command("export")
@click.argument("package")
@click.argument("out", metavar="OUT.onnx", type=Path)
@click.option("--overwrite", is_flag=True, help="Replace a file that is there already.")
@options(OUTPUT_OPTIONS)
def export_command(package: str, out: Path, overwrite: bool, **given: Any) -> None:
    """Write the network of a package as ONNX, checked by running it. Needs `pip install 'livecell[onnx]'`.

    \b
    Example:
      livecell models export bundled bundled.onnx
    """
    set_up_messages(given["verbose"], given["quiet"])
    from livecell.models import export_onnx, open_model

    exported = export_onnx(open_model(package), out, overwrite=overwrite)
    if given["as_json"]:
        print_json({"out": str(out), "largest_difference": exported.difference, "largest_value": exported.largest})
        return
    click.echo(f"written  {out}")
    click.echo(
        f"checked  differs from torch by {exported.difference:.1e} at most, of values up to {exported.largest:.2g}"
    )

"""Model packages made of pytorch_fnet checkpoints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from livecell.config.loading import parse_settings
from livecell.errors import ModelError
from livecell.models.card import CARD_NAME, InputNormalisation, ModelCard, NetworkSettings
from livecell.models.fnet_checkpoint import CHECKPOINT_NAME, FnetCheckpoint, read_checkpoint
from livecell.models.fnet_network import network_of
from livecell.models.fnet_structures import check_count, structure_of_folder, structures_told
from livecell.models.package import Model, write_package
from livecell.nets import UNet, UNetSet

UNKNOWN_LICENCE = "unknown: ask who trained it"
_PLAIN_Z_SCORE = InputNormalisation(clip_percentiles=(0.0, 100.0))
"""pytorch_fnet takes mean and standard deviation of all voxels."""


def import_fnet(
    sources: str | Path | Iterable[str | Path],
    out: str | Path,
    structures: Sequence[str] = (),
    *,
    voxel_size_um: tuple[float, float, float] | None = None,
    name: str | None = None,
    licence: str = UNKNOWN_LICENCE,
    overwrite: bool = False,
) -> Model:
    """Write the networks of pytorch_fnet checkpoints as one model package `out`, and return it.

    Parameters
    ----------
    sources : checkpoints; folders with a `model.p`; folders of such folders, taken in the order of their names.
    structures : one for each output, in the order of the sources: name, protein, or NAME=FORM for one of your own. By
        default as the folders of the checkpoints are called.
    voxel_size_um : (z, y, x) the networks learnt at; checkpoints do not say it.
    name : of the model; by default that of the package's folder.
    licence : of the weights.
    overwrite : replace a package that is there already.

    Predictions are z-scores of an unknown scale: statistics of the fluorescence were never saved.

    Raises ModelError when a source is no checkpoint, networks do not take the same images, structures do not fit, or
    `out` is there already; ConfigError when a structure is not known, or the voxel size is impossible.
    """
    out = Path(out)
    _check_room(out, overwrite)
    given = [sources] if isinstance(sources, str | Path) else list(sources)
    checkpoints = [read_checkpoint(path) for source in given for path in find_checkpoints(Path(source))]
    networks = [network_of(checkpoint) for checkpoint in checkpoints]
    _check_alike(checkpoints, networks)
    names, own = structures_told(structures or [structure_of_folder(each.path) for each in checkpoints])
    check_count(names, sum(network.shape.outputs for network in networks), out)
    settings = tuple(NetworkSettings(**asdict(network.shape)) for network in networks)
    values = {
        "name": name or out.absolute().name,
        "structures": names,
        "voxel_size_um": voxel_size_um,
        "network": settings[0] if len(settings) == 1 else settings,
        "normalisation": _PLAIN_Z_SCORE,
        "training": _history(checkpoints),
        "simulated": False,
        "licence": licence,
        "own_structures": own,
    }
    card = parse_settings(values, ModelCard, "card of the model")
    return write_package(out, card, networks[0] if len(networks) == 1 else UNetSet(networks))


def find_checkpoints(source: Path) -> list[Path]:
    """Return the checkpoints of a source: itself, `model.p` in it, or those of its folders, in the order of names.

    Raises ModelError when a folder has none.
    """
    if not source.is_dir():
        return [source]
    own = source / CHECKPOINT_NAME
    found = [own] if own.is_file() else sorted(source.glob(f"*/{CHECKPOINT_NAME}"))
    if not found:
        raise ModelError(
            source,
            expected=f"{CHECKPOINT_NAME} in this folder or in folders of it",
            found="none",
            hint="give the folder that pytorch_fnet saved to, or the file itself",
        )
    return found


def _check_alike(checkpoints: Sequence[FnetCheckpoint], networks: Sequence[UNet]) -> None:
    first = networks[0].shape
    for checkpoint, network in zip(checkpoints, networks, strict=True):
        shape = network.shape
        if (shape.ndim, shape.inputs) != (first.ndim, first.inputs):
            raise ModelError(
                checkpoint.path,
                expected=f"a {first.ndim}D network of {first.inputs} inputs, as {checkpoints[0].label}",
                found=f"a {shape.ndim}D network of {shape.inputs} inputs",
                hint="import networks that take other images into a package of their own",
            )


def _check_room(out: Path, overwrite: bool) -> None:
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if not (out / CARD_NAME).is_file():
        raise ModelError(
            out, expected="nothing there yet, or a model package", found="something else", hint="choose another name"
        )
    if not overwrite:
        raise ModelError(
            out, expected="nothing there yet", found="a model package", hint="choose another name or --overwrite"
        )


def _history(checkpoints: Sequence[FnetCheckpoint]) -> dict[str, Any]:
    """What is known of the training."""
    return {
        "imported_from": "pytorch_fnet",
        "outputs": "z-scores; statistics of the fluorescence were not saved",
        "checkpoints": [
            {"file": each.label, "layout": each.layout, "iterations": each.iterations, "sha256": each.digest}
            for each in checkpoints
        ],
    }

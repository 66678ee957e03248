"""`register`: two images of one sample from two kinds of microscope, one laid over the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livecell.config.acquisition import AcquisitionSettings
from livecell.engine import write_json
from livecell.errors import RegistrationError, RunFolderError
from livecell.exchange.plane_tiff import write_plane
from livecell.models import open_models
from livecell.pipeline.pictures import Picture, read_example, read_picture
from livecell.prediction import predict
from livecell.registration import Alignment, align, learn
from livecell.reporting.overlay import write_overlay

SCALES = np.geomspace(0.8, 1.25, 5)
"""Scales that are tried around the one that the pixel sizes give."""


def register_images(
    fixed: str | Path,
    moving: str | Path,
    out: str | Path,
    *,
    model: str | Path | None = None,
    like: Sequence[str | Path] = (),
    affine: bool = False,
    scale: tuple[float, float] | None = None,
    settings: AcquisitionSettings | None = None,
    overwrite: bool = False,
) -> dict[str, Any]:
    """Lay an image over another one of the same sample; returns what transform.json says.

    Writes OUT/transform.json, OUT/moved.tif (the moving image as it lies over the fixed one, NaN where it does not
    reach), and OUT/overlay.png. Stacks are projected (mean) along z.

    Parameters
    ----------
    model : package that predicts from the moving image what the fixed one may show; without it a prediction is
        learnt, from the pair itself where there is nothing else.
    like : earlier results of images that look alike, from which the prediction is learnt (see `read_example`).
    scale : range of moving pixels per fixed pixel to search; default: within a quarter of what the pixel sizes say, or
        of 1 where they are not known.

    Raises RegistrationError when no map is credible: nothing is written then. RunFolderError when OUT is there already
    and `overwrite` was not given; AcquisitionError or MissingPathError when an image cannot be read.
    """
    out = Path(out)
    if (out / "transform.json").exists() and not overwrite:
        raise RunFolderError(
            out, expected="no earlier result", found="one", hint="choose another folder or give --overwrite"
        )
    one, two = (read_picture(path, settings) for path in (fixed, moving))
    predicted = _predicted(two, model, like, settings)
    found = align(one.plane, two.plane, _scales(one, two, scale), affine, predicted)
    if not found.credible:
        raise RegistrationError(
            f"{moving} over {fixed}",
            expected="images of one place that explain each other",
            found="; ".join(found.doubts),
            hint="check that they overlap; give --scale if their pixels differ in size, or --model or --like",
        )
    names = [str(Path(path).resolve()) for path in (fixed, moving)]
    content = described(found, names[0], names[1], one, two)
    out.mkdir(parents=True, exist_ok=True)
    moved = found.plane.warp(two.plane, one.plane.shape, missing=np.nan)
    write_plane(moved, out / "moved.tif", one.pixel_um)
    write_overlay(one.plane, moved, out / "overlay.png")
    write_json(out / "transform.json", content)
    return content


def _scales(fixed: Picture, moving: Picture, given: tuple[float, float] | None) -> Sequence[float]:
    if given is not None:
        low, high = min(given), max(given)
        count = max(1, int(np.ceil(np.log(high / low) / np.log(1.12))) + 1)
        return [float(value) for value in np.geomspace(low, high, count)]
    known = fixed.pixel_um is not None and moving.pixel_um is not None
    middle = fixed.pixel_um[1] / moving.pixel_um[1] if fixed.pixel_um and moving.pixel_um and known else 1.0
    return [float(middle * value) for value in SCALES]


def _predicted(
    moving: Picture, model: str | Path | None, like: Sequence[str | Path], settings: AcquisitionSettings | None
) -> NDArray[np.float64] | None:
    """Channels (k, y, x) that are predicted from the moving image; None where nothing is known to predict them."""
    if model is None:
        return learn([read_example(path, settings) for path in like])(moving.plane) if like else None
    found = predict(moving.plane[None].astype(np.float32), open_models([str(model)]))
    return np.asarray(found.to_numpy().max(axis=1), dtype=np.float64)


def described(found: Alignment, fixed: str, moving: str, one: Picture, two: Picture) -> dict[str, Any]:
    """Return what is written of an alignment: plain values."""
    content: dict[str, Any] = {
        "fixed": fixed,
        "moving": moving,
        "convention": "matrix @ (y, x, 1) of a fixed pixel is the place (y, x, 1) in the moving image; (0, 0) is the "
        "centre of the first pixel, y runs down. matrix_um: the same from micrometres to micrometres.",
        "matrix_px": found.plane.matrix.tolist(),
        "matrix_um": None,
        "rotation_deg": found.plane.angle_deg,
        "scale": found.plane.scale,
        "correlation": found.correlation,
        "margin": found.margin,
        "disagreement_px": found.disagreement_px if np.isfinite(found.disagreement_px) else None,
        "overlap": found.overlap,
    }
    if one.pixel_um is not None and two.pixel_um is not None:
        into, back = np.diag([*two.pixel_um, 1.0]), np.diag([1 / one.pixel_um[0], 1 / one.pixel_um[1], 1.0])
        content["matrix_um"] = (into @ found.plane.matrix @ back).tolist()
    return content

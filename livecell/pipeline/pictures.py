"""Single planes as they are given to `register`, and pairs of them that are laid over each other already."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from livecell.acquisition import channel_index, open_acquisition, read_volume
from livecell.config.acquisition import AcquisitionSettings
from livecell.errors import AcquisitionError, MissingPathError
from livecell.registration import Example, PlanarMap

Plane = NDArray[np.float64]
PICTURES = (".png", ".jpg", ".jpeg")
RESULT = "transform.json"


@dataclass(frozen=True)
class Picture:
    """A plane (y, x), and its pixel size (y, x) where it is known."""

    plane: Plane
    pixel_um: tuple[float, float] | None


def read_picture(path: str | Path, settings: AcquisitionSettings | None = None) -> Picture:
    """Return one plane of a file: the mean of the colours of a picture, or along z of the first stack.

    Raises MissingPathError or AcquisitionError.
    """
    path = Path(path)
    if path.suffix.lower() in PICTURES:
        return Picture(_read_colours(path), None)
    given = settings or AcquisitionSettings()
    acquisition = open_acquisition(path, given)
    position = acquisition.positions[0]
    channel = channel_index(acquisition, given.channel)
    plane = np.nan_to_num(read_volume(acquisition, position, 0, channel).astype(np.float64)).mean(axis=0)
    y_um, x_um = acquisition.sampling.y_um, acquisition.sampling.x_um
    return Picture(plane, None if y_um is None or x_um is None else (y_um, x_um))


def _read_colours(path: Path) -> Plane:
    if not path.exists():
        raise MissingPathError(path, expected="an image", found="no such file", hint="check the path")
    try:
        with Image.open(path) as image:
            return np.asarray(np.asarray(image.convert("RGB"), dtype=np.float64).mean(axis=-1))
    except (UnidentifiedImageError, OSError) as error:
        raise AcquisitionError(path, expected="a picture", found=str(error), hint="export it again") from error


def read_example(path: str | Path, settings: AcquisitionSettings | None = None) -> Example:
    """Return the pair of an earlier result: its folder, or a transform.json, which may be written by hand.

    Of the file, `fixed` and `moving` (paths, relative to its folder if not absolute) and `matrix_px` (3 x 3) are used.

    Raises MissingPathError or AcquisitionError.
    """
    path = Path(path)
    file = path / RESULT if path.is_dir() else path
    if not file.is_file():
        raise MissingPathError(file, expected="an earlier result of `livecell register`", found="no such file",
                               hint="give its folder, or a transform.json")  # fmt: skip
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        matrix = np.asarray(told["matrix_px"], dtype=np.float64).reshape(3, 3)
        fixed, moving = (file.parent / str(told[name]) for name in ("fixed", "moving"))
    except (ValueError, KeyError, TypeError) as error:
        raise AcquisitionError(
            file,
            expected="`fixed`, `moving` (paths) and `matrix_px` (3 x 3)",
            found=f"{type(error).__name__}: {error}",
            hint="take the transform.json that `livecell register` writes as a pattern",
        ) from error
    one, two = (read_picture(each, settings).plane for each in (fixed, moving))
    return Example(one, two, PlanarMap(matrix[:2, :2], matrix[:2, 2]))

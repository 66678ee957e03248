"""What a segmentation would give at one timepoint, as a picture: for tuning, nothing of the run is changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from livecell.acquisition import read_volume
from livecell.config import RunSettings
from livecell.errors import RunFolderError
from livecell.pipeline.context import Context, load_context
from livecell.pipeline.run_folder import open_folder
from livecell.pipeline.segment import SEEDS, labels_at, read_intensity
from livecell.pipeline.workflows import workflow_of
from livecell.reporting import PreviewRow, write_preview
from livecell.segmentation import calibrate
from livecell.structures import Structure


def preview(run: str | Path, frame: int, plane: int, settings: RunSettings | None = None) -> Path:
    """Segment one timepoint of the first position and write `preview_tT_zZ.png` into the run folder; return its path.

    Thresholds are found, as in a run, on the calibration frames, with the workflows of the settings given (default:
    those of the run).

    Raises
    ------
    RunFolderError : the run has no such timepoint or plane, or nothing is predicted yet.
    """
    context = load_context(open_folder(run))
    context = context if settings is None else replace(context, settings=settings)
    position = context.acquisition.positions[0]
    depth = context.stored_shape(position)[0]
    _check("timepoint", frame, len(context.frames(position)))
    _check("plane", plane, depth)
    given = read_volume(context.acquisition, position, frame, context.channel)
    rows = _rows(context, position, frame, plane)
    path = context.folder.path / f"preview_t{frame}_z{plane}.png"
    title = f"timepoint {frame}, plane {plane}"
    write_preview(path, title, given[plane if len(given) == depth else len(given) // 2], rows)
    return path


def _rows(context: Context, position: str, frame: int, plane: int) -> list[PreviewRow]:
    nuclei: np.ndarray | None = None
    rows = {}
    for structure in sorted(context.structures, key=lambda s: s.name != SEEDS):
        volume = read_intensity(context, structure.name, position, frame)
        labels = labels_at(context, structure, position, frame, _thresholds(context, structure, position), nuclei)
        nuclei = labels if structure.name == SEEDS else nuclei
        rows[structure.name] = PreviewRow(structure.name, volume[plane], labels[plane], int(labels.max(initial=0)))
    return [rows[name] for name in context.names]


def _thresholds(context: Context, structure: Structure, position: str) -> dict[str, float]:
    frames = context.calibration.get(position, {}).get("frames")
    if not frames:
        raise RunFolderError(
            f"run {context.folder.path}", expected="predictions", found="none yet", hint="run `livecell predict` first"
        )
    volumes = (read_intensity(context, structure.name, position, frame) for frame in frames)
    return calibrate(volumes, workflow_of(context, structure), context.voxel_size_um)


def _check(what: str, number: int, count: int) -> None:
    if not 0 <= number < count:
        raise RunFolderError(
            f"{what} to preview", expected=f"0 to {count - 1}", found=f"{number}", hint="choose another one: T,Z"
        )

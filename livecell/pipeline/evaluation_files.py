"""An evaluation as files: JSON, tables, and a page."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from livecell.engine import write_json
from livecell.errors import StorageError
from livecell.exchange import write_csv
from livecell.pipeline.comparison_frames import UM, FrameReader
from livecell.pipeline.evaluate import Evaluation, StructureScore
from livecell.pipeline.run_side import COUNTS
from livecell.reporting import Planes, Verdict, write_evaluation
from livecell.structures import STRUCTURES

_COLOR = "4A6FA5"
"""Of structures that livecell does not know."""


def write_files(evaluation: Evaluation, folder: str | Path) -> Path:
    """Write metrics.json, metrics.csv, per_z.csv, per_t.csv and evaluation.html; returns the path of the page.

    Raises StorageError when the folder cannot be written.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / "metrics.json", summary(evaluation))
        tables = {"metrics": evaluation.table, "per_z": evaluation.per_z, "per_t": evaluation.per_t}
        for name, table in tables.items():
            write_csv(table, folder / f"{name}.csv")
        verdicts = [_verdict(evaluation, score) for score in evaluation.structures]
        return write_evaluation(folder, evaluation.predicted.path.name, _facts(evaluation), verdicts)
    except OSError as error:
        raise StorageError(
            folder, expected="a folder that can be written", found=str(error), hint="choose another -o"
        ) from error


def summary(evaluation: Evaluation) -> dict[str, Any]:
    """Return what was compared, how, and all figures, as JSON holds them: null where a figure is not known."""
    return {
        "predicted": str(evaluation.predicted.path),
        "truth": str(evaluation.true.path),
        "settings": evaluation.settings.model_dump(mode="json"),
        "length_unit": evaluation.length_unit,
        "structures": {score.match.name: _summary(score) for score in evaluation.structures},
    }


def _summary(score: StructureScore) -> dict[str, Any]:
    spectrum = score.spectrum
    return {
        "metrics": {name: _plain(value) for name, value in score.figures.items()},
        "counts": {name: _plain(value) for name, value in score.counts.items()},
        "units": score.units,
        "scale": {"gain": score.line.gain, "offset": score.line.offset},
        "noise_from": score.noise_from,
        "frames": sorted({int(t) for t in score.per_t["frame"]}),
        "left_out": [{"position": position, "frame": t} for position, t in score.left_out],
        "per_z": _records(score.per_z),
        "per_t": _records(score.per_t),
        "spectrum": None
        if spectrum is None
        else _pairs("frequency_per_um", spectrum.frequency_per_um, "correlation", spectrum.correlation),
        "coverage": None if score.curve is None else _pairs("level", score.curve.levels, "share", score.curve.observed),
    }


def _pairs(first: str, a: Iterable[float], second: str, b: Iterable[float]) -> dict[str, list[Any]]:
    return {name: [_plain(float(value)) for value in values] for name, values in ((first, a), (second, b))}


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): _plain(v) for k, v in row.items()} for row in table.to_dict(orient="records")]


def _plain(value: Any) -> Any:
    """Return a value that strict JSON knows: NaN and infinity are null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _facts(evaluation: Evaluation) -> list[tuple[str, str]]:
    settings = evaluation.settings
    region = [f"{axis} {limit[0]} to {limit[1] - 1}" for axis, limit in settings.region if limit is not None]
    frames = sorted({int(t) for score in evaluation.structures for t in score.per_t["frame"]})
    return [
        ("Predicted", str(evaluation.predicted.path)),
        ("Truth", str(evaluation.true.path)),
        ("Compared timepoints", ", ".join(map(str, frames)) or "none"),
        ("Region", ", ".join(region) or "everything"),
        ("Mask", settings.mask or "none"),
        ("Objects are one from", f"IoU {settings.min_iou:g}"),
        ("Events may be off by", f"{settings.event_tolerance_frames} frames"),
    ]


def _verdict(evaluation: Evaluation, score: StructureScore) -> Verdict:
    known = STRUCTURES.get(score.match.name)
    return Verdict(
        name=score.match.name,
        color=known.color if known else _COLOR,
        figures={**score.figures, **score.counts},
        per_z=score.per_z,
        per_t=score.per_t,
        spectrum=score.spectrum,
        curve=score.curve,
        planes=_planes(evaluation, score),
        length_unit="µm" if score.length_unit == UM else score.length_unit,
        remark=_remark(score),
    )


def _remark(score: StructureScore) -> str:
    if not score.noise_from:
        return "Only objects and tracks could be compared."
    units = "counts of the camera that the model learnt from" if score.units == COUNTS else score.units
    return f"Predictions: {units}. Noise of the truth: {score.noise_from}."


def _planes(evaluation: Evaluation, score: StructureScore) -> Planes | None:
    """Return the plane with most contrast of the frame that is shown; volumes are read again, as none are kept."""
    if score.shown is None:
        return None
    settings = evaluation.settings.model_copy(update={"mask": None})
    frame = FrameReader(evaluation.predicted, evaluation.true, settings).frame(score.match, *score.shown)
    if frame.volumes is None:
        return None
    # Voxels that are not known are drawn as dark as the darkest.
    given = (score.line.apply(frame.volumes[0]), frame.volumes[1])
    prediction, truth = (np.nan_to_num(volume, nan=np.nanmin(volume)) for volume in given)
    z = int(np.argmax(truth.var(axis=(1, 2))))
    source = evaluation.predicted.input_plane(*score.shown)
    region = settings.region
    if source is not None:
        source = source[slice(*(region.y or (None,))), slice(*(region.x or (None,)))]
    caption = f"frame {frame.t}, plane {z + (region.z or (0, 0))[0] + 1}"
    pixel_size_um = (frame.sampling.y_um or math.nan, frame.sampling.x_um or math.nan)
    return Planes(caption, source, truth[z], prediction[z], pixel_size_um)

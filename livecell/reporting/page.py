"""The page itself: everything gathered, put through the template, and written in one go."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path

from livecell.config.report import ReportSettings
from livecell.reporting.chapters import COLUMNS, chapters
from livecell.reporting.contents import RunContents, read_contents
from livecell.reporting.fields import open_fields
from livecell.reporting.gallery import Easel, Gallery, InputPlane, gallery
from livecell.reporting.overview import overview
from livecell.reporting.recording import recording
from livecell.reporting.rounding import duration
from livecell.reporting.sequel import files, record_text, thresholds, versions
from livecell.reporting.templates import replace_page, style, template
from livecell.reporting.trails import COLOURS
from livecell.reporting.trust import trust

NAME = "report.html"


def write_report(run: Path, settings: ReportSettings | None = None, input_plane: InputPlane | None = None) -> Path:
    """Write RUN/report.html, one page without anything outside itself, and return its path.

    Whatever of the run is absent is named on the page; a page that is there already is replaced as a whole.

    Parameters
    ----------
    input_plane : (position, frame) to the transmitted light shown beside the predictions, (y, x) or (z, y, x), or
        None where there is none.

    Raises
    ------
    MissingPathError
        If there is no such folder.
    RunFolderError
        If the folder has no readable run.json.
    """
    contents = read_contents(Path(run))
    html = _render(contents, settings or ReportSettings(), input_plane)
    path = contents.folder / NAME
    replace_page(path, html)
    return path


def _render(contents: RunContents, settings: ReportSettings, input_plane: InputPlane | None) -> str:
    galleries = _galleries(contents, settings, input_plane)
    return template(NAME).render(
        css=style(),
        head=overview(contents, settings.title),
        trust=trust(contents),
        recording=recording(contents),
        chapters=chapters(contents),
        contacts=contents.dynamics.contacts(),
        columns=COLUMNS,
        galleries=galleries,
        positions=contents.positions,
        files=files(contents.folder),
        thresholds=thresholds(contents.calibration),
        versions=tuple(versions(contents)),
        record=record_text(contents),
        config=contents.config,
        folder=str(contents.folder.resolve()),
        keeps_volumes=contents.keeps_volumes,
        colours=COLOURS,
        written=datetime.now().astimezone().isoformat(timespec="minutes"),
    )


def _galleries(contents: RunContents, settings: ReportSettings, input_plane: InputPlane | None) -> tuple[Gallery, ...]:
    fields = open_fields(contents.folder, volumes=contents.keeps_volumes)
    stored = [position for position in contents.positions if position in fields][: settings.max_positions]
    return tuple(
        gallery(
            position,
            Easel(fields[position], _times(contents, position)),
            contents.structures,
            contents.tracks[contents.tracks["position"] == position],
            settings,
            input_plane,
        )
        for position in stored
    )


def _times(contents: RunContents, position: str) -> dict[int, str]:
    """Return how each frame is named: by its number, and its time where that is known."""
    at = contents.objects[contents.objects["position"] == position]
    measured = {int(frame): float(t_s) for frame, t_s in zip(at["frame"], at["t_s"], strict=True)}
    interval_s = (contents.input.get("sampling") or {}).get("interval_s") or math.nan
    shape = (contents.input.get("shape") or {}).get(position) or [max(measured, default=-1) + 1]
    times = {frame: measured.get(frame, frame * interval_s) for frame in range(shape[0])}
    return {frame: f"frame {frame}" + ("" if math.isnan(t) else f", {duration(t)}") for frame, t in times.items()}

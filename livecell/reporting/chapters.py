"""What the page says of each structure: one line of figures, its charts, and a table of positions."""

from __future__ import annotations

from dataclasses import dataclass

from livecell.reporting.charts import counts_chart, diffusion_chart, distribution_chart, events_chart, speed_chart
from livecell.reporting.contents import RunContents
from livecell.reporting.drawing import Chart
from livecell.reporting.dynamics import Dynamics
from livecell.reporting.inks import DARK_PAGE, LIGHT_PAGE, legible
from livecell.reporting.rounding import duration, number, plain, title_of, whole
from livecell.reporting.series import RunTables, Summary, event_counts, sizes, steps, summarise
from livecell.structures import Structure


@dataclass(frozen=True)
class Row:
    """One line of figures: of a structure, or of a structure at one position."""

    name: str
    figures: tuple[str, ...]


@dataclass(frozen=True)
class Chapter:
    """One structure."""

    structure: Structure
    title: str
    anchor: str
    light_ink: str
    dark_ink: str
    row: Row
    headlines: tuple[tuple[str, str], ...]
    charts: tuple[Chart, ...]
    dynamics: tuple[Chart, ...]
    positions: tuple[Row, ...]


COLUMNS = (
    ("objects per timepoint", "median"),
    ("tracks", ""),
    ("track length", "median"),
    ("speed", "median, µm/min"),
    ("diffusion coefficient", "median, µm²/s"),
    ("exponent α", "median"),
    ("object size", "median"),
    ("divisions / fissions / fusions", ""),
)
"""Heading and unit of each figure of a Row."""


def chapters(contents: RunContents) -> tuple[Chapter, ...]:
    """Return one chapter per structure, in the order of the run."""
    everything = RunTables(contents.objects, contents.tracks, contents.summary, contents.events)
    return tuple(
        _chapter(index, structure, everything.of(structure.name), contents.dynamics, contents.positions)
        for index, structure in enumerate(contents.structures, start=1)
    )


def _chapter(
    index: int, structure: Structure, tables: RunTables, dynamics: Dynamics, positions: tuple[str, ...]
) -> Chapter:
    summary = summarise(tables)
    title = title_of(structure.name)
    return Chapter(
        structure=structure,
        title=title,
        anchor=f"structure-{index}",
        light_ink=legible(structure.color, LIGHT_PAGE),
        dark_ink=legible(structure.color, DARK_PAGE),
        row=_row(title, tables),
        headlines=_headlines(summary),
        charts=_charts(tables, summary),
        dynamics=dynamics.of(structure.name),
        positions=tuple(_row(position, tables.at(position)) for position in positions),
    )


def _row(name: str, tables: RunTables) -> Row:
    summary = summarise(tables)
    events = event_counts(tables.events)
    figures = (
        plain(summary.objects_per_frame),
        whole(summary.n_tracks),
        duration(summary.duration_s),
        number(summary.speed_um_min),
        number(summary.diffusion_um2_s),
        number(summary.alpha),
        _sized(summary),
        " / ".join(f"{events[kind]:,}" for kind in ("division", "fission", "fusion")),
    )
    return Row(name, figures)


def _sized(summary: Summary) -> str:
    return number(summary.size) + (f" {summary.size_unit}" if summary.size is not None else "")


def _headlines(summary: Summary) -> tuple[tuple[str, str], ...]:
    speed = number(summary.speed_um_min) + (" µm/min" if summary.speed_um_min is not None else "")
    return (
        (whole(summary.n_objects), "objects in all timepoints"),
        (whole(summary.n_tracks), "tracks"),
        (duration(summary.duration_s), "median length of a track"),
        (speed, "median speed of a track"),
        (_sized(summary), "median size of an object"),
    )


def _charts(tables: RunTables, summary: Summary) -> tuple[Chart, ...]:
    size_name = "Volumes" if summary.size_unit == "µm³" else "Areas"
    return (
        _over_time(tables),
        _speed_over_time(tables),
        _speeds(tables),
        _diffusion(tables, summary),
        _sizes(tables, size_name, summary.size_unit),
        _events(tables),
    )


def _over_time(tables: RunTables) -> Chart:
    several = tables.objects["position"].nunique() > 1
    drawing = counts_chart(tables.objects)
    note = "One line per position." if several else "A gap is a timepoint without objects."
    return Chart("Objects over time", note if drawing else "There are no two timepoints with objects.", drawing)


def _speed_over_time(tables: RunTables) -> Chart:
    drawing = speed_chart(steps(tables.tracks))
    note = "From one observation of a track to its next; median, and the middle half of all steps."
    return Chart("Speed over time", note if drawing else "There are too few tracks that last.", drawing)


def _speeds(tables: RunTables) -> Chart:
    speeds = tables.summary["speed_median_um_s"] * 60 if "speed_median_um_s" in tables.summary else None
    drawing = None if speeds is None else distribution_chart(speeds, "speed (µm/min)", "tracks")
    note = "Median speed of each track. Includes the error of finding the centre."
    return Chart("Speeds of tracks", note if drawing else "Fewer than three tracks have a speed.", drawing)


def _diffusion(tables: RunTables, summary: Summary) -> Chart:
    drawing = diffusion_chart(tables.summary)
    note = f"{whole(summary.n_fitted)} of {whole(summary.n_tracks)} tracks are long enough for a fit."
    if drawing:
        note += " α below 1: confined; above 1: directed."
    return Chart("Kind of motion", note, drawing)


def _sizes(tables: RunTables, title: str, unit: str) -> Chart:
    values, _ = sizes(tables.objects)
    noun = title.lower().removesuffix("s")
    drawing = distribution_chart(values, f"{noun} ({unit})", "objects")
    return Chart(title, "All objects at all timepoints." if drawing else "Nothing was measured.", drawing)


def _events(tables: RunTables) -> Chart:
    drawing = events_chart(event_counts(tables.events))
    note = "Tracks also appear and disappear at the edge of the image and where they are lost."
    return Chart("Events", note if drawing else "No events were found.", drawing)

"""The barrier: the parts of all timepoints to tracks, events and what is derived from them."""

from __future__ import annotations

import pandas as pd

from livecell import tables
from livecell.dynamics import cell_cycles, ensemble_msd, event_rates, over_time, pairs_over_time, summarise
from livecell.engine import Unit
from livecell.errors import RunFolderError
from livecell.exchange import read_parquet, write_parquet
from livecell.pipeline.context import Context
from livecell.pipeline.frame_tables import flicker_of, frames_of, left_out, levels_of
from livecell.pipeline.frames import is_absent
from livecell.pipeline.measure import PARTS
from livecell.pipeline.record import record_flicker, record_frames
from livecell.pipeline.stage_drift import drift_of
from livecell.pipeline.units import is_current
from livecell.tracking import (
    add_place_in_cell,
    apply_drift,
    assign_cells,
    cells_table,
    contact_tracks,
    lineage_tree,
    track,
    track_nodes,
)

RUN_TABLES = {
    "objects": tables.OBJECTS,
    "tracks": tables.TRACKS,
    "tracks_summary": tables.SUMMARY,
    "events": tables.EVENTS,
    "lineage": tables.LINEAGE,
    "node_tracks": tables.NODE_TRACKS,
    "cells": tables.CELLS,
    "contacts": tables.CONTACTS,
    "dynamics": tables.DYNAMICS,
    "rates": tables.RATES,
    "msd": tables.MSD,
    "pairs": tables.PAIRS,
    "cell_cycles": tables.CELL_CYCLES,
    "drift": tables.DRIFT,
    "frames": tables.FRAMES,
    "levels": tables.LEVELS,
}
"""The tables of a whole run."""


def track_run(context: Context) -> None:
    """Track every position of a run and write the tables of the whole run."""
    positions = [_track_position(context, position) for position in context.acquisition.positions]
    merged = {name: tables.concat([found[name] for found in positions], table) for name, table in RUN_TABLES.items()}
    for name, table in RUN_TABLES.items():
        write_parquet(merged[name], context.folder.table(name), table)
    record_frames(context.folder, merged["frames"], context.settings.frames.leave_out)
    record_flicker(context.folder, flicker_of(context.names, merged["frames"], merged["levels"]))


def _track_position(context: Context, position: str) -> dict[str, pd.DataFrame]:
    every = frames_of(context, position)
    doubtful = left_out(every, context.settings.frames.leave_out)
    frames = [frame for frame in _measured(context, position) if frame not in doubtful]
    parts = {name: _parts(context, name, position, frames) for name in PARTS}
    objects, nodes = parts["objects"], parts["nodes"]
    drift = drift_of(context, position, frames)
    forms = {structure.name: structure.form for structure in context.structures}
    settings = context.settings.track
    tracks, events = track(apply_drift(objects, drift), parts["overlaps"], nodes, settings, forms, parts["neighbours"])
    tracks = add_place_in_cell(assign_cells(tracks, parts["containment"]))
    contacts = contact_tracks(parts["contacts"], tracks)
    of_track = context.settings.dynamics
    summary = summarise(tracks, events, settings=of_track, field_um=context.field_um(position))
    return {
        "objects": objects,
        "tracks": tracks,
        "tracks_summary": summary,
        "events": events,
        "lineage": lineage_tree(tracks, events),
        "node_tracks": track_nodes(apply_drift(nodes, drift), tracks, settings),
        "cells": cells_table(tracks),
        "contacts": contacts,
        "dynamics": over_time(tracks, events),
        "rates": event_rates(tracks, events),
        "msd": ensemble_msd(tracks, settings=of_track),
        "pairs": pairs_over_time(contacts, tracks),
        "cell_cycles": cell_cycles(tracks, events, context.settings.track.dividing),
        "drift": drift,
        "frames": every,
        "levels": levels_of(context, position),
    }


def _parts(context: Context, name: str, position: str, frames: list[int]) -> pd.DataFrame:
    """All parts of a table from these timepoints."""
    paths = (context.folder.part(name, position, frame) for frame in frames)
    return tables.concat([read_parquet(path, PARTS[name]) for path in paths], PARTS[name])


def _measured(context: Context, position: str) -> list[int]:
    """Timepoints measured with today's settings; one that failed is a gap."""
    there = [frame for frame in context.frames(position) if not is_absent(context, position, frame)]
    measured = [frame for frame in there if is_current(context, Unit("measure", position, frame))]
    if not measured and not any(context.folder.read_record()["failed"]):
        raise RunFolderError(
            context.folder.path,
            expected=f"measured timepoints of position {position} with the settings of this run",
            found="none",
            hint="run `livecell measure` on this run first, or `livecell process`",
        )
    return measured

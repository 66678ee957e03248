"""The truth of a simulation as the tables of a run folder."""

from __future__ import annotations

import pandas as pd

from livecell import store, tables
from livecell.dynamics import cell_cycles, ensemble_msd, event_rates, over_time, summarise
from livecell.exchange import read_parquet, to_tree, write_csv, write_ctc, write_parquet, write_tree
from livecell.pipeline.provenance import now
from livecell.pipeline.run_folder import RunFolder, write_record
from livecell.simulation import Simulation
from livecell.structures import STRUCTURES
from livecell.tracking import cells_table

POSITION = "0"
CTC_STRUCTURE = "dna"
"""What is given as a folder of the Cell Tracking Challenge, too."""
TRUE_TABLES = {
    "tracks": tables.TRACKS,
    "tracks_summary": tables.SUMMARY,
    "events": tables.EVENTS,
    "cells": tables.CELLS,
    "dynamics": tables.DYNAMICS,
    "rates": tables.RATES,
    "msd": tables.MSD,
    "cell_cycles": tables.CELL_CYCLES,
    "drift": tables.DRIFT,
}
"""The tables that a simulation knows."""


def write_truth(truth: RunFolder, simulation: Simulation) -> None:
    """Write all tables, the tracks as an xarray tree, and run.json, once every frame has left its objects."""
    frames = range(simulation.settings.timepoints)
    parts = [read_parquet(truth.part("tracks", POSITION, t), tables.TRACKS) for t in frames]
    tracks = tables.concat(parts, tables.TRACKS)
    events = simulation.events(tracks)
    summary = summarise(tracks, events)
    found = {"tracks": tracks, "tracks_summary": summary, "events": events, "drift": simulation.drift()}
    found["cells"] = cells_table(tracks)
    found |= {"dynamics": over_time(tracks, events), "rates": event_rates(tracks, events)}
    found |= {"msd": ensemble_msd(tracks), "cell_cycles": cell_cycles(tracks, events, (CTC_STRUCTURE,))}
    _write_tables(truth, found)
    write_tree(to_tree(tracks, summary, {"simulated": "true"}), truth.tracks)
    if CTC_STRUCTURE in simulation.structures:
        _write_ctc(truth, tracks, events, simulation.settings.timepoints)
    structures = [STRUCTURES[name] for name in simulation.structures]
    record = {
        "created": now(),
        "finished": now(),
        "command": "simulate",
        "input": {"path": "simulation", "role": "truth", "identity": "", "positions": [POSITION]},
        "structures": [{"name": s.name, "form": str(s.form), "color": s.color} for s in structures],
        "models": [],
        "stages": {},
        "failed": [],
        "warnings": [],
    }
    write_record(truth, record)


def _write_ctc(truth: RunFolder, tracks: pd.DataFrame, events: pd.DataFrame, frames: int) -> None:
    path = truth.predictions / "labels" / CTC_STRUCTURE
    own, happened = (table[table["structure"] == CTC_STRUCTURE] for table in (tracks, events))
    write_ctc(truth.path / "ctc", (store.read_volume(path, t) for t in range(frames)), own, happened)


def _write_tables(truth: RunFolder, found: dict[str, pd.DataFrame]) -> None:
    for name, table in TRUE_TABLES.items():
        write_csv(found[name], truth.csv(name), table)
        write_parquet(found[name], truth.table(name), table)
    raw = {f"{axis}_um": found["tracks"][f"{axis}_raw_um"] for axis in "zyx"}
    measured = found["tracks"].assign(**raw)
    columns = [column.name for column in tables.OBJECTS.columns if column.name in measured]
    for structure, rows in measured[columns].groupby("structure"):
        write_parquet(rows, truth.objects(str(structure)), tables.OBJECTS)

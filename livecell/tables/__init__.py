"""The tables of livecell: their columns, types and units, as users and other programs see them.

A missing value is NaN in memory and empty in CSV. Columns that livecell does not know are kept, after the known ones.
"""

from livecell.tables.checking import check, concat, empty
from livecell.tables.columns import Column, Table
from livecell.tables.measured import CONTAINMENT, LABEL_CONTACTS, NEIGHBOURS, NODES, OBJECTS, OVERLAPS
from livecell.tables.summaries import CELL_CYCLES, DYNAMICS, MSD, PAIRS, RATES, SUMMARY
from livecell.tables.timepoints import DELAYS, DRIFT, FRAMES, LEVELS
from livecell.tables.tracked import CELLS, CONTACTS, EVENTS, LINEAGE, NODE_TRACKS, TRACKS

__all__ = [
    "CELLS",
    "CELL_CYCLES",
    "CONTACTS",
    "CONTAINMENT",
    "DELAYS",
    "DRIFT",
    "DYNAMICS",
    "EVENTS",
    "FRAMES",
    "LABEL_CONTACTS",
    "LEVELS",
    "LINEAGE",
    "MSD",
    "NEIGHBOURS",
    "NODES",
    "NODE_TRACKS",
    "OBJECTS",
    "OVERLAPS",
    "PAIRS",
    "RATES",
    "SUMMARY",
    "TRACKS",
    "Column",
    "Table",
    "check",
    "concat",
    "empty",
]

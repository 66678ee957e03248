"""Labels and volumes to tables."""

from livecell.measurement.arrays import measure
from livecell.measurement.cells import containment
from livecell.measurement.contact import contacts
from livecell.measurement.neighbours import neighbours
from livecell.measurement.objects import measure_volume
from livecell.measurement.overlap import overlaps
from livecell.measurement.skeletons import nodes, trace

__all__ = ["contacts", "containment", "measure", "measure_volume", "neighbours", "nodes", "overlaps", "trace"]

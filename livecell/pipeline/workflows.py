"""Which segmentation workflow a structure of the run has."""

from __future__ import annotations

from livecell.config.segment import Workflow
from livecell.pipeline.context import Context
from livecell.segmentation import workflow_for
from livecell.structures import Structure


def workflow_of(context: Context, structure: Structure) -> Workflow:
    """Return the workflow from the settings, else the default of the structure's form."""
    return workflow_for(structure, context.settings.segment)

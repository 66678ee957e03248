"""Which segmentation workflow a structure of the run has, and which other timepoints it looks at."""

from __future__ import annotations

from livecell.config.segment import NetworkWorkflow, Workflow
from livecell.pipeline.context import Context
from livecell.segmentation import workflow_for
from livecell.structures import Structure


def workflow_of(context: Context, structure: Structure) -> Workflow:
    """Return the workflow from the settings, else the default of the structure's form."""
    return workflow_for(structure, context.settings.segment)


def steady_frames_of(context: Context, structure: Structure) -> int:
    """Return how many frames before and after settle with a frame what hangs together in it."""
    workflow = workflow_of(context, structure)
    return workflow.steady_frames if isinstance(workflow, NetworkWorkflow) else 0


def frames_around(context: Context, position: str, frame: int) -> tuple[int, ...]:
    """Return the other timepoints of a position that the segmentation of one looks at, for any of its structures."""
    reach = max(steady_frames_of(context, structure) for structure in context.structures)
    frames = context.frames(position)
    return tuple(other for other in range(frame - reach, frame + reach + 1) if other != frame and other in frames)

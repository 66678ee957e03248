"""The report of a run, with planes of its input beside the predictions."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from livecell.acquisition import read_volume
from livecell.errors import AcquisitionError
from livecell.pipeline.context import Context
from livecell.reporting import write_report


def report_run(context: Context) -> Path:
    """Write report.html and return its path."""

    def input_plane(position: str, frame: int) -> np.ndarray | None:
        try:
            volume = read_volume(context.acquisition, position, frame, context.channel)
        except (AcquisitionError, OSError):
            # The input may have moved since: the page does without it.
            return None
        plane: np.ndarray = volume[len(volume) // 2]
        return plane

    return write_report(context.folder.path, context.settings.report, input_plane=input_plane)

"""Make room in an image for timepoints that arrived later."""

from __future__ import annotations

from pathlib import Path

from livecell.store.disk import disk_errors
from livecell.store.image import stored_image
from livecell.store.objects import Location, ObjectPath


def extend_image(path: str | Path, timepoints: int) -> None:
    """Give an image or labels that many timepoints; what is stored stays, and an image never gets shorter.

    Raises StorageError if there is no such image or the disk cannot be written.
    """
    image = stored_image(path)
    with disk_errors(image.path):
        # The finest level, whose length counts, comes last: an interrupted extension is done again.
        for level in reversed(image.levels):
            if level.array.shape[0] < timepoints:
                level.array.resize((timepoints, *level.array.shape[1:]))
        # Processes that have the image open look at this file to see that it changed.
        _touch(image.path / "zarr.json")


def _touch(file: Location) -> None:
    if isinstance(file, ObjectPath):
        # An object is told from an earlier one by its content.
        file.write_text(file.read_text() + "\n")
    else:
        file.touch()

"""How objects are linked into tracks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from livecell.config.base import Count, NonNegative, Positive, Settings

Fraction = Annotated[float, Field(gt=0, le=1)]


class LinkSettings(Settings):
    """Linking of the objects of one structure, in micrometres."""

    search_range_um: Positive | None = Field(
        None, description="farthest an object moves between frames; default: estimated from the objects"
    )
    memory_frames: int = Field(2, ge=0, description="frames an object may be missing and still keep its track")
    max_candidates: Count = Field(
        32, description="nearest objects that are compared with each; bounds time and memory in crowds"
    )
    min_points: Count = Field(1, description="shorter tracks are left out; default: all are kept")


class TrackSettings(LinkSettings):
    """Linking of every structure; one that has an entry under `structures` uses that entry instead."""

    structures: dict[str, LinkSettings] = Field({}, description="linking of single structures, by name")
    dividing: tuple[str, ...] = Field(("dna",), description="structures whose splitting in two is a division")
    min_balance: Fraction = Field(
        0.5, description="least size of one child of a division, as a fraction of the other's; else it is a fission"
    )
    min_overlap: Fraction = Field(
        0.5, description="share of an object's overlap that a parent or child must have in an event"
    )

    hold_frames: Count = Field(
        6,
        description="frames for which a split or merger, and the objects before and after it, must last to be an event",
    )

    min_gap_um: NonNegative = Field(
        1.1,
        le=2.0,  # Wider gaps are not measured.
        description="distance of the nearest voxels by which the parts must be seen apart for that time; 0: present "
        "is enough",
    )

    def of(self, structure: str) -> LinkSettings:
        """Return how objects of that structure are linked."""
        return self.structures.get(structure, self)

"""How predicted volumes become labels: one workflow per form of structure, all sizes in micrometres."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from livecell.config.base import NonNegative, Positive, Settings, WholeNumber

_MIN_DIAMETER = "an object smaller than a ball (2D: disc) of this diameter is dropped"
_THRESHOLD = "fixed threshold of the filtered image; default: found on the calibration frames"
_FLANK = "what is below this fraction of the highest response nearby is its blurred flank and left out"
_LOW_TO_HIGH = "an object must rise above the threshold, and reaches down to this fraction of it"
_STRICTNESS = "factor on the threshold that is found; above 1 keeps less"


class BlobWorkflow(Settings):
    """Compact bodies (nuclei, nucleoli): smooth, threshold, fill, part at narrow necks."""

    form: Literal["blob"] = "blob"
    smoothing_um: NonNegative = Field(0.3, description="standard deviation of the Gaussian before the threshold")
    threshold: float | None = Field(None, description=_THRESHOLD)
    neck: float = Field(0.8, gt=0, le=1, description="touching bodies part at necks below this fraction of their width")
    edge: float = Field(0.5, ge=0, lt=1, description="an object ends at this fraction of its height over background")
    min_diameter_um: NonNegative = Field(1.0, description=_MIN_DIAMETER)


class ShellWorkflow(Settings):
    """Envelopes (nuclear envelope): threshold, close gaps, fill plane by plane, name the shell after its inside."""

    form: Literal["shell"] = "shell"
    smoothing_um: NonNegative = Field(0.15, description="standard deviation of the Gaussian before the threshold")
    threshold: float | None = Field(None, description=_THRESHOLD)
    gap_um: NonNegative = Field(0.8, description="widest gap of the shell that is closed before filling")
    neck: float = Field(0.8, gt=0, le=1, description="touching bodies part at necks below this fraction of their width")
    min_diameter_um: NonNegative = Field(3.0, description=_MIN_DIAMETER)
    filled: bool = Field(False, description="label the inside too, not the shell alone")


class PunctaWorkflow(Settings):
    """Spots (desmosomes, vesicles): difference of Gaussians at one size, threshold, one label per peak."""

    form: Literal["puncta"] = "puncta"
    diameter_um: Positive = Field(0.8, description="diameter of a typical spot as it appears")
    threshold: float | None = Field(None, description=_THRESHOLD)
    strictness: Positive = Field(1.0, description=_STRICTNESS)
    min_diameter_um: NonNegative = Field(0.3, description=_MIN_DIAMETER)


class FilamentsWorkflow(Settings):
    """Thin lines (microtubules, actin, junctions): ridge filter in each plane, threshold with hysteresis."""

    form: Literal["filaments"] = "filaments"
    width_um: Positive = Field(0.6, description="width of a filament as it appears")
    flank: float = Field(0.3, ge=0, lt=1, description=_FLANK)
    threshold: float | None = Field(None, description=_THRESHOLD)
    strictness: Positive = Field(1.0, description=_STRICTNESS)
    min_diameter_um: NonNegative = Field(0.8, description=_MIN_DIAMETER)


class ClusterWorkflow(Settings):
    """Organelles of several pieces (Golgi): contrast, threshold, pieces near each other are one object."""

    form: Literal["cluster"] = "cluster"
    smoothing_um: NonNegative = Field(0.15, description="standard deviation of the Gaussian before the threshold")
    surroundings_um: Positive = Field(1.5, description="standard deviation of the Gaussian that is the surroundings")
    reach_um: Positive = Field(0.5, description="pieces are cut at half the highest response within this distance")
    join_um: NonNegative = Field(1.5, description="pieces no farther apart are one object; 0: each piece is an object")
    threshold: float | None = Field(None, description=_THRESHOLD)
    strictness: Positive = Field(1.0, description=_STRICTNESS)
    min_diameter_um: NonNegative = Field(0.6, description=_MIN_DIAMETER)


class NetworkWorkflow(Settings):
    """Branched tubes and sheets (mitochondria, ER): contrast to the surroundings, threshold with hysteresis."""

    form: Literal["network"] = "network"
    smoothing_um: NonNegative = Field(0.1, description="standard deviation of the Gaussian before the threshold")
    surroundings_um: Positive = Field(1.2, description="standard deviation of the Gaussian that is the surroundings")
    reach_um: Positive = Field(0.5, description="how far a peak stands alone, and its flanks reach")
    flank: float = Field(0.3, ge=0, lt=1, description=_FLANK)
    threshold: float | None = Field(None, description=_THRESHOLD)
    low_to_high: float = Field(0.3, gt=0, le=1, description=_LOW_TO_HIGH)
    strictness: Positive = Field(1.25, description=_STRICTNESS)
    min_diameter_um: NonNegative = Field(0.8, description=_MIN_DIAMETER)
    steady_frames: WholeNumber = Field(
        0, description="frames before and after that settle with a frame what hangs together in it; 0: each by itself"
    )


class SheetWorkflow(Settings):
    """Cell membranes: whole cells, flooded from their nuclei (else from the widest places) up to the membrane."""

    form: Literal["sheet"] = "sheet"
    smoothing_um: NonNegative = Field(0.3, description="standard deviation of the Gaussian before flooding")
    threshold: float | None = Field(None, description=_THRESHOLD)
    gap_um: NonNegative = Field(0.8, description="widest gap of the membrane that is closed before filling")
    reach_um: Positive = Field(25.0, description="a cell ends at this distance from its nucleus")
    neck: float = Field(0.8, gt=0, le=1, description="without nuclei, cells part at necks below this fraction of width")
    min_diameter_um: NonNegative = Field(5.0, description=_MIN_DIAMETER)


Workflow = Annotated[
    BlobWorkflow
    | ShellWorkflow
    | PunctaWorkflow
    | ClusterWorkflow
    | FilamentsWorkflow
    | NetworkWorkflow
    | SheetWorkflow,
    Field(discriminator="form"),
]


class SegmentSettings(Settings):
    """One workflow per structure; a structure that is not named uses the default of its form."""

    workflows: dict[str, Workflow] = Field({}, description="workflow of a structure, by its name")

"""The configuration of a run: one section per stage."""

from __future__ import annotations

from pydantic import Field

from livecell.config.acquisition import AcquisitionSettings
from livecell.config.base import Count, Settings
from livecell.config.cluster import ClusterSettings
from livecell.config.drift import DriftSettings
from livecell.config.dynamics import DynamicsSettings
from livecell.config.frames import FramesSettings
from livecell.config.measure import MeasureSettings
from livecell.config.predict import PredictSettings
from livecell.config.report import ReportSettings
from livecell.config.segment import SegmentSettings
from livecell.config.track import TrackSettings
from livecell.config.watch import WatchSettings
from livecell.structures import Form, Structure


class ExportSettings(Settings):
    """What is written besides the tables."""

    csv: bool = Field(True, description="write the CSV tables beside tracks.zarr")
    pyramid_levels: Count = Field(3, description="resolution levels of every stored volume, if it is large enough")


class StructureSettings(Settings):
    """A structure of the user's own."""

    form: Form = Field(description="blob, shell, puncta, filaments, network or sheet")
    protein: str | None = Field(None, description="labelled protein")
    color: str = Field("FFFFFF", pattern="^[0-9A-Fa-f]{6}$", description="colour it is shown in, RRGGBB")


class RunSettings(Settings):
    """All settings of `livecell process`."""

    acquisition: AcquisitionSettings = AcquisitionSettings()
    predict: PredictSettings = PredictSettings()
    segment: SegmentSettings = SegmentSettings()
    measure: MeasureSettings = MeasureSettings()
    track: TrackSettings = TrackSettings()
    dynamics: DynamicsSettings = DynamicsSettings()
    drift: DriftSettings = DriftSettings()
    frames: FramesSettings = FramesSettings()
    export: ExportSettings = ExportSettings()
    report: ReportSettings = ReportSettings()
    cluster: ClusterSettings = ClusterSettings()
    watch: WatchSettings = WatchSettings()
    structures: dict[str, StructureSettings] = Field({}, description="structures of your own, by name")

    def own_structures(self) -> dict[str, Structure]:
        """Return the user's structures by name."""
        return {name: Structure(name, s.form, s.protein, s.color) for name, s in self.structures.items()}

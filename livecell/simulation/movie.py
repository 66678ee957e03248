"""A simulated movie: transmitted-light stacks, and the fluorescence, labels and tracks that are true of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from livecell.axes import Sampling
from livecell.config.simulate import SimulateSettings
from livecell.errors import ConfigError
from livecell.simulation.camera import Sensor, expose, make_sensor
from livecell.simulation.events import events_of
from livecell.simulation.fluorescence import expose_fluorescence, fluoresce
from livecell.simulation.optics import transmit
from livecell.simulation.scene import Scene, build_scene
from livecell.simulation.specimen import Specimen, draw_specimen
from livecell.simulation.stage import StageCourse, stage_course
from livecell.simulation.truth import objects
from livecell.tables import DRIFT, TRACKS, check, concat

_FLUORESCENCE = 1
"""Number of the fluorescence camera's random stream in each frame; the one of transmitted light has none."""


@dataclass(frozen=True)
class Frame:
    """One timepoint: all volumes are (z, y, x).

    `brightfield` is in camera counts. `targets` are the structures' fluorescence in counts, blurred by the microscope
    but without noise. `labels` are the structures' objects as they are, not blurred; an object keeps its label.
    `objects` are these objects, in the columns of TRACKS.
    """

    brightfield: NDArray[np.uint16]
    targets: dict[str, NDArray[np.float32]]
    labels: dict[str, NDArray[np.int32]]
    objects: pd.DataFrame


@dataclass(frozen=True)
class Simulation:
    """A movie whose frames are computed when asked for, in any order, always the same."""

    settings: SimulateSettings
    scene: Scene
    stage: StageCourse
    sensor: Sensor

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(t, z, y, x)."""
        return (self.settings.timepoints, *self.settings.shape)

    @property
    def sampling(self) -> Sampling:
        """Voxel size and interval."""
        return Sampling(*self.settings.voxel_size_um, self.settings.interval_s)

    @property
    def structures(self) -> tuple[str, ...]:
        """Names of the structures whose truth is given."""
        return self.settings.structures

    @property
    def missing(self) -> tuple[int, ...]:
        """Timepoints that the microscope skipped; their truth is known all the same."""
        return self.settings.missing

    def frame(self, t: int) -> Frame:
        """Return timepoint t; the brightfield of a missing one is zero.

        Raises IndexError when the movie has no such timepoint.
        """
        specimen = self._specimen(t)
        densities = {name: specimen.density(name) for name in self.structures}
        targets = fluoresce(densities, self.settings.voxel_size_um, self.settings.optics)
        return Frame(self._exposed(specimen, t), targets, self._labels(specimen), self._objects(specimen, t))

    def is_noisy(self, t: int) -> bool:
        """Return whether the targets of timepoint t are also wanted with noise."""
        return bool(self.settings.noisy_every) and t % self.settings.noisy_every == 0

    def noisy_targets(self, t: int, targets: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.uint16]]:
        """Return the targets (z, y, x) of timepoint t in counts, as a camera takes them: with offset and noise."""
        rng = np.random.default_rng((self.settings.seed, self._checked(t), _FLUORESCENCE))
        return {
            name: expose_fluorescence(image, self.settings.fluorescence_camera, rng) for name, image in targets.items()
        }

    def objects(self, t: int) -> pd.DataFrame:
        """Return the true objects of timepoint t, in the columns of TRACKS."""
        return self._objects(self._specimen(t), t)

    def tracks(self) -> pd.DataFrame:
        """Return the true tracks in the columns of TRACKS: position "0", and `track_id` equal to `label`."""
        return concat((self.objects(t) for t in range(self.settings.timepoints)), TRACKS)

    def events(self, tracks: pd.DataFrame) -> pd.DataFrame:
        """Return what happens to the true tracks, in the columns of EVENTS."""
        happened = [self.scene.organelles[name].events for name in self.structures if name in self.scene.organelles]
        settings = self.settings
        return events_of(tracks, self.scene.cells, happened, settings.timepoints, settings.interval_s)

    def drift(self) -> pd.DataFrame:
        """Return by how much a fixed thing has moved in the images since the first frame, in the columns of DRIFT."""
        frame = np.arange(self.settings.timepoints)
        moved = pd.DataFrame(self._moved_um(frame), columns=["z_um", "y_um", "x_um"])
        return check(moved.assign(position="0", frame=frame, t_s=frame * self.settings.interval_s), DRIFT)

    def _specimen(self, t: int) -> Specimen:
        z_um, y_um, x_um = self.stage.offset_um[self._checked(t)]
        return draw_specimen(self.scene, self.settings, t, (float(z_um), float(y_um), float(x_um)))

    def _exposed(self, specimen: Specimen, t: int) -> NDArray[np.uint16]:
        settings, optics = self.settings, self.settings.optics
        if t in settings.missing:
            return np.zeros(settings.shape, dtype=np.uint16)
        index = specimen.index_change(optics.medium_index, optics.contrast)
        light = transmit(index, specimen.loss_per_um(optics.contrast), settings.voxel_size_um, optics)
        rng = np.random.default_rng((settings.seed, t))
        return expose(light, optics.shading, settings.camera, rng, float(self.stage.lamp[t]), self.sensor)

    def _labels(self, specimen: Specimen) -> dict[str, NDArray[np.int32]]:
        return {name: specimen.drawings[name].labels for name in self.structures}

    def _objects(self, specimen: Specimen, t: int) -> pd.DataFrame:
        cells = specimen.drawings["cell_membrane"].labels
        return objects(self._labels(specimen), cells, t, self.sampling, self._moved_um(np.array(t)))

    def _moved_um(self, frame: NDArray[np.int64]) -> NDArray[np.float64]:
        """How far (z, y, x) things have moved in the images since the first frame: against the stage."""
        return np.asarray(self.stage.offset_um[0] - self.stage.offset_um[frame])

    def _checked(self, t: int) -> int:
        if not 0 <= t < self.settings.timepoints:
            raise IndexError(f"timepoint {t} of a movie of {self.settings.timepoints}")
        return t


def simulate(settings: SimulateSettings) -> Simulation:
    """Lay out a movie; its frames are computed later, one by one.

    Raises ConfigError when the cells do not fit into the field or a missing timepoint does not exist.
    """
    late = [t for t in settings.missing if t >= settings.timepoints]
    if late:
        raise ConfigError(
            "missing",
            expected=f"timepoints below {settings.timepoints}",
            found=f"{late[0]}",
            hint="correct the list, or simulate more timepoints",
        )
    sensor = make_sensor(settings.shape[1:], settings.camera, settings.seed)
    return Simulation(settings, build_scene(settings), stage_course(settings), sensor)

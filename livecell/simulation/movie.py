"""A simulated movie: brightfield stacks with the fluorescence, labels and tracks that are true of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from livecell.axes import Sampling
from livecell.config.simulate import SimulateSettings
from livecell.errors import ConfigError
from livecell.simulation.camera import expose
from livecell.simulation.fluorescence import fluoresce
from livecell.simulation.optics import transmit
from livecell.simulation.scene import Scene, build_scene
from livecell.simulation.specimen import draw_specimen
from livecell.simulation.truth import objects
from livecell.tables import TRACKS, concat


@dataclass(frozen=True)
class Frame:
    """One timepoint: all volumes are (z, y, x).

    `brightfield` is in camera counts. `targets` are the structures' fluorescence in counts, blurred by the microscope
    but without noise. `labels` are the structures' objects as they are, not blurred; an object keeps its label.
    """

    brightfield: NDArray[np.uint16]
    targets: dict[str, NDArray[np.float32]]
    labels: dict[str, NDArray[np.int32]]


@dataclass(frozen=True)
class Simulation:
    """A movie whose frames are computed when asked for, in any order, always the same."""

    settings: SimulateSettings
    scene: Scene

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
        settings, specimen = self.settings, draw_specimen(self.scene, self.settings, self._checked(t))
        voxel, optics = settings.voxel_size_um, settings.optics
        if t in settings.missing:
            counts = np.zeros(settings.shape, dtype=np.uint16)
        else:
            index, loss = specimen.index_change(optics.medium_index), specimen.loss_per_um()
            noise = np.random.default_rng((settings.seed, t))
            counts = expose(transmit(index, loss, voxel, optics), optics.shading, settings.camera, noise)
        targets = fluoresce({name: specimen.density(name) for name in self.structures}, voxel, optics)
        return Frame(counts, targets, {name: specimen.drawings[name].labels for name in self.structures})

    def objects(self, t: int) -> pd.DataFrame:
        """Return the true objects of timepoint t, in the columns of TRACKS."""
        specimen = draw_specimen(self.scene, self.settings, self._checked(t))
        labels = {name: specimen.drawings[name].labels for name in self.structures}
        return objects(labels, t, self.sampling)

    def tracks(self) -> pd.DataFrame:
        """Return the true tracks in the columns of TRACKS: position "0", and `track_id` equal to `label`."""
        return concat((self.objects(t) for t in range(self.settings.timepoints)), TRACKS)

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
    return Simulation(settings, build_scene(settings))

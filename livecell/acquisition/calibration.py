"""Voxel size and interval: where they are known from, and whether they are complete."""

from __future__ import annotations

from dataclasses import replace

from livecell.acquisition.acquisition import Acquisition
from livecell.acquisition.recording import Recording
from livecell.axes import Sampling
from livecell.config.acquisition import AcquisitionSettings
from livecell.errors import AcquisitionError


def calibrate(recording: Recording, settings: AcquisitionSettings) -> Recording:
    """Return the recording with the sampling the user gave; a single plane is taken as 1 um thick if unknown."""
    sampling = recording.sampling.override(settings.voxel_size_um, settings.interval_s)
    if recording.shape[2] == 1 and sampling.z_um is None:
        sampling = replace(sampling, z_um=1.0)
    # A given interval replaces the times of the file as well.
    times_s = recording.times_s if settings.interval_s is None else None
    return replace(recording, sampling=sampling, times_s=times_s)


def require_sampling(acquisition: Acquisition) -> Sampling:
    """Return the sampling when it is complete.

    Raises AcquisitionError, naming the option that gives it, when the voxel size is unknown, or the interval of a
    recording of more than one timepoint.
    """
    for recording in acquisition.recordings:
        if recording.sampling.missing():
            unknown = ", ".join(recording.sampling.missing())
            raise AcquisitionError(
                acquisition.path,
                expected="a voxel size",
                found=f"none for {unknown} in the file",
                hint="give it with --voxel-size Z,Y,X in um",
            )
        if recording.shape[0] > 1 and recording.sampling.interval_s is None:
            raise AcquisitionError(
                acquisition.path,
                expected=f"the interval of {recording.shape[0]} timepoints",
                found="none in the file",
                hint="give it with --interval S in seconds",
            )
    return acquisition.sampling

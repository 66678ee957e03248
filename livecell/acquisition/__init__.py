"""Microscope files to lazy movies."""

from livecell.acquisition.acquisition import Acquisition, channel_index, read_volume
from livecell.acquisition.calibration import require_sampling
from livecell.acquisition.opening import open_acquisition, open_movie

__all__ = ["Acquisition", "channel_index", "open_acquisition", "open_movie", "read_volume", "require_sampling"]

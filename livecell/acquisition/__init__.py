"""Microscope files to lazy movies."""

from livecell.acquisition.acquisition import Acquisition, channel_index, find_volume, read_volume
from livecell.acquisition.arrivals import Arrivals, Arrived, Piece
from livecell.acquisition.calibration import require_sampling
from livecell.acquisition.looking import is_readable, look_at_folder
from livecell.acquisition.opening import open_acquisition, open_movie
from livecell.acquisition.recording import Recording

__all__ = [
    "Acquisition",
    "Arrivals",
    "Arrived",
    "Piece",
    "Recording",
    "channel_index",
    "find_volume",
    "is_readable",
    "look_at_folder",
    "open_acquisition",
    "open_movie",
    "read_volume",
    "require_sampling",
]

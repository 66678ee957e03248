"""All settings classes, and how they are read and written."""

from livecell.config.loading import dump_settings, load_settings, parse_settings
from livecell.config.run import RunSettings
from livecell.config.simulate import SimulateSettings
from livecell.config.train import TrainSettings

__all__ = ["RunSettings", "SimulateSettings", "TrainSettings", "dump_settings", "load_settings", "parse_settings"]

"""Volume to volume: structures predicted from transmitted light."""

from livecell.prediction.device import choose_device
from livecell.prediction.plan import bytes_per_voxel, tile_plan
from livecell.prediction.volume import choose_structures, predict

__all__ = ["bytes_per_voxel", "choose_device", "choose_structures", "predict", "tile_plan"]

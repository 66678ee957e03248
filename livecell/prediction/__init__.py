"""Volume to volume: structures predicted from transmitted light."""

from livecell.prediction.device import choose_device
from livecell.prediction.plan import bytes_per_voxel, tile_plan
from livecell.prediction.threads import limit_threads
from livecell.prediction.volume import choose_structures, predict

__all__ = ["bytes_per_voxel", "choose_device", "choose_structures", "limit_threads", "predict", "tile_plan"]

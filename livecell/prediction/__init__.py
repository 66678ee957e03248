"""Volume to volume: structures predicted from transmitted light."""

from livecell.prediction.device import choose_device
from livecell.prediction.ensembles import Ensemble, Member, ensembles_of
from livecell.prediction.names import choose_structures
from livecell.prediction.plan import bytes_per_voxel, tile_plan
from livecell.prediction.scale import Rescaling, rescaling_of, working_shape
from livecell.prediction.shared_tiles import resolve_tile, shared_plan
from livecell.prediction.threads import limit_threads
from livecell.prediction.volume import predict

__all__ = [
    "Ensemble",
    "Member",
    "Rescaling",
    "bytes_per_voxel",
    "choose_device",
    "choose_structures",
    "ensembles_of",
    "limit_threads",
    "predict",
    "rescaling_of",
    "resolve_tile",
    "shared_plan",
    "tile_plan",
    "working_shape",
]

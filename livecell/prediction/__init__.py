"""Volume to volume: structures predicted from transmitted light."""

from livecell.prediction.compute import Compute, choose_compute
from livecell.prediction.device import choose_device
from livecell.prediction.ensembles import Ensemble, Member, ensembles_of
from livecell.prediction.infer import kinds_of
from livecell.prediction.names import choose_structures
from livecell.prediction.plan import tile_bytes, tile_plan
from livecell.prediction.scale import Rescaling, rescaling_of, working_shape
from livecell.prediction.shared_tiles import resolve_tile
from livecell.prediction.stack import predicted_shape
from livecell.prediction.threads import limit_threads
from livecell.prediction.volume import predict

__all__ = [
    "Compute",
    "Ensemble",
    "Member",
    "Rescaling",
    "choose_compute",
    "choose_device",
    "choose_structures",
    "ensembles_of",
    "kinds_of",
    "limit_threads",
    "predict",
    "predicted_shape",
    "rescaling_of",
    "resolve_tile",
    "tile_bytes",
    "tile_plan",
    "working_shape",
]

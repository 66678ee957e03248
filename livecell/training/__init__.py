"""From pairs of images and true structures to a trained network."""

from livecell.training.checkpoint import CHECKPOINT_NAME, Checkpoints
from livecell.training.checks import looks_swapped, problems_of
from livecell.training.distributed import Team, joined
from livecell.training.draw import random_patch
from livecell.training.fit import Fitted, fit
from livecell.training.logs import HISTORY_NAME, Logs
from livecell.training.loss import loss_of
from livecell.training.patches import Patch, grid_patches
from livecell.training.progress import Progress
from livecell.training.samples import INPUT_PERCENTILES, Pair, Sample, bounded_scale, output_scales, to_sample
from livecell.training.sources import Pairs, PairSource, Part, Region, Samples, Shifted, crop, known_target
from livecell.training.split import AXIS_INDEX, RegionSplit, cut_range, split_by_name, split_by_region
from livecell.training.start import Trunk, new_network, started_network
from livecell.training.stream import PatchStream

__all__ = [
    "AXIS_INDEX",
    "CHECKPOINT_NAME",
    "HISTORY_NAME",
    "INPUT_PERCENTILES",
    "Checkpoints",
    "Fitted",
    "Logs",
    "Pair",
    "PairSource",
    "Pairs",
    "Part",
    "Patch",
    "PatchStream",
    "Progress",
    "Region",
    "RegionSplit",
    "Sample",
    "Samples",
    "Shifted",
    "Team",
    "Trunk",
    "bounded_scale",
    "crop",
    "cut_range",
    "fit",
    "grid_patches",
    "joined",
    "known_target",
    "looks_swapped",
    "loss_of",
    "new_network",
    "output_scales",
    "problems_of",
    "random_patch",
    "split_by_name",
    "split_by_region",
    "started_network",
    "to_sample",
]

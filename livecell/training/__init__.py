"""From pairs of images and true structures to a trained network."""

from livecell.training.checks import looks_swapped, problems_of
from livecell.training.draw import random_patch
from livecell.training.fit import Fitted, Progress, fit
from livecell.training.loss import masked_mse
from livecell.training.patches import Patch, grid_patches
from livecell.training.samples import INPUT_PERCENTILES, Pair, Sample, output_scales, to_sample
from livecell.training.sources import Pairs, PairSource, Part, Region, Samples, Shifted, crop, known_target
from livecell.training.split import AXIS_INDEX, RegionSplit, cut_range, split_by_name, split_by_region
from livecell.training.stream import PatchStream

__all__ = [
    "AXIS_INDEX",
    "INPUT_PERCENTILES",
    "Fitted",
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
    "crop",
    "cut_range",
    "fit",
    "grid_patches",
    "known_target",
    "looks_swapped",
    "masked_mse",
    "output_scales",
    "problems_of",
    "random_patch",
    "split_by_name",
    "split_by_region",
    "to_sample",
]

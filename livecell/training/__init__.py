"""From pairs of images and true structures to a trained network."""

from livecell.training.draw import random_patch
from livecell.training.fit import Fitted, Progress, fit
from livecell.training.loss import masked_mse
from livecell.training.patches import Patch, grid_patches
from livecell.training.samples import INPUT_PERCENTILES, Pair, Sample, output_scales, to_sample
from livecell.training.split import RegionSplit, crop, split_by_name, split_by_region
from livecell.training.stream import PatchStream

__all__ = [
    "INPUT_PERCENTILES",
    "Fitted",
    "Pair",
    "Patch",
    "PatchStream",
    "Progress",
    "RegionSplit",
    "Sample",
    "crop",
    "fit",
    "grid_patches",
    "masked_mse",
    "output_scales",
    "random_patch",
    "split_by_name",
    "split_by_region",
    "to_sample",
]

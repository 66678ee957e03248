"""Prediction and truth to figures: images, labels, links."""

from livecell.metrics.foreground import foreground_dice, otsu
from livecell.metrics.image import nrmse, pearson_r, psnr, r2, ssim, ssim_map
from livecell.metrics.instances import InstanceScore, score_instances, segmentation_fit
from livecell.metrics.intervals import Coverage, coverage
from livecell.metrics.links import LinkScore, link_recall, score_links
from livecell.metrics.noise import ceiling, estimate_noise_sd, noise_variance_between
from livecell.metrics.overlap import Match, dice, match_labels
from livecell.metrics.own_range import own_range_nrmse, own_range_psnr, own_range_ssim
from livecell.metrics.spectrum import Spectrum, fourier_ring_correlation, fourier_shell_correlation
from livecell.metrics.straight_line import Moments, StraightLine, moments_of

__all__ = [
    "Coverage",
    "InstanceScore",
    "LinkScore",
    "Match",
    "Moments",
    "Spectrum",
    "StraightLine",
    "ceiling",
    "coverage",
    "dice",
    "estimate_noise_sd",
    "foreground_dice",
    "fourier_ring_correlation",
    "fourier_shell_correlation",
    "link_recall",
    "match_labels",
    "moments_of",
    "noise_variance_between",
    "nrmse",
    "otsu",
    "own_range_nrmse",
    "own_range_psnr",
    "own_range_ssim",
    "pearson_r",
    "psnr",
    "r2",
    "score_instances",
    "score_links",
    "segmentation_fit",
    "ssim",
    "ssim_map",
]

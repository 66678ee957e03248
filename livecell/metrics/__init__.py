"""Prediction and truth to figures: images, labels, links."""

from livecell.metrics.image import nrmse, pearson_r, psnr, r2, ssim
from livecell.metrics.links import LinkScore, link_recall, score_links
from livecell.metrics.overlap import Match, dice, match_labels

__all__ = [
    "LinkScore",
    "Match",
    "dice",
    "link_recall",
    "match_labels",
    "nrmse",
    "pearson_r",
    "psnr",
    "r2",
    "score_links",
    "ssim",
]

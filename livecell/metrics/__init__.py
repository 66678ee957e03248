"""Prediction and truth to figures: images, labels, links."""

from livecell.metrics.branchings import score_branchings
from livecell.metrics.complete_tracks import complete_tracks
from livecell.metrics.counted import Counted
from livecell.metrics.foreground import foreground_dice, otsu
from livecell.metrics.graph_edits import GraphEdits, graph_edits
from livecell.metrics.higher_order import chota
from livecell.metrics.image import nrmse, pearson_r, psnr, r2, ssim, ssim_map, value_range
from livecell.metrics.instances import InstanceScore, score_instances, segmentation_fit
from livecell.metrics.intervals import Coverage, coverage
from livecell.metrics.links import LinkScore, edges_found, link_recall, score_links, steps_found
from livecell.metrics.node_matching import NodeMatching, match_by_distance, match_by_overlap
from livecell.metrics.noise import ceiling, estimate_noise_sd, is_mask, noise_variance_between
from livecell.metrics.overlap import Match, dice, match_labels, touching_objects
from livecell.metrics.own_range import own_range_nrmse, own_range_psnr, own_range_ssim
from livecell.metrics.particles import ParticleScore, score_particles
from livecell.metrics.spectrum import Spectrum, fourier_ring_correlation, fourier_shell_correlation
from livecell.metrics.straight_line import Moments, StraightLine, moments_of
from livecell.metrics.track_graph import Branching, TrackGraph, track_graph

__all__ = [
    "Branching",
    "Counted",
    "Coverage",
    "GraphEdits",
    "InstanceScore",
    "LinkScore",
    "Match",
    "Moments",
    "NodeMatching",
    "ParticleScore",
    "Spectrum",
    "StraightLine",
    "TrackGraph",
    "ceiling",
    "chota",
    "complete_tracks",
    "coverage",
    "dice",
    "edges_found",
    "estimate_noise_sd",
    "foreground_dice",
    "fourier_ring_correlation",
    "fourier_shell_correlation",
    "graph_edits",
    "is_mask",
    "link_recall",
    "match_by_distance",
    "match_by_overlap",
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
    "score_branchings",
    "score_instances",
    "score_links",
    "score_particles",
    "segmentation_fit",
    "ssim",
    "ssim_map",
    "steps_found",
    "touching_objects",
    "track_graph",
    "value_range",
]

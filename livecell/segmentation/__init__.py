"""Volumes to labels: one workflow per form of structure."""

from livecell.segmentation.arrays import segment
from livecell.segmentation.steadying import steadied
from livecell.segmentation.workflows import calibrate, segment_volume, workflow_for

__all__ = ["calibrate", "segment", "segment_volume", "steadied", "workflow_for"]

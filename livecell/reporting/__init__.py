"""A run folder to one self-contained page."""

from livecell.reporting.gallery import InputPlane
from livecell.reporting.page import write_report

__all__ = ["InputPlane", "write_report"]

"""A run folder, or an evaluation, to one self-contained page."""

from livecell.reporting.evaluation import Planes, Verdict, write_evaluation
from livecell.reporting.gallery import InputPlane
from livecell.reporting.page import write_report
from livecell.reporting.preview import PreviewRow, write_preview

__all__ = ["InputPlane", "Planes", "PreviewRow", "Verdict", "write_evaluation", "write_preview", "write_report"]

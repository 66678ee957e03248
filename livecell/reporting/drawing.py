"""Drawings as inline SVG whose colours are variables of the page, so that they follow light and dark."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.figure import Figure

WIDE = (3.7, 1.95)
SMALL = (2.7, 1.75)
"""Width and height in inches, for three and for four drawings beside each other."""
_INKS = {"#010203": "var(--line)", "#040506": "var(--soft)", "#070809": "var(--grid)"}
LINE, SOFT, GRID = _INKS
_STYLE = {
    "svg.fonttype": "none",
    "font.size": 8.0,
    "axes.edgecolor": GRID,
    "axes.labelcolor": SOFT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "xtick.color": GRID,
    "ytick.color": GRID,
    "xtick.labelcolor": SOFT,
    "ytick.labelcolor": SOFT,
    "ytick.major.size": 0,
    "text.color": SOFT,
    "legend.frameon": False,
}


@dataclass(frozen=True)
class Chart:
    """A chart with its heading; `drawing` is None where there is too little to draw, and `note` says what is."""

    title: str
    note: str
    drawing: Markup | None


def svg(draw: Callable[[Any], None], label: str, size_inches: tuple[float, float] = WIDE) -> Markup:
    """Return what `draw` paints on the axes it is given; `label` says it to those who cannot see it.

    Letters have 8 points: the smaller the drawing, the larger they appear in the page.
    """
    with mpl.rc_context(_STYLE | {"svg.hashsalt": label}):
        figure = Figure(figsize=size_inches, layout="constrained")
        draw(figure.add_subplot())
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _inline(buffer.getvalue(), label)


def _inline(svg: str, label: str) -> Markup:
    """Strip a matplotlib SVG down to what a page needs: no DTD, metadata, namespaces, fonts or repeated ids."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", body, flags=re.DOTALL)
    body = re.sub(r' id="[A-Za-z0-9.]+_\d+"| xmlns(?::\w+)?="[^"]*"', "", body)
    body = re.sub(r'<svg width="[^"]*" height="[^"]*"', f'<svg role="img" aria-label="{Markup.escape(label)}"', body)
    body = body.replace("xlink:href", "href")
    body = re.sub(r"<defs>\s*<style.*?</defs>", "", body, flags=re.DOTALL)
    body = re.sub(r"; font-family: [^;\"]*", "", body)
    key = hashlib.sha256(body.encode()).hexdigest()[:6]
    body = re.sub(r'((?:id="|#)[mp])([0-9a-f]{10})', rf"\g<1>{key}\g<2>", body)
    for sentinel, ink in _INKS.items():
        body = body.replace(sentinel, ink)
    return Markup(body)

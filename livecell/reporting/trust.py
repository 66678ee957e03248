"""What a reader has to know before believing the page: foreign input, timepoints left out, and flicker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from livecell.reporting.contents import RunContents
from livecell.reporting.rounding import ABSENT, counted, number, runs


@dataclass(frozen=True)
class Foreign:
    """A model that has learnt from other images than these, and what tells them apart."""

    model: str
    statistic: str
    here: str
    learnt: str
    distance: str


@dataclass(frozen=True)
class Flicker:
    """How much the predictions of a structure flicker, in percent of their spread; `beyond` the input's."""

    structure: str
    beyond: str
    predicted: str
    given: str


@dataclass(frozen=True)
class Trust:
    """Everything of the kind; `defective` and `doubtful` are one (position, what is wrong in words) each."""

    foreign: tuple[Foreign, ...]
    defective: tuple[tuple[str, str], ...]
    n_defective: int
    doubtful: tuple[tuple[str, str], ...]
    flicker: tuple[Flicker, ...]

    @property
    def left_out(self) -> str:
        """How many timepoints were left out, in words."""
        return counted(self.n_defective, "timepoint")


def trust(contents: RunContents) -> Trust:
    """Return what run.json says of the input and of the steadiness of the predictions."""
    defective = _entries(contents.record.get("defective"))
    doubtful = _entries(contents.record.get("doubtful"))
    flicker = contents.record.get("flicker")
    return Trust(
        foreign=tuple(_foreign(entry) for entry in _entries(contents.record.get("foreign"))),
        defective=tuple((p, _left_out(defective, p)) for p in contents.positions if _left_out(defective, p)),
        n_defective=len(defective),
        doubtful=tuple((p, _left_out(doubtful, p)) for p in contents.positions if _left_out(doubtful, p)),
        flicker=tuple(
            _flicker(str(name), figures)
            for name, figures in (flicker.items() if isinstance(flicker, dict) else ())
            if isinstance(figures, dict)
        ),
    )


def _foreign(entry: Mapping[str, Any]) -> Foreign:
    return Foreign(
        model=str(entry.get("model", ABSENT)),
        statistic=str(entry.get("statistic", ABSENT)).replace("_", " "),
        here=number(entry.get("value"), 2),
        learnt=f"{number(entry.get('mean'), 2)} \u00b1 {number(entry.get('sd'), 1)}",
        distance=number(entry.get("distance"), 2),
    )


def _left_out(entries: list[Mapping[str, Any]], position: str) -> str:
    """Return the defective timepoints of a position in words: blank 3, 7\u20139; torn 12."""
    mine = [entry for entry in entries if str(entry.get("position")) == position]
    reasons = dict.fromkeys(str(entry.get("reason")) for entry in mine)
    return "; ".join(f"{reason} {runs([e['frame'] for e in mine if e.get('reason') == reason])}" for reason in reasons)


def _flicker(name: str, figures: Mapping[str, Any]) -> Flicker:
    return Flicker(name.replace("_", " "), *(_percent(figures.get(k)) for k in ("beyond_input", "prediction", "input")))


def _percent(value: float | None) -> str:
    if value is None:
        return ABSENT
    # Below a hundredth of a percent there is nothing to see.
    return f"{value:.2%}".replace("%", " %")


def _entries(value: object) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []

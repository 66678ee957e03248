"""File name patterns such as `{position}/img_t{t}_z{z}_{c}.tif`: reading them, and guessing them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from livecell.errors import AcquisitionError

EXAMPLE = "img_t{t}_z{z}_{c}.tif"
_FIELDS = {"t": r"\d+", "z": r"\d+", "c": r"[^/]+?", "position": r"[^/]+?"}
_FIELD = re.compile(r"\{(\w+)(?::[^{}]*)?\}")
_PLAIN = re.compile(r"[A-Za-z0-9._-]+")
_SUFFIX = re.compile(r"\.tiff?$", re.IGNORECASE)

# Letters and words that microscopes put before a number, such as _t003 or -Pos2, and what the number counts.
_KEYS = {
    "t": "t|tp|time|timepoint|frame",
    "z": "z|slice|plane",
    "c": "c|ch|chan|channel|w|wv",
    "position": "s|p|f|pos|position|xy|field|fov|stage|series|site",
}
_NUMBERED = {
    name: re.compile(rf"(?<![A-Za-z])({words})([_-]?)(\d+)(?!\d)", re.IGNORECASE) for name, words in _KEYS.items()
}
# Micro-Manager 1.4 names its files without such letters: img_<time>_<channel>_<z>.tif
_WHOLE_NAMES = ("img_{t}_{c}_{z}.tif",)


@dataclass(frozen=True)
class FileName:
    """A file and what its name says; None where it says nothing."""

    name: str
    t: int | None
    z: int | None
    c: str | None
    position: str | None


def read_names(pattern: str, names: Sequence[str], subject: object) -> list[FileName]:
    """Return what each name says that fits the pattern; others are left out.

    Raises AcquisitionError when the pattern itself is wrong.
    """
    expression = _expression(pattern, subject)
    matches = [(name, expression.fullmatch(name)) for name in names]
    return [_file_name(name, match.groupdict()) for name, match in matches if match is not None]


def guess_pattern(names: Sequence[str]) -> str | None:
    """Return a pattern that fits the first name and most of the others, and tells them apart; None if none does."""
    candidates = (*_WHOLE_NAMES, _lettered(names[0])) if names else ()
    for candidate in candidates:
        for pattern in (candidate, "{position}/" + candidate):
            found = read_names(pattern, names, pattern) if _FIELD.search(candidate) else []
            if 2 * len(found) > len(names) and _differ(found):
                return pattern
    return None


def _lettered(name: str) -> str:
    """Replace numbers after telling letters by fields, in the last part of a path."""
    pattern = PurePosixPath(name).name
    for field, expression in _NUMBERED.items():
        # The last place counts: what comes before is more often the name of the experiment.
        places = list(expression.finditer(pattern))
        if places:
            pattern = f"{pattern[: places[-1].start(3)]}{{{field}}}{pattern[places[-1].end(3) :]}"
    return pattern


def _differ(found: Sequence[FileName]) -> bool:
    return len({(name.t, name.z, name.c, name.position) for name in found}) == len(found)


def _expression(pattern: str, subject: object) -> re.Pattern[str]:
    fields = [match.group(1) for match in _FIELD.finditer(pattern)]
    unknown = [field for field in fields if field not in _FIELDS]
    if unknown or not fields or re.search(r"[{}]", _FIELD.sub("", pattern)):
        raise AcquisitionError(
            subject,
            expected="a pattern with some of {t}, {z}, {c}, {position}",
            found=repr(pattern),
            hint=f"correct acquisition.pattern, such as {EXAMPLE}",
        )
    parts, end, seen = [], 0, set()
    for match in _FIELD.finditer(pattern):
        field = match.group(1)
        parts.append(re.escape(pattern[end : match.start()]))
        parts.append(f"(?P={field})" if field in seen else f"(?P<{field}>{_FIELDS[field]})")
        seen.add(field)
        end = match.end()
    return re.compile("".join(parts) + re.escape(pattern[end:]))


def _file_name(name: str, said: dict[str, str]) -> FileName:
    t, z = (int(said[axis]) if axis in said else None for axis in "tz")
    return FileName(name, t, z, said.get("c"), said.get("position"))


def position_names(found: Sequence[FileName]) -> dict[str | None, str]:
    """Return what each position is called, in natural order: numbers without leading zeros, plain words as they are.

    Where these would be ambiguous, or no names of folders, positions are counted from 0.
    """
    said = sorted({name.position for name in found}, key=lambda position: natural_order(position or ""))
    names = ["0" if position is None else str(int(position)) if position.isdecimal() else position for position in said]
    if len(set(names)) < len(names) or not all(_PLAIN.fullmatch(name) for name in names):
        names = [str(number) for number in range(len(said))]
    return dict(zip(said, names, strict=True))


def list_tiffs(folder: Path) -> list[str]:
    """Return the TIFF files in a folder and in the folders within it, as names relative to it, in natural order."""
    files = [file for depth in ("*", "*/*") for file in folder.glob(depth) if _SUFFIX.search(file.name)]
    names = [file.relative_to(folder).as_posix() for file in files if file.is_file() and not file.name.startswith(".")]
    return sorted(names, key=natural_order)


def natural_order(name: str) -> tuple[tuple[bool, int, str], ...]:
    """Order in which 2 comes before 10."""
    parts = re.findall(r"\d+|\D+", name)
    return tuple((not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts)

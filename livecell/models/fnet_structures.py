"""Which structures imported networks predict: as told, or as the folders of the checkpoints are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from livecell.config.run import StructureSettings
from livecell.errors import ConfigError, ModelError
from livecell.models.fnet_checkpoint import CHECKPOINT_NAME
from livecell.structures import STRUCTURES, Form, find_structure

_OPTION = "name the structures with --structure, once per output"


def structures_told(told: Sequence[str]) -> tuple[tuple[str, ...], dict[str, StructureSettings]]:
    """Return names of structures, and descriptions of those that livecell does not know, from what the user wrote.

    Each is a name, a protein, or NAME=FORM for a structure of one's own. Raises ConfigError when it is none of these.
    """
    own = dict(_describe(*entry.split("=", 1)) for entry in told if "=" in entry)
    names = (entry.split("=", 1)[0] if "=" in entry else find_structure(entry).name for entry in told)
    return tuple(names), own


def structure_of_folder(checkpoint: Path) -> str:
    """Return the structure that a checkpoint is called after: `dna/model.p`, `lamin_b1/model.p`, `tom20_3d.p`.

    Names and proteins are looked for word by word. Raises ModelError unless there is exactly one.
    """
    checkpoint = checkpoint.absolute()
    name = checkpoint.parent.name if checkpoint.name == CHECKPOINT_NAME else checkpoint.stem
    runs = _runs(name)
    known = {_squashed(alias): s.name for s in STRUCTURES.values() for alias in (s.name, s.protein) if alias}
    found = sorted({structure for alias, structure in known.items() if alias in runs})
    if len(found) != 1:
        raise ModelError(
            checkpoint,
            expected=f"a folder called after a structure or its protein: {', '.join(STRUCTURES)}",
            found=f"{name!r}" + (f", which names {' and '.join(found)}" if found else ""),
            hint=_OPTION,
        )
    return found[0]


def check_count(names: Sequence[str], outputs: int, subject: object) -> None:
    """Raise ModelError when there is not one structure for each output, or a structure occurs twice."""
    twice = {name for name in names if names.count(name) > 1}
    if len(names) != outputs or twice:
        found = f"{len(names)} ({', '.join(names) or 'none'})"
        raise ModelError(subject, expected=f"{outputs} different structures", found=found, hint=_OPTION)


def _describe(name: str, form: str) -> tuple[str, StructureSettings]:
    if form not in list(Form) or not re.fullmatch(r"\w+", name):
        raise ConfigError(
            f"structure {name}={form}",
            expected=f"NAME=FORM, with a form of {', '.join(Form)}",
            found=f"{name!r} and {form!r}",
            hint="correct --structure",
        )
    return name, StructureSettings(form=Form(form))


def _runs(name: str) -> set[str]:
    """Every run of words that follow one another in a name, squashed: lamin_b1_63x has laminb1 among others."""
    words = re.findall(r"[a-z0-9]+", name.lower())
    return {"".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)}


def _squashed(name: str) -> str:
    return "".join(re.findall(r"[a-z0-9]+", name.lower()))

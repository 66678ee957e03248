"""The structures livecell knows, and the form that decides how each is segmented, tracked and measured."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from livecell.errors import ConfigError


class Form(StrEnum):
    """Geometrical form of a structure in the image."""

    BLOB = "blob"
    SHELL = "shell"
    PUNCTA = "puncta"
    FILAMENTS = "filaments"
    NETWORK = "network"
    SHEET = "sheet"


@dataclass(frozen=True)
class Structure:
    """A structure of the cell: its name, the labelled protein, its form, and the colour it is shown in (RRGGBB)."""

    name: str
    form: Form
    protein: str | None = None
    color: str = "FFFFFF"


_KNOWN = (
    Structure("microtubules", Form.FILAMENTS, "alpha-tubulin", "E8A33D"),
    Structure("actin_filaments", Form.FILAMENTS, "beta-actin", "D1495B"),
    Structure("desmosomes", Form.PUNCTA, "desmoplakin", "9D6B53"),
    Structure("dna", Form.BLOB, None, "3D7BE8"),
    Structure("nucleoli", Form.BLOB, "fibrillarin", "C77DFF"),
    Structure("nuclear_envelope", Form.SHELL, "lamin B1", "4CC9F0"),
    Structure("cell_membrane", Form.SHEET, "CAAX", "8D99AE"),
    Structure("actomyosin_bundles", Form.FILAMENTS, "myosin IIB", "B5838D"),
    Structure("endoplasmic_reticulum", Form.NETWORK, "Sec61 beta", "2A9D8F"),
    Structure("golgi", Form.PUNCTA, "ST6Gal1", "F4D35E"),
    Structure("mitochondria", Form.NETWORK, "Tom20", "EF476F"),
    Structure("tight_junctions", Form.FILAMENTS, "ZO-1", "06A77D"),
    Structure("vesicles", Form.PUNCTA, None, "7AE582"),
)

STRUCTURES: dict[str, Structure] = {structure.name: structure for structure in _KNOWN}
"""The twelve structures of Ounkomol et al. 2018 and vesicles, by name."""

_ALIASES = {structure.protein.lower(): structure for structure in _KNOWN if structure.protein}


def find_structure(name: str, own: dict[str, Structure] | None = None) -> Structure:
    """Return the structure of that name or protein, looking at the user's `own` ones first.

    Raises ConfigError when neither knows it.
    """
    known = STRUCTURES | (own or {})
    found = known.get(name) or _ALIASES.get(name.lower())
    if found is None:
        raise ConfigError(
            f"structure {name!r}",
            expected=f"one of {', '.join(sorted(known))}",
            found=f"{name!r}",
            hint="use one of these, or describe it under `structures:` in the configuration",
        )
    return found

"""What is wrong with settings, in words to act on; a misspelt key names its nearest neighbour."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from livecell.config.places import Path, Place, place_of
from livecell.errors import ConfigError

NEEDS_A_KEY = "needs_a_key"
"""Type of the errors of a union where no key says which alternative is meant."""
UNDECIDED = (NEEDS_A_KEY, "union_tag_invalid", "union_tag_not_found")
Words = tuple[str, str, str]
"""What was expected, what was found, what to do."""


def explained(error: ValidationError, kind: type[BaseModel], subject: object, values: Mapping[str, Any]) -> ConfigError:
    """Return one error that says all that pydantic has found in values for settings of that kind."""
    places = [(place_of(kind, _owner(detail)), detail) for detail in error.errors()]
    told = [_of_unknown(place, key, values) for (_, key), place in _unknown(places).items()]
    # A misspelt key is also a missing one; the misspelling is what the user can mend.
    told += [words for words in _of_others(places) if not any(_asks_for_the_same(words, each) for each in told)]
    return _together(subject, list(dict.fromkeys(told)))


def _together(subject: object, told: Sequence[Words]) -> ConfigError:
    if len(told) == 1:
        [(expected, found, hint)] = told
        return ConfigError(subject, expected=expected, found=found, hint=hint)
    return ConfigError(
        subject,
        expected="settings that are valid",
        found=f"{len(told)} problems",
        hint="mend all of these",
        problems=[" ".join(f"expected {expected}, found {found}; {hint}".split()) for expected, found, hint in told],
    )


def _owner(detail: ErrorDetails) -> tuple[int | str, ...]:
    """Where the settings are that have the key, or lack it; of another error, where the value is."""
    return detail["loc"][:-1] if detail["type"] in ("extra_forbidden", "missing") else detail["loc"]


def _unknown_keys(place: Place, detail: ErrorDetails) -> list[str]:
    if detail["type"] == "extra_forbidden":
        return [str(detail["loc"][-1])]
    if detail["type"] in UNDECIDED and isinstance(detail["input"], Mapping):
        return [str(key) for key in detail["input"] if key not in place.keys]
    return []


def _unknown(places: Sequence[tuple[Place, ErrorDetails]]) -> dict[tuple[Path, str], Place]:
    """Return each unknown key with its place; where nothing tells alternatives apart, the place is that of them all."""
    found: dict[tuple[Path, str], Place] = {}
    for place, detail in places:
        for key in _unknown_keys(place, detail):
            before = found.get((place.path, key), place)
            found[place.path, key] = replace(before, keys=before.keys | place.keys)
    return found


def _of_unknown(place: Place, key: str, values: Mapping[str, Any]) -> Words:
    given = place.within(values)
    given = set(given) if isinstance(given, Mapping) else set()
    rivals = sorted(given & place.keys - place.other_keys)
    keys = place.keys if rivals else place.keys | place.other_keys
    found = f"the unknown key {_dotted(place, key)!r}"
    return f"one of {', '.join(sorted(keys))}", found, _hint(key, keys, place.other_keys, given, rivals)


def _hint(key: str, keys: Set[str], others: Set[str], given: Set[str], rivals: Sequence[str]) -> str:
    apart = f"does not go with {', '.join(map(repr, rivals))}"
    if key in others and rivals:
        return f"{key!r} {apart}; remove one of them"
    near = difflib.get_close_matches(key, sorted((keys | others) - given), n=1, cutoff=0.4)
    if not near:
        return "remove it"
    return f"did you mean {near[0]!r}?" + ("" if near[0] in keys else f" It {apart}")


def _of_others(places: Sequence[tuple[Place, ErrorDetails]]) -> Iterator[Words]:
    """Words for missing keys, and for values that are not valid: one for all that is said of a value."""
    said: dict[Path, list[str]] = {}
    found: dict[Path, str] = {}
    for place, detail in places:
        if detail["type"] == NEEDS_A_KEY and not _unknown_keys(place, detail):
            yield f"{_dotted(place)}: {detail['msg']}", _found(detail), "add the one that is meant"
        elif key := _missing_key(detail):
            yield f"the key {_dotted(place, key)!r}", "none", "add it"
        elif not _unknown_keys(place, detail) and not _is_followed(place, places):
            said.setdefault(place.path, []).append(_in_words(detail))
            found[place.path] = _found(detail)
    for path, messages in said.items():
        where, expected = ".".join(map(str, path)), ", or ".join(dict.fromkeys(messages))
        yield f"{where}: {expected}" if where else expected, found[path], "correct this value"


def _missing_key(detail: ErrorDetails) -> int | str | None:
    if detail["type"] == "missing":
        return detail["loc"][-1]
    return _deciding_key(detail) if detail["type"] == "union_tag_not_found" else None


def _deciding_key(detail: ErrorDetails) -> str:
    return str(detail["ctx"]["discriminator"]).strip("'")


def _is_followed(place: Place, places: Sequence[tuple[Place, ErrorDetails]]) -> bool:
    """Whether something is wrong within a value, because of which all of it is refused."""
    depth = len(place.path)
    return any(len(other.path) > depth and other.path[:depth] == place.path for other, _ in places)


def _in_words(detail: ErrorDetails) -> str:
    if detail["type"] == "union_tag_invalid":
        return f"as {_deciding_key(detail)!r} one of {detail['ctx']['expected_tags']}"
    if detail["type"] in ("model_type", "model_attributes_type", "dict_type"):
        return "keys and their values"
    return detail["msg"].removeprefix("Value error, ")


def _found(detail: ErrorDetails) -> str:
    given = detail["input"]
    if detail["type"] == "union_tag_invalid":
        return repr(detail["ctx"]["tag"])
    return f"the keys {', '.join(map(str, given))}" if isinstance(given, Mapping) and given else repr(given)


def _asks_for_the_same(missing: Words, unknown: Words) -> bool:
    """Whether a key is missing only because it is misspelt."""
    wanted, hint = missing[0].rpartition(".")[2].removeprefix("the key ").strip("'"), unknown[2]
    return missing[1] == "none" and hint == f"did you mean {wanted!r}?"


def _dotted(place: Place, *more: int | str) -> str:
    return ".".join(map(str, (*place.path, *more)))

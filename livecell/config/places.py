"""Where in the settings an error is: the keys that lead there, and what may stand there.

The places of pydantic also hold its own names for the alternatives of a union (`simulated`, `by_range`, `str`), which
nobody has written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Tag

Path = tuple[int | str, ...]
"""Keys and numbers of items that lead from the settings to a value."""


@dataclass(frozen=True)
class Place:
    """A place in the settings.

    Parameters
    ----------
    path : the keys and numbers that lead there, as they were written.
    keys : those that may stand there.
    other_keys : those of the alternatives that were not meant.
    """

    path: Path
    keys: frozenset[str]
    other_keys: frozenset[str] = frozenset()

    def within(self, values: Any) -> Any:
        """Return what stands at this place; None where nothing does."""
        for part in self.path:
            try:
                values = values[part]
            except (KeyError, IndexError, TypeError):
                return None
        return values


@dataclass(frozen=True)
class _Member:
    """One of the alternatives of a union, and the names that pydantic may give it."""

    kind: Any
    names: frozenset[object]


def place_of(kind: type[BaseModel], loc: Sequence[int | str]) -> Place:
    """Follow a place of pydantic through the settings class `kind`."""
    path: list[int | str] = []
    members, others = list(_members(kind)), list[_Member]()
    for part in loc:
        named = [member for member in members if part in member.names]
        if len(members) > 1 and named:
            members, others = named, [member for member in members if member not in named]
        elif inner := [found for member in members for found in _inside(member.kind, part)]:
            path.append(part)
            members, others = [member for each in inner for member in _members(each)], []
    return Place(tuple(path), _keys_of(members), _keys_of(others))


def _members(annotation: Any, names: frozenset[object] = frozenset()) -> Iterator[_Member]:
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        yield from _members(inner, frozenset(each.tag for each in metadata if isinstance(each, Tag)))
    elif get_origin(annotation) in (Union, UnionType):
        for each in get_args(annotation):
            yield from _members(each)
    elif _is_model(annotation):
        literals = (f.annotation for f in annotation.model_fields.values() if get_origin(f.annotation) is Literal)
        values = (value for literal in literals for value in get_args(literal))
        yield _Member(annotation, names | {annotation.__name__, *values})
    else:
        yield _Member(annotation, names)


def _inside(kind: Any, part: int | str) -> list[Any]:
    """What may stand under a key or a number of a value of this kind; nothing if it has no such key."""
    if _is_model(kind):
        return [kind.model_fields[str(part)].annotation] if part in kind.model_fields else []
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is dict:
        return [arguments[1]]
    if origin in (tuple, list) and isinstance(part, int):
        return [arguments[0] if len(arguments) == 1 or Ellipsis in arguments else arguments[part]]
    return []


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _keys_of(members: Iterable[_Member]) -> frozenset[str]:
    return frozenset(name for member in members if _is_model(member.kind) for name in member.kind.model_fields)

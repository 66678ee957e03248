"""The floors hold: imports run strictly downwards, and heavy libraries stay in their rooms."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = [
    {"errors", "axes", "structures", "config"},
    {"store", "volumes", "nets", "models", "metrics", "tables"},
    {
        *("acquisition", "prediction", "segmentation", "measurement", "tracking", "dynamics", "registration"),
        *("training", "simulation", "exchange", "reporting", "engine"),
    },
    {"pipeline"},
]
SAME_FLOOR = {
    # A card holds structures, a package builds its network; settings speak of structures and errors.
    ("config", "structures"),
    ("config", "errors"),
    ("structures", "errors"),
    ("models", "nets"),
}
ROOMS_OF = {
    "torch": {"nets", "models", "prediction", "training"},
    "safetensors": {"models"},
    "tensorboardX": {"training"},
    "onnxruntime": {"models"},
    "zarr": {"store"},
    "obstore": {"store"},
    "distributed": {"engine"},
    "dask": {"acquisition", "store", "engine"},
    "tifffile": {"acquisition", "exchange"},
    "matplotlib": {"reporting"},
    "jinja2": {"reporting"},
}
MODULES = sorted((ROOT / "livecell").rglob("*.py"))


def floor_of(room: str) -> int:
    return next(index for index, rooms in enumerate(FLOORS) if room in rooms)


def room_of(path: Path) -> str:
    return path.relative_to(ROOT / "livecell").parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: the library imports absolutely"
            yield node.module or ""
            if node.module == "livecell":
                yield from (f"livecell.{name.name}" for name in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_downwards(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        return
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "livecell" and len(parts) > 1 and parts[1] != room:
            allowed = floor_of(parts[1]) < floor_of(room) or (room, parts[1]) in SAME_FLOOR
            assert allowed, f"{path}: {room} must not import {name}"
        assert parts[0] not in ROOMS_OF or room in ROOMS_OF[parts[0]], f"{path}: {name} has other rooms"
        assert parts[0] not in ("cli", "livecell_cli", "click"), f"{path}: {name} belongs to the command line"


def test_command_line_has_no_numerics() -> None:
    for path in (ROOT / "cli").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [n.name for n in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                heavy = {name.split(".")[0] for name in names} & {"numpy", "pandas", "torch", "zarr", "xarray", "dask"}
                assert not heavy, f"{path}: {heavy}"


def test_every_package_is_in_the_wheel() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    found = {".".join(path.parent.relative_to(ROOT).parts) for path in MODULES if path.name == "__init__.py"}
    assert set(listed) == found | {"livecell_cli"}


def test_functions_are_short() -> None:
    for path in [*MODULES, *(ROOT / "cli").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
                length = (body[-1].end_lineno or 0) - body[0].lineno + 1
                assert length <= 40, f"{path}:{node.lineno} {node.name} has {length} lines"

"""The figures of the benchmark of prediction, as a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parent.parent / "docs" / "prediction_figures.md"
WAYS = {
    "eager": "the network as trained, float32, the whole volume at once",
    "float32": "livecell, float32",
    "bfloat16": "livecell, bfloat16",
}
COSTS = {
    "one": "one structure",
    "shared_trunk": "twelve structures, one trunk",
    "separate_networks": "twelve networks, one package",
    "separate_packages": "twelve packages",
}


def write_table(found: Mapping[str, Any]) -> None:
    """Write docs/prediction_figures.md."""
    machine = found["machine"]
    units = "with" if machine["avx512_bf16"] else "without"
    gpu = f"GPU: {machine['gpu'] or 'none'}."
    head = f"Machine: {machine['cores']} cores, {units} AVX-512 bf16; torch {machine['torch']}. {gpu}"
    sections = [
        "# Prediction in figures",
        "Written by `python -m benchmarks.prediction`. Ratios are of one run on one machine.",
        head,
        *_speed(found["published_network"]),
        *_many(found["many_structures"]),
        *_tiles(found["tiles_against_whole"]),
        *_imported(found["imported"]),
        *_gpu(found["on_a_gpu"]),
        *_shapes(found["shapes"]),
        *_foreign(found["foreign_files"]),
    ]
    PAGE.write_text("\n\n".join(sections) + "\n", encoding="utf-8")


def _speed(found: Mapping[str, Any]) -> list[str]:
    rows = [
        (
            text,
            f"{min(found[way]['seconds']):.2f}",
            f"{found[way]['megavoxels_per_s']:.2f}",
            f"{found[way]['times_as_fast']:.2f}",
            f"{found[way]['peak_gb']:.2f}",
            f"{found[way]['pearson_r']:.5f}",
        )
        for way, text in WAYS.items()
    ]
    size, repeats = " x ".join(map(str, found["stack"])), len(found["eager"]["seconds"])
    return [
        "## The network of the paper",
        f"Depth 4, width 32, on {size} voxels; each way in a process of its own, best of {repeats}.",
        _table(("way", "seconds", "megavoxels/s", "times as fast", "peak memory (GB)", "r with the first"), rows),
    ]


def _many(found: Mapping[str, Any]) -> list[str]:
    costs, seconds = found["times_the_cost_of_one"], found["seconds"]
    rows = [(text, f"{seconds[name]:.2f}", f"{costs[name]:.2f}") for name, text in COSTS.items()]
    size = " x ".join(map(str, found["stack"]))
    loads = found["loads_after_the_first_volume"]
    return [
        "## Twelve structures",
        f"The same network on {size} voxels. Networks loaded again for a later volume: {loads}.",
        _table(("", "seconds", "times the cost of one"), rows),
    ]


def _tiles(found: Mapping[str, Any]) -> list[str]:
    rows = [
        (
            name,
            str(each["tiles"]),
            " x ".join(map(str, each["halo"])),
            f"{each['mean_difference']:.1e}",
            f"{each['largest_difference']:.1e}",
            f"{each['seam_ratio']:.4f}",
        )
        for name, each in found.items()
    ]
    columns = ("stack", "tiles", "halo", "mean difference", "largest difference", "seam ratio")
    return [
        "## Tiles against the whole",
        "The bundled model on simulated stacks of odd sizes; differences in standard deviations of the prediction. The "
        "seam ratio is the mean absolute step from voxel to voxel across borders of tiles over that elsewhere, "
        "against the same ratio of the whole.",
        _table(columns, rows),
    ]


def _imported(found: Any) -> list[str]:
    if isinstance(found, str):
        return ["## Imported checkpoints", found]
    rows = [
        (name, f"{each['float32_largest_difference']:.1e}", f"{each['bfloat16_pearson_r']:.5f}")
        for name, each in found.items()
    ]
    return ["## Imported checkpoints", _table(("layout", "largest difference in float32", "r in bfloat16"), rows)]


def _gpu(found: Any) -> list[str]:
    if isinstance(found, str):
        return ["## On a GPU", f"{found.capitalize()}."]
    return ["## On a GPU", _table(tuple(found), [tuple(map(str, found.values()))])]


def _shapes(found: Mapping[str, float]) -> list[str]:
    rows = [(name, f"{value:.1e}") for name, value in found.items()]
    return ["## Any shape", _table(("stack", "largest difference from the padded stack, relative"), rows)]


def _foreign(found: Mapping[str, str]) -> list[str]:
    return ["## Files that are no checkpoint", _table(("file", "what is said of it"), list(found.items()))]


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(columns)
    lines = [head, ["---"] * len(head), *map(list, rows)]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)

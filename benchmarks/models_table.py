"""Writes docs/models.md, the figures of all models, from benchmarks/results: `python -m benchmarks.models_table`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.bundled_model import AUGMENT, DATA, HEIGHTS, RANGES, SETTINGS
from benchmarks.simulator_worth import STEPS

RESULTS = Path(__file__).parent / "results"
OUT = Path(__file__).parent.parent / "docs" / "models.md"
STAINS = {"dna": "nuclei", "dendrites": "dendrites (MAP2)", "axons": "axons (NFH)", "cell_bodies": "cell bodies"}
DATA_NAMES = {"isl_neurons": "neurons", "allen_hipsc": "hiPSC stack (Allen Institute)", "a549_green": "A549"}


def main() -> None:
    """Write the page."""
    OUT.write_text("\n\n".join((_bundled(), _real(), _worth())) + "\n", encoding="utf-8")


def _bundled() -> str:
    result = _read("bundled_model.json")
    kinds = [kind for kind in result["structures"] if kind != "all"]
    header = ["structure", "r", "r with noise", "ceiling", *(f"r, {_words(kind)}" for kind in kinds)]
    rows = [
        [name.replace("_", " "), *(f"{figures[key]:.3f}" for key in ("pearson_r", "pearson_r_noisy", "ceiling"))]
        + [f"{result['structures'][kind][name]['pearson_r']:.3f}" for kind in kinds]
        for name, figures in result["structures"]["all"].items()
    ]
    light, later = RANGES.illumination, HEIGHTS.data.ranges.illumination
    fit, network = SETTINGS.fit, SETTINGS.network
    counts = ", ".join(f"{count} {_words(kind)}" for kind, count in result["microscopes"].items())
    low, tall, patch = (" x ".join(map(str, shape)) for shape in (*result["volumes"], fit.patch))
    heights = " and ".join(" x ".join(map(str, size)) for size in HEIGHTS.fit.patches)
    seconds = " and ".join(f"{each:.1f}" for each in result["seconds_per_volume"])
    return f"""# Models, and how good they are

Written by `python -m benchmarks.models_table` from `benchmarks/results`. Machine: {result["machine"]}, no GPU.

## The bundled model

`make models` (`python -m benchmarks.bundled_model`): a 3D U-Net of depth {network.depth} and width {network.width},
{fit.steps} steps of {fit.batch} patches of {patch} voxels, on {len(DATA.train_seeds)} simulated movies of {low} voxels,
and {HEIGHTS.fit.steps} more on {len(HEIGHTS.data.train_seeds)} other movies of {tall}, with patches of {heights} in
turn; each movie with a microscope and cells of its own: brightfield and phase contrast at {light.brightfield:g} to
{light.phase_contrast:g} ({later.brightfield:g} to {later.phase_contrast:g} in the second part),
objective NA {_range(RANGES.objective_na)}, condenser {_range(light.condenser)} of it, wavelength
{_range(RANGES.wavelength_um)} um, contrast {_range(RANGES.contrast)} of the default, blur {_range(RANGES.blur_um)} um,
{_range(RANGES.photons)} photons a pixel; patches zoomed by up to {AUGMENT.zoom:.0%}.
Weights of {result["weights_mb"]:.1f} MB; {seconds} s for volumes of {low} and {tall}.

Tested on {result["test"]} ({counts}), drawn from the ranges above; DIC it has never seen.
`r` is against the fluorescence without noise; with noise it cannot pass the ceiling ([evaluation](evaluation.md)).
Means over the movies that show a structure.

{_table(header, rows)}

It has learnt from simulation alone, and is no evidence about real images. When the first part was trained, simulated
mitochondria still lay in one another, so training anew gives other weights."""


def _words(kind: str) -> str:
    return {"Brightfield": "brightfield", "PhaseContrast": "phase contrast", "Dic": "DIC"}.get(kind, kind)


def _range(bounds: tuple[float, float]) -> str:
    return f"{bounds[0]:g} to {bounds[1]:g}"


def _real() -> str:
    rows = [
        [DATA_NAMES[data], result["split"], STAINS[name], _figure(figures, "test_pearson_r"),
         _figure(figures, "test_ceiling"), _figure(figures, "test_dice"), f"{result['minutes']:.1f}"]
        for data, result in _read("real_models.json").items()
        for name, figures in result["structures"].items()
    ]  # fmt: skip
    commands = "\n".join(f"    {result['command']}" for result in _read("real_models.json").values())
    return f"""## Real images

`LIVECELL_REAL_DATA=... python -m benchmarks.real_models` writes images and configurations, and runs

{commands}

One field each (six pairs of A549). Recipes, the end of training and thresholds were chosen within the training part.
Neurons are predicted by the mean of their networks, each of the image and of its mirror images (in a run:
`uncertainty: [ensemble, flips]`);
{_alone()}
The hiPSC figures count voxels within 2 um of the eight labelled cells; taking all of these for foreground gives a
Dice of {_everything("dna")} (nuclei) and {_everything("cell_bodies")} (cell bodies). Masks have no noise, hence no
ceiling; the other ceilings are estimated.

{_table(["data", "split", "structure", "r", "ceiling", "Dice", "minutes"], rows)}"""


def _alone() -> str:
    neurons = _read("real_models.json")["isl_neurons"]["structures"]
    alone = [figures["test_pearson_r_of_each"] for figures in neurons.values()]
    each = ", ".join(" / ".join(f"{r:.3f}" for r in network) for network in zip(*alone, strict=True))
    return f"each alone, of the image as it is, has r {each}."


def _everything(name: str) -> str:
    return f"{_read('real_models.json')['allen_hipsc']['structures'][name]['test_dice_of_everything']:.2f}"


def _figure(figures: dict[str, float], key: str) -> str:
    return f"{figures[key]:.3f}" if key in figures else ""


def _worth() -> str:
    folder = RESULTS / "simulator_worth"
    if not folder.exists():
        return ""
    runs = {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}
    rows = []
    for data in ("isl_neurons", "allen_hipsc"):
        for area in ("full", "tenth"):
            pair = [runs.get(f"{data}_{area}_{start}") for start in ("scratch", "fine_tuned")]
            if None in pair:
                continue
            for name in pair[0]["structures"]:
                r = [f"{run['structures'][name]['test_pearson_r']:.3f}" for run in pair]
                minutes = [f"{run['minutes']:.1f}" for run in pair]
                rows.append([DATA_NAMES[data], area, STAINS[name], *r, " / ".join(minutes)])
    header = ["data", "training area", "structure", "r, from scratch", "r, fine-tuned", "minutes, each"]
    return f"""## What the simulator is worth

`LIVECELL_REAL_DATA=... python -m benchmarks.simulator_worth`: a 3D network trained on real pairs from scratch, and the
same one started from the bundled package; the same images, recipe and seed, {_steps()} steps on one core. On
neurons more steps bring more (above). Tested as above (neurons projected
along z by the network itself). Each run: `benchmarks/results/simulator_worth/`.

{_table(header, rows)}"""


def _steps() -> str:
    return " and ".join(str(steps) for steps in sorted(set(STEPS.values())))


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(header)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RESULTS / name).read_text())
    return found


if __name__ == "__main__":
    main()

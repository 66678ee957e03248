"""Small acquisitions of moving spots, a model for them, and runs of both."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from livecell.axes import Sampling
from livecell.config import RunSettings, parse_settings
from livecell.models import Model
from livecell.pipeline.open_run import Run
from livecell.pipeline.process import process
from livecell.store import Channel, ImageLayout, create_collection, create_image, image_path, write_volume
from tests.scenes.models import card_of, package_of

SAMPLING = Sampling(0.5, 0.3, 0.3, 60.0)
SHAPE = (4, 40, 48)


def spots(frames: int, seed: int = 0) -> np.ndarray:
    """Four bright spots that walk over a noisy ground, (t, z, y, x) uint16."""
    rng = np.random.default_rng(seed)
    z, y, x = np.meshgrid(*(np.arange(size) for size in SHAPE), indexing="ij")
    centres = np.array([[2.0, 10.0, 12.0], [2.0, 10.0, 36.0], [2.0, 30.0, 12.0], [2.0, 30.0, 36.0]])
    movie = np.empty((frames, *SHAPE), dtype=np.uint16)
    for t in range(frames):
        volume = rng.normal(1000.0, 4.0, SHAPE)
        for cz, cy, cx in centres:
            volume += 300 * np.exp(-(((z - cz) / 1.5) ** 2 + ((y - cy) / 3) ** 2 + ((x - cx) / 3) ** 2) / 2)
        movie[t] = volume
        centres[:, 1:] += rng.normal(0.0, 0.7, (4, 2))
    return movie


def acquisition(
    path: Path, frames: int = 4, positions: tuple[str, ...] = ("0",), missing: tuple[int, ...] = ()
) -> Path:
    """An OME-Zarr 0.5 of `spots`, another movie at each position."""
    layout = ImageLayout((frames, 1, *SHAPE), "uint16", SAMPLING, (Channel("brightfield"),), levels=1)
    create_collection(path, positions)
    for seed, position in enumerate(positions):
        image = image_path(path, position, positions)
        create_image(image, layout)
        for t, volume in enumerate(spots(frames, seed)):
            if t not in missing:
                write_volume(image, t, volume)
    return path


def model(folder: Path, structures: tuple[str, ...] = ("dna", "mitochondria"), seed: int = 3) -> Model:
    """A small 3D network with random weights: what it shows follows its input, and no more is needed here."""
    return package_of(folder, card_of(*structures, voxel_size_um=SAMPLING.voxel_size_um), seed)


def settings(package: Model | Path, **sections: object) -> RunSettings:
    """Settings with that model; further sections as plain values."""
    path = package if isinstance(package, Path) else package.path
    predict = {
        "models": [str(path)],
        "calibration_frames": 2,
        "precision": "float32",
        **dict(sections.pop("predict", {})),
    }  # type: ignore[call-overload]
    return parse_settings({"predict": predict, **sections}, RunSettings)


def finished_run(folder: Path, frames: int = 4, **sections: object) -> Run:
    """A run in folder/run of an acquisition in folder/a.ome.zarr."""
    source = acquisition(folder / "a.ome.zarr", frames)
    return process(source, folder / "run", settings(model(folder / "model"), **sections))


def stored_results(run: Run) -> dict[str, object]:
    """All that a run has found: tables as text, volumes and labels as arrays."""
    found: dict[str, object] = {path.name: path.read_text() for path in sorted(run.path.glob("*.csv"))}
    for position in run.positions:
        found[f"{position} predictions"] = run.predictions(position).to_numpy()
        for structure in run.structures:
            found[f"{position} {structure}"] = run.labels(structure, position).to_numpy()
    return found


def assert_same_results(a: Run, b: Run) -> None:
    """Tables to the letter, volumes to the bit."""
    first, second = stored_results(a), stored_results(b)
    assert first.keys() == second.keys()
    for name, value in first.items():
        np.testing.assert_array_equal(np.asarray(value), np.asarray(second[name]), err_msg=name)

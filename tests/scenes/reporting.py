"""A small run folder as the pipeline leaves it: moving discs of three structures, with labels and tables that fit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from livecell.axes import Sampling
from livecell.store import (
    Channel,
    Encoding,
    ImageLayout,
    create_collection,
    create_image,
    create_labels,
    image_path,
    write_volume,
)
from livecell.structures import find_structure
from livecell.tables import EVENTS, OBJECTS, SUMMARY, TRACKS, check, concat, empty

VOXEL_SIZE_UM = (0.5, 0.25, 0.2)


@dataclass(frozen=True)
class RunScene:
    """What the run holds; every object is a disc that walks at random, seeded."""

    positions: tuple[str, ...] = ("0",)
    structures: tuple[str, ...] = ("dna", "mitochondria", "vesicles")
    shape: tuple[int, int, int, int] = (5, 3, 48, 64)
    interval_s: float = 120.0
    objects: int = 4
    simulated: bool = True
    missing: tuple[int, ...] = ()
    failed: tuple[int, ...] = ()
    seed: int = 0

    @property
    def sampling(self) -> Sampling:
        """Voxel size and interval."""
        return Sampling(*VOXEL_SIZE_UM, self.interval_s)

    @property
    def frames(self) -> list[int]:
        """Frames that were processed."""
        return [t for t in range(self.shape[0]) if t not in self.missing and t not in self.failed]

    def centres(self, structure: str, position: str) -> np.ndarray:
        """(t, object, 2) centres in y, x pixels."""
        key = [self.seed, self.structures.index(structure), self.positions.index(position)]
        random = np.random.default_rng(key)
        n_t, _, *sides = self.shape
        start = random.uniform(0.15, 0.85, (1, self.objects, 2)) * sides
        walk = np.cumsum(random.normal(0, 0.8, (n_t, self.objects, 2)), axis=0)
        return np.clip(start + walk, 0, np.array(sides) - 1)

    def radius(self, structure: str) -> float:
        """Radius of the objects of a structure, in pixels."""
        return {"dna": 7.0, "mitochondria": 4.0}.get(structure, 2.0)

    def labels(self, structure: str, position: str, t: int) -> np.ndarray:
        """int32 (z, y, x); the lower label wins where two meet."""
        _, n_z, n_y, n_x = self.shape
        y, x = np.mgrid[:n_y, :n_x]
        plane = np.zeros((n_y, n_x), np.int32)
        for index, (cy, cx) in reversed(list(enumerate(self.centres(structure, position)[t], start=1))):
            plane[np.hypot(y - cy, x - cx) <= self.radius(structure)] = index
        volume = np.zeros(self.shape[1:], np.int32)
        volume[n_z // 2] = plane
        return volume

    def volume(self, structure: str, position: str, t: int) -> np.ndarray:
        """float32 (z, y, x): a soft disc per object, over a little noise."""
        _, n_z, n_y, n_x = self.shape
        y, x = np.mgrid[:n_y, :n_x]
        plane = np.zeros((n_y, n_x))
        for cy, cx in self.centres(structure, position)[t]:
            distance = np.hypot(y - cy, x - cx) / self.radius(structure)
            plane = np.maximum(plane, np.clip(1.5 - distance, 0, 1))
        depth = 1 - np.abs(np.arange(n_z) - n_z // 2) / n_z
        noise = np.random.default_rng([self.seed, t]).normal(0, 0.03, self.shape[1:])
        return (depth[:, None, None] * plane + noise).astype(np.float32)


def write_run(folder: Path, scene: RunScene | None = None) -> Path:
    """Write a whole run folder and return it."""
    write_volumes(folder / "predictions.ome.zarr", scene or RunScene())
    return write_tables(folder, scene)


def write_tables(folder: Path, scene: RunScene | None = None) -> Path:
    """Write records and tables of a run, without its volumes, and return the folder."""
    scene = scene or RunScene()
    (folder / "objects").mkdir(parents=True, exist_ok=True)
    tracks = tracks_of(scene)
    tracks.to_csv(folder / "tracks.csv", index=False)
    summary_of(tracks).to_csv(folder / "tracks_summary.csv", index=False)
    events_of(tracks).to_csv(folder / "events.csv", index=False)
    for structure, rows in tracks.groupby("structure"):
        check(rows.drop(columns="track_id"), OBJECTS).to_parquet(folder / "objects" / f"{structure}.parquet")
    _write_json(folder / "run.json", record_of(scene))
    _write_json(folder / "calibration.json", _calibration(scene))
    (folder / "config.yaml").write_text("report:\n  title: null\n", encoding="utf-8")
    return folder


def tracks_of(scene: RunScene) -> pd.DataFrame:
    """One row per object and frame: label and track are the same number."""
    z_um, y_um, x_um = VOXEL_SIZE_UM
    rows = []
    for position in scene.positions:
        for structure in scene.structures:
            centres = scene.centres(structure, position)
            volume_um3 = np.pi * scene.radius(structure) ** 2 * z_um * y_um * x_um
            for t in scene.frames:
                for label, (y, x) in enumerate(centres[t], start=1):
                    rows.append({
                        "position": position, "structure": structure, "track_id": label, "label": label, "frame": t,
                        "t_s": t * scene.interval_s, "z_um": 0.5, "y_um": y * y_um, "x_um": x * x_um,
                        "volume_um3": volume_um3 * (1 + 0.1 * label),
                    })  # fmt: skip
    return concat([pd.DataFrame(rows)], TRACKS)


def summary_of(tracks: pd.DataFrame) -> pd.DataFrame:
    """One row per track, its speeds by plain loops."""
    rows = []
    for (position, structure, track_id), track in tracks.groupby(["position", "structure", "track_id"]):
        places = track[["z_um", "y_um", "x_um"]].to_numpy()
        steps_um = np.linalg.norm(np.diff(places, axis=0), axis=1)
        speeds = steps_um / np.diff(track["t_s"]) if len(steps_um) else np.array([np.nan])
        net_um = float(np.linalg.norm(places[-1] - places[0]))
        rows.append({
            "position": position, "structure": structure, "track_id": track_id, "start_frame": track["frame"].min(),
            "end_frame": track["frame"].max(), "n_points": len(track),
            "duration_s": track["t_s"].max() - track["t_s"].min(), "path_length_um": steps_um.sum(),
            "net_displacement_um": net_um, "straightness": net_um / steps_um.sum() if len(steps_um) else np.nan,
            "speed_mean_um_s": speeds.mean(), "speed_median_um_s": np.median(speeds), "speed_max_um_s": speeds.max(),
            "diffusion_um2_s": 1e-4 * track_id, "diffusion_se": 1e-5, "alpha": 0.6 + 0.1 * track_id, "alpha_se": 0.05,
            "confinement_radius_um": np.nan, "parents": None, "began": "appearance", "ended": "end",
        })  # fmt: skip
    return concat([pd.DataFrame(rows)], SUMMARY)


def events_of(tracks: pd.DataFrame) -> pd.DataFrame:
    """The appearance of every track, and one division."""
    if tracks.empty:
        return empty(EVENTS)
    first = tracks.groupby(["position", "structure", "track_id"], as_index=False).first()
    events = first[["position", "structure", "frame", "t_s"]].assign(kind="appearance", parents=None)
    events["children"] = first["track_id"].astype(str)
    division = events.iloc[[0]].assign(kind="division", parents="1", children="2;3")
    return check(pd.concat([events, division], ignore_index=True), EVENTS)


def record_of(scene: RunScene) -> dict[str, Any]:
    """The contents of run.json."""
    n_t, n_z, n_y, n_x = scene.shape
    z_um, y_um, x_um = VOXEL_SIZE_UM
    units = {"done": len(scene.frames) * len(scene.positions), "missing": len(scene.missing) * len(scene.positions)}
    stage = {**units, "failed": len(scene.failed) * len(scene.positions), "seconds": 83.4}
    return {
        "livecell": "0.1.0", "created": "2031-05-04T09:12:00+00:00", "finished": "2031-05-04T09:20:31+00:00",
        "command": "process",
        "input": {
            "path": "/data/night shift.ome.zarr", "kind": "ome-zarr 0.5", "identity": "4f0c", "dtype": "uint16",
            "positions": list(scene.positions), "channels": ["brightfield"], "channel": "brightfield",
            "shape": {position: [n_t, 1, n_z, n_y, n_x] for position in scene.positions},
            "sampling": {"z_um": z_um, "y_um": y_um, "x_um": x_um, "interval_s": scene.interval_s},
            "missing": {position: list(scene.missing) for position in scene.positions},
        },
        "structures": [
            {"name": name, "form": find_structure(name).form.value, "color": find_structure(name).color}
            for name in scene.structures
        ],
        "models": [{"name": "simulated-5", "digest": "9c1185a5c5e9fc54612808977ee8f548b2258d31",
                    "licence": "BSD-3-Clause", "simulated": scene.simulated, "structures": list(scene.structures)}],
        "versions": {"numpy": np.__version__}, "machine": {"cores": 2}, "device": "cpu", "precision": "float32",
        "tile_plan": {"tile": [16, 128, 128]},
        "stages": {"predict": stage, "segment": stage, "measure": stage},
        "failed": [{"stage": "predict", "position": position, "frame": t, "error": "found a torn page"}
                   for position in scene.positions for t in scene.failed],
        "warnings": [],
    }  # fmt: skip


def _calibration(scene: RunScene) -> dict[str, Any]:
    entry = {"thresholds": {"high": 0.5123456}, "encoding": {"scale": 0.001, "offset": -1.0}}
    values = {"frames": [0], "normalisation": {"offset": 0.0, "scale": 1.0}}
    return {p: values | {"structures": dict.fromkeys(scene.structures, entry)} for p in scene.positions}


def write_volumes(root: Path, scene: RunScene) -> None:
    """Write predictions and labels of all frames that were processed."""
    create_collection(root, scene.positions)
    n_t, n_z, n_y, n_x = scene.shape
    channels = tuple(Channel(name, find_structure(name).color) for name in scene.structures)
    shape = (n_t, len(channels), n_z, n_y, n_x)
    encodings = tuple(Encoding.for_range(-0.5, 1.5) for _ in channels)
    layout = ImageLayout(shape, "uint16", scene.sampling, channels, encodings=encodings)
    for position in scene.positions:
        path = image_path(root, position, scene.positions)
        create_image(path, layout)
        _write_structures(path, position, scene, layout)


def _write_structures(path: Path, position: str, scene: RunScene, layout: ImageLayout) -> None:
    n_t, _, *volume = layout.shape
    labels = ImageLayout((n_t, 1, *volume), "uint32", scene.sampling, (Channel("labels"),))
    for c, structure in enumerate(scene.structures):
        create_labels(path, structure, labels)
        for t in scene.frames:
            write_volume(path, t, scene.volume(structure, position, t), c)
            write_volume(path / "labels" / structure, t, scene.labels(structure, position, t))


def _write_json(path: Path, values: dict[str, Any]) -> None:
    path.write_text(json.dumps(values), encoding="utf-8")

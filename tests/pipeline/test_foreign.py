"""Models tell images of their own kind from others, and a run says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from livecell.config import SimulateSettings
from livecell.config.simulate import CellSettings
from livecell.models import Foreignness, Model, foreignness, open_model, summarise_statistics
from livecell.pipeline.foreign import describe_kind
from livecell.pipeline.process import process
from livecell.simulation import simulate
from livecell.volumes import input_statistics, normalisation_of, quarters, resample
from tests.scenes.models import card_of, package_of
from tests.scenes.pipeline import SAMPLING, acquisition, model, settings

VOXEL_SIZE_UM = (0.5, 0.29, 0.29)
UNSEEN = (303, 404)


def frame_of(seed: int, **changes: object) -> np.ndarray:
    values = {"seed": seed, "shape": (14, 128, 128), "cells": CellSettings(count=2), "timepoints": 2} | changes
    return simulate(SimulateSettings.model_validate(values)).frame(0).brightfield


@lru_cache
def of_one_microscope() -> Model:
    """The bundled model, if it had learnt from movies of the default microscope alone."""
    frames = [frame_of(seed) for seed in range(1, 9)]
    parts = [part for frame in frames for part in quarters(normalisation_of([frame]).apply(frame))]
    statistics = summarise_statistics([input_statistics(part, VOXEL_SIZE_UM) for part in parts])
    model = open_model("bundled")
    return replace(model, card=model.card.model_copy(update={"input_statistics": statistics}))


def foreign_to(
    model: Model, volume: np.ndarray, voxel_size_um: tuple[float, float, float] = VOXEL_SIZE_UM
) -> Foreignness:
    statistics = input_statistics(normalisation_of([volume]).apply(volume), voxel_size_um)
    found = foreignness(statistics, model.card.input_statistics)
    assert found is not None
    return found


def to_bundled(volume: np.ndarray) -> Foreignness:
    return foreign_to(open_model("bundled"), volume)


@pytest.mark.parametrize("seed", UNSEEN)
@pytest.mark.parametrize("model_of", [lambda: open_model("bundled"), of_one_microscope])
def test_unseen_movies_of_its_kind_are_not_foreign(seed: int, model_of: Callable[[], Model]) -> None:
    found = foreign_to(model_of(), frame_of(seed))
    assert not found.is_foreign
    assert found.distance < 4


def test_another_camera_does_not_make_them_foreign() -> None:
    counts = frame_of(UNSEEN[0]).astype(float)
    as_8_bit = ((counts - counts.min()) / np.ptp(counts) * 255).astype(np.uint8)
    assert foreign_to(of_one_microscope(), as_8_bit).distance < 4


def test_another_voxel_size_does_not_make_them_foreign() -> None:
    finer_um = (0.25, 0.145, 0.145)
    finer = resample(frame_of(UNSEEN[0]), VOXEL_SIZE_UM, finer_um, order=3)
    model = of_one_microscope()
    kind = describe_kind((model,), finer_um, [finer], [normalisation_of([finer])])
    seen = Foreignness(**kind["foreignness"]["simulated"])
    assert seen.distance < 4
    assert foreign_to(model, finer, finer_um).distance > 2 * seen.distance, "as it would be at its own voxel size"


@pytest.fixture(scope="module")
def odd() -> dict[str, np.ndarray]:
    scene = simulate(SimulateSettings(seed=303, shape=(14, 128, 128), cells=CellSettings(count=2), timepoints=2))
    frame = scene.frame(0)
    rng = np.random.default_rng(0)
    return {
        "noise": rng.normal(1000, 30, frame.brightfield.shape),
        "smooth": np.cumsum(np.cumsum(rng.normal(size=frame.brightfield.shape), axis=1), axis=2),
        "inverted": 20_000.0 - frame.brightfield,
        "fluorescence": frame.targets["mitochondria"],
        "upside down": frame.brightfield[::-1],
    }


@pytest.mark.parametrize("kind", ["noise", "smooth", "fluorescence"])
def test_images_of_another_kind_are(kind: str, odd: dict[str, np.ndarray]) -> None:
    found = foreign_to(of_one_microscope(), odd[kind])
    assert found.is_foreign
    assert found.distance > 7


@pytest.mark.parametrize("kind", ["inverted", "upside down"])
def test_images_that_are_turned_are_further_away_than_any_of_its_kind(kind: str, odd: dict[str, np.ndarray]) -> None:
    assert foreign_to(of_one_microscope(), odd[kind]).distance > 4


@pytest.mark.parametrize("kind", ["noise", "fluorescence"])
def test_what_no_microscope_shows_is_foreign_to_a_model_of_many(kind: str, odd: dict[str, np.ndarray]) -> None:
    assert to_bundled(odd[kind]).is_foreign


def test_a_run_of_foreign_images_says_so_loudly(tmp_path: Path) -> None:
    far = {"fine_texture_mean": 3.0, "fine_texture_sd": 0.02}
    card = card_of("dna", voxel_size_um=SAMPLING.voxel_size_um, name="elsewhere", input_statistics=far)
    package = package_of(tmp_path / "model", card, seed=3)
    run = process(acquisition(tmp_path / "a.ome.zarr", 1), tmp_path / "run", settings(package))
    entry = run.folder.read_calibration()["0"]
    found = entry["input_statistics"]["elsewhere"]["fine_texture"]
    assert entry["foreignness"]["elsewhere"]["value"] == pytest.approx(found)
    assert run.record["foreign"][0]["model"] == "elsewhere"
    said = [warning for warning in run.record["warnings"] if "its predictions are no evidence" in warning]
    assert len(said) == 1
    assert "fine texture" in said[0]
    assert "foreign to the model" in run.report.read_text()


def test_a_model_that_does_not_say_is_named_once(tmp_path: Path) -> None:
    source = acquisition(tmp_path / "a.ome.zarr", 1, ("0", "1"))
    run = process(source, tmp_path / "run", settings(model(tmp_path / "m")), stages=("predict",))
    said = [warning for warning in run.record["warnings"] if "does not say what its training images" in warning]
    assert len(said) == 1
    assert run.record["foreign"] == []

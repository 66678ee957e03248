"""The model that comes with livecell, on a movie it never saw."""

from __future__ import annotations

import torch

from livecell.config import SimulateSettings
from livecell.config.simulate import CellSettings
from livecell.metrics import pearson_r
from livecell.models import open_model
from livecell.prediction import predict
from livecell.simulation import simulate

UNSEEN_SEED = 303


def test_it_predicts_every_structure_of_an_unseen_movie() -> None:
    torch.set_num_threads(1)
    model = open_model("bundled")
    movie = simulate(SimulateSettings(seed=UNSEEN_SEED, shape=(16, 128, 128), cells=CellSettings(count=2)))
    frame = movie.frame(30)
    predicted = predict(frame.brightfield, model)
    figures = {name: pearson_r(predicted.sel(structure=name).values, true) for name, true in frame.targets.items()}
    assert figures.keys() == set(model.card.structures)
    assert figures.pop("dna") >= 0.8
    assert min(figures.values()) >= 0.6, figures


def test_its_card_says_that_it_learnt_from_simulation() -> None:
    card = open_model("bundled").card
    assert card.simulated
    assert card.licence == "BSD-3-Clause"
    assert UNSEEN_SEED not in card.training["data"]["train_seeds"] + card.training["data"]["validation_seeds"]
    assert all(card.metrics[name]["pearson_r"] >= 0.6 for name in card.structures)


def test_its_weights_are_small() -> None:
    assert (open_model("bundled").path / "weights.safetensors").stat().st_size <= 8_000_000

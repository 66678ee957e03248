"""A prediction says how counts are made of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from livecell.models import OutputScale
from livecell.prediction import predict
from tests.scenes.models import card_of, package_of
from tests.scenes.volumes import textured


def test_predictions_say_how_counts_are_made_of_them(tmp_path: Path) -> None:
    scale = OutputScale(offset=5.0, scale=40.0)
    package = package_of(tmp_path, card_of("dna", "golgi", output_scale={"golgi": scale}))
    predicted = predict(textured((4, 12, 12)), package)
    assert predicted.attrs["output_scale"] == {"golgi": {"offset": 5.0, "scale": 40.0}}
    volume = predicted.sel(structure="golgi").to_numpy()
    found = predicted.attrs["output_scale"]["golgi"]
    np.testing.assert_allclose(volume * found["scale"] + found["offset"], scale.to_counts(volume), rtol=1e-5)

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from livecell.errors import LivecellError
from livecell.pipeline.preview import preview
from tests.scenes.pipeline import finished_run, settings, stored_results


def test_preview_draws_one_row_per_structure_and_changes_nothing_of_the_run(tmp_path: Path) -> None:
    run = finished_run(tmp_path, frames=2)
    before = stored_results(run)
    path = preview(run.path, 1, 2)
    assert path == run.path / "preview_t1_z2.png"
    with Image.open(path) as picture:
        width, height = picture.size
        colors = np.asarray(picture.convert("RGB"))
    assert height / width == pytest.approx(len(run.structures) / 3)
    assert colors.std() > 10
    after = stored_results(run)
    assert all(np.array_equal(before[key], after[key]) for key in before)


def test_preview_with_other_settings_shows_other_labels(tmp_path: Path) -> None:
    run = finished_run(tmp_path, frames=2)
    own = preview(run.path, 0, 2).read_bytes()
    none = {"dna": {"form": "blob", "min_diameter_um": 99}, "mitochondria": {"form": "puncta", "min_diameter_um": 99}}
    tuned = settings(tmp_path / "model", segment={"workflows": none})
    assert preview(run.path, 0, 2, tuned).read_bytes() != own


@pytest.mark.parametrize("place", [(2, 0), (0, 4), (-1, 0)])
def test_places_that_do_not_exist_are_refused(tmp_path: Path, place: tuple[int, int]) -> None:
    run = finished_run(tmp_path, frames=2)
    with pytest.raises(LivecellError, match="to preview"):
        preview(run.path, *place)

"""A small network learns a small pair, repeatably, and says so when it cannot."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from livecell.config.losses import ForegroundWeighted, Heteroscedastic, Loss
from livecell.config.train import FitSettings
from livecell.errors import ConfigError
from livecell.nets import UNetShape
from livecell.training import Fitted, Progress, Sample, fit
from tests.scenes.training import FIT, small_sample

SHAPE = UNetShape(ndim=3, depth=1, width=4)


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    torch.set_num_threads(1)
    return fit([small_sample(0)], [small_sample(1)], SHAPE, FIT, seed=3)


def test_it_learns_what_holds_for_another_image(fitted: Fitted) -> None:
    first, last = fitted.history[0], fitted.history[-1]
    assert last.loss < 0.6 * first.loss
    assert fitted.best.pearson_r[0] > 0.8
    assert fitted.best.validation_loss == min(record.validation_loss for record in fitted.history)
    assert [record.step for record in fitted.history] == [40, 80]


def test_the_same_seed_gives_the_same_weights_and_another_does_not(fitted: Fitted) -> None:
    again = fit([small_sample(0)], [small_sample(1)], SHAPE, FIT, seed=3).network.state_dict()
    for name, value in fitted.network.state_dict().items():
        assert torch.equal(value, again[name]), name
    other = fit([small_sample(0)], [small_sample(1)], SHAPE, FIT, seed=4).network.state_dict()
    assert not torch.equal(fitted.network.state_dict()["head.weight"], other["head.weight"])


@pytest.mark.parametrize("loss", [ForegroundWeighted(), Heteroscedastic()], ids=lambda loss: loss.kind)
def test_every_loss_leads_to_what_the_structure_is(loss: Loss) -> None:
    shape = UNetShape(ndim=3, depth=1, width=4, outputs=2 if isinstance(loss, Heteroscedastic) else 1)
    settings = FIT.model_copy(update={"loss": loss})
    fitted = fit([small_sample(0)], [small_sample(1)], shape, settings, seed=3)
    assert fitted.best.pearson_r[0] > 0.75
    assert fitted.history[-1].loss < fitted.history[0].loss


def test_what_is_learnt_and_what_validates_counts_structures_by_importance() -> None:
    """The loss is linear in shares of importance: of two structures, 3:1 and 1:3 together are twice 1:1."""
    sample = small_sample(0)
    two = Sample("two", sample.source, np.concatenate((sample.target, -0.3 * sample.source)))
    shape, settings = UNetShape(ndim=3, depth=1, width=4, outputs=2), FIT.model_copy(update={"steps": 1})
    (same, first, second) = (
        fit([two], [two], shape, settings, seed=3, importance=importance).history[0]
        for importance in (None, (3.0, 1.0), (1.0, 3.0))
    )
    assert first.loss + second.loss == pytest.approx(2 * same.loss, rel=1e-5)
    assert abs(first.loss - second.loss) > 0.05 * same.loss
    assert first.validation_loss != pytest.approx(second.validation_loss, rel=0.01)


def test_the_network_handed_back_is_the_one_that_was_validated(fitted: Fitted) -> None:
    sample = small_sample(1)
    with torch.inference_mode():
        predicted = fitted.network(torch.from_numpy(sample.source[None].astype(np.float32))).numpy()
    # Whole image instead of patches: the same but at seams.
    assert np.corrcoef(predicted.ravel(), sample.target.ravel())[0, 1] > 0.8
    assert not fitted.network.training


def test_a_2d_network_takes_planes_as_channels() -> None:
    source = small_sample(0).source
    sample = Sample("flat", source[0][:, None], source[:, 1:2])
    progress: list[Progress] = []
    settings = FIT.model_copy(update={"patch": (1, 16, 16)})
    shape = UNetShape(ndim=2, depth=1, width=4, inputs=4)
    fitted = fit([sample], [sample], shape, settings, on_progress=progress.append)
    assert fitted.best.pearson_r[0] > 0.7
    assert tuple(progress) == fitted.history


def test_without_validation_the_end_is_kept() -> None:
    settings = FIT.model_copy(update={"steps": 4, "validate_every": 3})
    fitted = fit([small_sample()], [], SHAPE, settings)
    assert [record.step for record in fitted.history] == [3, 4]
    assert fitted.best.step == 4
    assert np.isnan(fitted.best.validation_loss)


def test_time_ends_a_training() -> None:
    settings = FIT.model_copy(update={"steps": 10_000, "minutes": 1e-6})
    assert fit([small_sample()], [], SHAPE, settings).best.step == 1


def test_a_loss_that_explodes_is_an_error() -> None:
    settings = FIT.model_copy(update={"learning_rate": 1e30})
    with pytest.raises(ConfigError, match=r"finite loss.*learning_rate"):
        fit([small_sample()], [], SHAPE, settings)


@pytest.mark.parametrize(
    ("change", "shape", "message"),
    [
        ({"patch": (4, 15, 16)}, SHAPE, "multiples of 2"),
        ({"patch": (4, 32, 32)}, SHAPE, "at least one patch"),
        ({"patch": (4, 16, 16)}, UNetShape(ndim=2, depth=1, width=4), "1 plane"),
        ({}, UNetShape(ndim=3, depth=1, width=4, outputs=2), "2 structures"),
    ],
)
def test_settings_that_do_not_fit_are_refused(change: dict[str, object], shape: UNetShape, message: str) -> None:
    settings = FitSettings.model_validate({**FIT.model_dump(), **change})
    with pytest.raises(ConfigError, match=message):
        fit([small_sample()], [], shape, settings)


def test_an_image_with_holes_is_refused() -> None:
    sample = small_sample()
    sample.source[0, 0, 0, 0] = np.nan
    with pytest.raises(ConfigError, match="NaN"):
        fit([sample], [], SHAPE, FIT)

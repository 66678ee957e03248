"""Losses against sums by hand, and their blindness to what is unknown."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from livecell.config.losses import ForegroundWeighted, Heteroscedastic, Loss, MeanSquaredError
from livecell.training.foreground import foreground_threshold
from livecell.training.loss import loss_between, loss_of, mean_loss

LOSSES: list[Loss] = [MeanSquaredError(), ForegroundWeighted(), Heteroscedastic()]


def _scene(outputs: int = 1, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Prediction and target of three structures in two patches, a third of it unknown."""
    rng = np.random.default_rng(seed)
    prediction, target = rng.normal(size=(2, 3 * outputs, 2, 4, 5)), rng.normal(size=(2, 3, 2, 4, 5))
    target[rng.random(target.shape) < 0.3] = np.nan
    return torch.tensor(prediction, requires_grad=True), torch.tensor(target)


def _scene_of(settings: Loss, seed: int = 0) -> tuple[Tensor, Tensor]:
    return _scene(loss_of(settings).outputs_per_structure, seed)


def _loss(settings: Loss, prediction: Tensor, target: Tensor) -> Tensor:
    return loss_between(loss_of(settings), prediction, target)


def test_squared_error_is_the_mean_over_known_voxels_of_each_structure() -> None:
    prediction, target = _scene()
    p, t = prediction.detach().numpy(), target.numpy()
    by_hand = [np.nanmean((p[:, s] - t[:, s]) ** 2) for s in range(3)]
    assert _loss(MeanSquaredError(), prediction, target).item() == pytest.approx(np.mean(by_hand))


def test_structures_count_by_their_importance_and_unknown_ones_not_at_all() -> None:
    prediction, target = _scene()
    target[:, 1] = np.nan
    p, t, importance = prediction.detach().numpy(), target.numpy(), [3.0, 5.0, 1.0]
    by_hand = np.average([np.nanmean((p[:, s] - t[:, s]) ** 2) for s in (0, 2)], weights=[3, 1])
    loss = loss_of(MeanSquaredError())
    found = mean_loss(loss.totals(prediction, target), loss.weights(target), torch.tensor(importance))
    assert found.item() == pytest.approx(by_hand)


def test_foreground_counts_more_and_its_overlap_counts_as_well() -> None:
    prediction, target = _scene()
    settings = ForegroundWeighted(background=0.25, dice=2.0, softness=0.5)
    thresholds = foreground_threshold(target).numpy().reshape(2, 3)
    p, t = prediction.detach().numpy(), target.numpy()
    by_hand = 0.0
    for s in range(3):
        errors, weights, lost = [], [], []
        for n in range(2):
            known = np.isfinite(t[n, s])
            values, true = p[n, s][known], t[n, s][known]
            bright = true > thresholds[n, s]
            weights += list(np.where(bright, 1, 0.25))
            errors += list((values - true) ** 2)
            soft = 1 / (1 + np.exp(-(values - thresholds[n, s]) / 0.5))
            lost.append(1 - 2 * soft[bright].sum() / (soft.sum() + bright.sum()))
        by_hand += (np.average(errors, weights=weights) + 2 * np.mean(lost)) / 3
    assert _loss(settings, prediction, target).item() == pytest.approx(by_hand)


def test_without_any_weight_on_the_background_only_the_foreground_is_compared() -> None:
    prediction, target = _scene()
    settings = ForegroundWeighted(background=0, dice=0)
    background = target <= foreground_threshold(target)
    changed = torch.where(background, prediction + 5, prediction)
    assert _loss(settings, changed, target).item() == pytest.approx(_loss(settings, prediction, target).item())


def test_likelihood_is_that_of_normal_distributions() -> None:
    prediction, target = _scene(2)
    mean, log_variance = prediction.detach().chunk(2, dim=1)
    distribution = torch.distributions.Normal(mean, torch.exp(log_variance / 2))
    likelihood = -distribution.log_prob(target.nan_to_num()) - 0.5 * math.log(2 * math.pi)
    by_hand = [likelihood[:, s][torch.isfinite(target[:, s])].mean() for s in range(3)]
    assert _loss(Heteroscedastic(beta=0), prediction, target).item() == pytest.approx(np.mean(by_hand))


def test_at_full_weight_means_are_learnt_as_with_the_squared_error() -> None:
    prediction, target = _scene(2)
    [of_both] = torch.autograd.grad(_loss(Heteroscedastic(beta=1), prediction, target), [prediction])
    means = prediction[:, :3]
    [of_error] = torch.autograd.grad(_loss(MeanSquaredError(), means, target), [means])
    # The likelihood has half the squared error.
    torch.testing.assert_close(2 * of_both[:, :3], of_error)


def test_variances_are_bounded() -> None:
    prediction, target = _scene(2)
    extreme = torch.cat((prediction[:, :3], torch.full_like(prediction[:, 3:], -1e4)), dim=1)
    assert torch.isfinite(_loss(Heteroscedastic(), extreme, target))


@pytest.mark.parametrize("settings", LOSSES, ids=lambda settings: settings.kind)
class TestEveryLoss:
    def test_unknown_voxels_have_no_influence_and_get_no_gradient(self, settings: Loss) -> None:
        prediction, target = _scene_of(settings)
        loss = _loss(settings, prediction, target)
        [gradient] = torch.autograd.grad(loss, [prediction])
        unknown = torch.isnan(target).repeat(1, loss_of(settings).outputs_per_structure, 1, 1, 1)
        assert (gradient[unknown] == 0).all()
        assert (gradient[~unknown] != 0).all()
        changed = torch.where(unknown, 1e6, prediction.detach())
        assert _loss(settings, changed, target).item() == pytest.approx(loss.item())

    def test_a_structure_that_is_not_there_does_not_count(self, settings: Loss) -> None:
        prediction, target = _scene_of(settings)
        target[:, 1] = torch.nan
        left = [channel for channel in range(prediction.shape[1]) if channel % 3 != 1]
        both = _loss(settings, prediction[:, left], target[:, [0, 2]])
        assert _loss(settings, prediction, target).item() == pytest.approx(both.item())

    def test_nothing_known_costs_nothing(self, settings: Loss) -> None:
        prediction, target = _scene_of(settings)
        loss = _loss(settings, prediction, torch.full_like(target, torch.nan))
        [gradient] = torch.autograd.grad(loss, [prediction])
        assert loss.item() == 0
        assert (gradient == 0).all()

    def test_patches_may_be_seen_one_by_one(self, settings: Loss) -> None:
        prediction, target = _scene_of(settings)
        loss = loss_of(settings)
        totals = sum(loss.totals(prediction[n : n + 1], target[n : n + 1]) for n in range(2))
        weights = sum(loss.weights(target[n : n + 1]) for n in range(2))
        assert isinstance(totals, Tensor)
        assert isinstance(weights, Tensor)
        found = mean_loss(totals, weights, torch.ones(3)).item()
        assert found == pytest.approx(_loss(settings, prediction, target).item())

    def test_the_truth_is_better_than_anything_near_it(self, settings: Loss) -> None:
        _, target = _scene_of(settings)
        said = [target.nan_to_num()] + [torch.zeros_like(target)] * (loss_of(settings).outputs_per_structure - 1)
        true = torch.cat(said, dim=1)
        best = _loss(settings, true, target).item()
        for by in (-0.5, 0.5):
            shifted = torch.cat((true[:, :3] + by, true[:, 3:]), dim=1)
            assert _loss(settings, shifted, target).item() > best

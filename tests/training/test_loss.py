"""The masked loss against a sum by hand, and its blindness to what is unknown."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from livecell.training import masked_mse


def _scene() -> tuple[torch.Tensor, torch.Tensor]:
    rng = np.random.default_rng(0)
    prediction, target = rng.normal(size=(2, 2, 3, 2, 4, 5))
    target[rng.random(target.shape) < 0.3] = np.nan
    return torch.tensor(prediction, requires_grad=True), torch.tensor(target)


def test_loss_is_the_mean_over_known_voxels_of_each_structure() -> None:
    prediction, target = _scene()
    p, t = prediction.detach().numpy(), target.numpy()
    by_hand = [
        np.mean([(a - b) ** 2 for a, b in zip(p[:, s].flat, t[:, s].flat, strict=True) if not np.isnan(b)])
        for s in range(3)
    ]
    assert masked_mse(prediction, target).item() == pytest.approx(np.mean(by_hand))


def test_unknown_voxels_have_no_influence_and_get_no_gradient() -> None:
    prediction, target = _scene()
    loss = masked_mse(prediction, target)
    torch.autograd.backward([loss])
    assert prediction.grad is not None
    unknown = torch.isnan(target)
    assert (prediction.grad[unknown] == 0).all()
    assert (prediction.grad[~unknown] != 0).all()
    changed = torch.where(unknown, 1e6, prediction.detach())
    assert masked_mse(changed, target).item() == loss.item()


def test_a_structure_that_is_not_there_does_not_count() -> None:
    prediction, target = _scene()
    target[:, 1] = torch.nan
    both = masked_mse(prediction[:, [0, 2]], target[:, [0, 2]])
    assert masked_mse(prediction, target).item() == pytest.approx(both.item())


def test_nothing_known_costs_nothing() -> None:
    prediction, target = _scene()
    loss = masked_mse(prediction, torch.full_like(target, torch.nan))
    torch.autograd.backward([loss])
    assert loss.item() == 0
    assert prediction.grad is not None
    assert (prediction.grad == 0).all()

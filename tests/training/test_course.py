"""What changes in a step: rates, frozen trunks, patience, separate networks."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from livecell.config.losses import Heteroscedastic
from livecell.config.train import FitSettings
from livecell.errors import ConfigError
from livecell.nets import Network, UNetShape, members_of
from livecell.training import PatchStream, Team, Trunk, fit, new_network
from livecell.training.course import Course
from tests.scenes.training import FIT, small_sample

SHAPE = UNetShape(depth=1, width=4)
SEED = 3


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def _settings(**changes: object) -> FitSettings:
    return FIT.model_copy(update={"precision": "float32", "steps": 10, **changes})


def _run(network: Network, settings: FitSettings, steps: int, trunk: Trunk) -> Course:
    course = Course(network, settings, trunk, "float32", Team())
    stream = PatchStream([small_sample(0)], settings, SEED)
    for step in range(steps):
        course.step(stream.batch(step))
    return course


def _trunk_of(network: Network) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in members_of(network)[0].levels.state_dict().items()}


def test_a_frozen_trunk_stays_as_it_is_with_its_statistics() -> None:
    network = new_network([SHAPE], SEED)
    before, head = _trunk_of(network), network.state_dict()["head.weight"].clone()
    _run(network, _settings(), 3, Trunk(freeze_steps=3))
    assert all(torch.equal(value, before[name]) for name, value in _trunk_of(network).items())
    assert not torch.equal(network.state_dict()["head.weight"], head)
    _run(network, _settings(), 4, Trunk(freeze_steps=3))
    assert not any(torch.equal(value, before[name]) for name, value in _trunk_of(network).items() if value.dim() > 1)


def test_a_slower_trunk_moves_less() -> None:
    moved = []
    for rate in (1.0, 0.1):
        network = new_network([SHAPE], SEED)
        before = _trunk_of(network)["encode.0.conv.weight"]
        _run(network, _settings(weight_decay=0), 1, Trunk(rate=rate))
        moved.append((_trunk_of(network)["encode.0.conv.weight"] - before).abs().mean().item())
    assert moved[1] == pytest.approx(0.1 * moved[0], rel=1e-3)


def test_patience_ends_a_training() -> None:
    # The rate is too small for anything to change: the first validation stays the best.
    settings = _settings(steps=100, validate_every=2, patience=3, learning_rate=1e-12, weight_decay=0)
    fitted = fit([small_sample(0)], [small_sample(1)], SHAPE, settings, SEED)
    steps = [reached.step for reached in fitted.history]
    best = steps.index(fitted.best.step)
    assert steps[best + 1 :] == [fitted.best.step + 2 * k for k in (1, 2, 3)]
    assert steps[-1] < 100


def test_networks_side_by_side_learn_what_each_learns_alone() -> None:
    structures = ("dna", "vesicles")
    both = [small_sample(0, structures)]
    networks = members_of(new_network([SHAPE, SHAPE], SEED))
    alone = [Course(network, _settings(), Trunk(), "float32", Team()) for network in networks]
    together = Course(new_network([SHAPE, SHAPE], SEED), _settings(), Trunk(), "float32", Team())
    stream = PatchStream(both, _settings(), SEED)
    for step in range(2):
        patches = stream.batch(step)
        together.step(patches)
        for place, course in enumerate(alone):
            course.step([type(patch)(patch.source, patch.target[place : place + 1]) for patch in patches])
    assert together.losses == pytest.approx(np.mean([course.losses for course in alone], axis=0).tolist(), rel=1e-3)
    for course, member in zip(alone, members_of(together.network), strict=True):
        # Adam does not mind that the loss of each is half of that of both.
        ours, theirs = (each.state_dict()["levels.encode.1.conv.weight"] for each in (member, course.network))
        torch.testing.assert_close(ours, theirs, rtol=1e-2, atol=1e-3)


def test_a_network_that_says_its_variance_learns_where_it_errs() -> None:
    rng = np.random.default_rng(0)
    sample = small_sample(0)
    # Noise only where the image is dark, where the structure is not.
    sample.target[:] += np.where(sample.source < 0, rng.normal(0, 1.0, sample.target.shape), 0).astype(np.float16)
    settings = FIT.model_copy(update={"loss": Heteroscedastic(), "steps": 120, "validate_every": 60})
    shape = UNetShape(depth=1, width=4, outputs=2)
    fitted = fit([sample], [sample], shape, settings, SEED)
    assert len(fitted.best.pearson_r) == 1
    with torch.inference_mode():
        _, log_variance = fitted.network(torch.from_numpy(sample.source[None].astype(np.float32)))[0].numpy()
    dark = sample.source[0] < -0.5
    assert log_variance[dark].mean() > log_variance[sample.source[0] > 0.5].mean() + 1


def test_a_gradient_that_is_not_finite_is_an_error() -> None:
    network = new_network([SHAPE], SEED)
    with torch.no_grad():
        members_of(network)[0].levels.encode[0].norm.weight[0] = float("inf")
    with pytest.raises(ConfigError, match=r"finite.*learning_rate"):
        _run(network, _settings(), 1, Trunk())


def test_a_state_is_gone_on_from_in_another_precision() -> None:
    state = _run(new_network([SHAPE], SEED), _settings(), 1, Trunk()).state()
    course = Course(new_network([SHAPE], SEED), _settings(), Trunk(), "float16", Team())
    course.restore(state)
    assert course.steps == 1

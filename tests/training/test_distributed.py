"""Two processes that train together come to what one comes to that sees all of their patches."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from livecell.config.losses import ForegroundWeighted
from livecell.errors import ConfigError
from livecell.nets import UNetShape
from livecell.training import Checkpoints, PatchStream, Sample, Team, Trunk, fit, joined, new_network
from livecell.training.course import Course
from livecell.training.distributed import JointNorm
from tests.scenes.team import AllRanks, run_together
from tests.scenes.training import FIT, small_sample

RANKS, SEED = 2, 3
SETTINGS = FIT.model_copy(
    update={"steps": 4, "validate_every": 2, "precision": "float32", "loss": ForegroundWeighted(), "batch": 2}
)
STRUCTURES = ("dna", "vesicles")
SHAPE = UNetShape(depth=1, width=4, outputs=2)
CODE = "import sys; from tests.training.test_distributed import train_in_a_team; train_in_a_team(*sys.argv[1:])"


def _samples() -> list[Sample]:
    """Of the second structure, only one of the two images knows anything: processes know it in different voxels."""
    samples = [small_sample(seed, STRUCTURES) for seed in range(2)]
    samples[1].target[1] = float("nan")
    return samples


def train_in_a_team(folder: str) -> None:
    """What each of the processes does; every one leaves its gradients, and its weights after some steps."""
    torch.set_num_threads(1)
    with joined("cpu") as team:
        stream = PatchStream(_samples(), SETTINGS, SEED)
        told = _after_a_step(stream, team)
        kept = Checkpoints(Path(folder) / "training")
        fitted = fit(stream, [small_sample(2, STRUCTURES)], SHAPE, SETTINGS, SEED, team=team, checkpoints=kept)
        torch.save({"step": told, "weights": fitted.network.state_dict()}, Path(folder) / f"{team.rank}.pt")


def _after_a_step(stream: PatchStream, team: Team) -> dict[str, torch.Tensor]:
    """Loss, gradients, and what the normalisation remembers."""
    network = new_network([SHAPE], SEED)
    course = Course(network, SETTINGS, Trunk(), "float32", team)
    course.step(stream.batch(0, team.rank, team.count))
    gradients = {name: p.grad for name, p in network.named_parameters() if p.grad is not None}
    remembered = {name: value for name, value in network.named_buffers() if value.is_floating_point()}
    return {**gradients, **remembered, "loss": torch.tensor(course.losses)}


def test_gradients_are_those_of_one_process_that_sees_all_patches(tmp_path: Path) -> None:
    run_together(RANKS, ["-c", CODE, tmp_path])
    first, second = (torch.load(tmp_path / f"{rank}.pt", weights_only=True) for rank in range(RANKS))
    alone = _after_a_step(AllRanks(_samples(), SETTINGS, SEED, RANKS), Team())
    assert set(alone) == set(first["step"])
    for name, value in alone.items():
        torch.testing.assert_close(first["step"][name], value, rtol=1e-3, atol=1e-5, msg=name)
    for part in ("step", "weights"):
        for name, value in first[part].items():
            assert torch.equal(second[part][name], value), name
    # Only the one that leads has written.
    assert [path.name for path in (tmp_path / "training").iterdir()] == ["checkpoint.pt"]


def test_without_other_processes_a_team_is_one() -> None:
    with joined("cpu") as team:
        assert (team.rank, team.count, team.leads) == (0, 1, True)
        assert team.agreed([1.5, 2.0]) == [1.5, 2.0]
        assert team.total(torch.ones(2)).tolist() == [1, 1]
        team.wait()


def _in_a_group(monkeypatch: pytest.MonkeyPatch, rank: int, gpus: int) -> list[str]:
    """Be one of two processes of a computer with so many GPUs; returns the backends of groups that are made."""
    for name, value in {"WORLD_SIZE": 2, "RANK": rank, "LOCAL_RANK": rank, "LOCAL_WORLD_SIZE": 2}.items():
        monkeypatch.setenv(name, str(value))
    backends: list[str] = []
    monkeypatch.setattr("torch.cuda.device_count", lambda: gpus)
    monkeypatch.setattr("torch.cuda.set_device", lambda _: None)
    monkeypatch.setattr("torch.distributed.init_process_group", lambda backend, timeout: backends.append(backend))
    monkeypatch.setattr("torch.distributed.destroy_process_group", lambda: None)
    return backends


@pytest.mark.parametrize(("device", "own", "backend"), [("cuda", "cuda:1", "nccl"), ("cpu", "cpu", "gloo")])
def test_each_process_takes_a_gpu_of_its_own(
    device: str, own: str, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    backends = _in_a_group(monkeypatch, rank=1, gpus=2)
    with joined(device) as team:
        assert (team.rank, team.count, team.device) == (1, 2, own)
    assert backends == [backend]


@pytest.mark.parametrize(
    ("device", "gpus", "said"), [("cuda:0", 2, "cuda:0 for all 2 of them"), ("cuda", 1, "2 processes.*found 1 GPU;")]
)
@pytest.mark.parametrize("rank", [0, 1])
def test_processes_do_not_share_a_gpu(
    device: str, gpus: int, said: str, rank: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _in_a_group(monkeypatch, rank, gpus)
    with pytest.raises(ConfigError, match=said), joined(device):
        pass


@pytest.mark.parametrize("training", [True, False])
def test_normalisation_of_one_process_is_that_of_torch(training: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    norm = nn.BatchNorm3d(3)
    nn.init.normal_(norm.weight)
    nn.init.normal_(norm.bias)
    monkeypatch.setattr("livecell.training.distributed._total", lambda moments: moments)
    joint = JointNorm(norm, Team()).train(training)
    norm.train(training)
    image, other = (torch.randn(2, 3, 4, 5, 6, generator=torch.Generator().manual_seed(1)) for _ in range(2))
    expected, found = norm(image.requires_grad_()), joint(other.requires_grad_())
    torch.testing.assert_close(found, expected)
    for output in (expected, found):
        torch.autograd.backward([(output**3).sum()])
    torch.testing.assert_close(other.grad, image.grad, rtol=1e-4, atol=1e-4)
    for name, value in norm.state_dict().items():
        torch.testing.assert_close(joint.state_dict()[name], value)

"""Mixed precision learns as float32 does, with weights and losses in float32."""

from __future__ import annotations

import pytest
import torch

from livecell.nets import UNetShape
from livecell.training import PatchStream, Team, Trunk, new_network
from livecell.training.course import Course
from livecell.training.precision import computing_in, gradient_scale
from tests.scenes.training import FIT, small_sample

SHAPE = UNetShape(depth=1, width=8)


def _losses(precision: str) -> list[float]:
    torch.set_num_threads(1)
    network = new_network([SHAPE], 0)
    course = Course(network, FIT.model_copy(update={"steps": 30}), Trunk(), precision, Team())
    stream = PatchStream([small_sample(0)], FIT, 0)
    for step in range(30):
        course.step(stream.batch(step))
    assert all(parameter.dtype == torch.float32 for parameter in network.parameters())
    return course.losses


def test_losses_follow_those_of_float32() -> None:
    exact, short = _losses("float32"), _losses("bfloat16")
    assert exact != short
    assert short == pytest.approx(exact, rel=0.2)
    assert sum(short[-5:]) < 0.7 * sum(short[:5])


def test_only_float16_needs_its_gradients_scaled() -> None:
    assert [gradient_scale(name, "cpu").is_enabled() for name in ("float32", "bfloat16", "float16")] == [0, 0, 1]


def test_float32_is_left_alone() -> None:
    convolution = torch.nn.Conv2d(1, 1, 1)
    image = torch.zeros(1, 1, 4, 4)
    for name in ("float32", "bfloat16"):
        with computing_in(name, "cpu"):
            assert convolution(image).dtype == getattr(torch, name)

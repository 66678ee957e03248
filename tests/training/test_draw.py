"""Random patches stay in register with their targets, whatever is done to them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.config.augment import AS_RECORDED, AugmentSettings
from livecell.training import Sample, random_patch

GEOMETRY = AS_RECORDED.model_copy(update={"flip": True, "quarter_turns": True})
TURNED = GEOMETRY.model_copy(update={"turned": 1.0})


def _register_sample(shape: tuple[int, int, int]) -> Sample:
    """The target is the image itself, so any patch out of register shows."""
    voxels = np.arange(np.prod(shape), dtype=np.float32).reshape(1, *shape) / np.prod(shape)
    return Sample("register", voxels, voxels.copy())


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([(2, 4, 4), (3, 4, 6)]), st.sampled_from([GEOMETRY, TURNED]))
def test_image_and_target_are_turned_alike(seed: int, size: tuple[int, int, int], augment: AugmentSettings) -> None:
    patch = random_patch(_register_sample((3, 19, 18)), size, augment, np.random.default_rng(seed))
    assert patch.source.shape == patch.target.shape == (1, *size)
    np.testing.assert_array_equal(patch.source, patch.target)
    # Never upside down: planes keep their order.
    assert (np.diff(patch.target[0], axis=0) > 0).all()


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_contrast_and_brightness_change_the_image_alone(seed: int) -> None:
    augment = GEOMETRY.model_copy(update={"contrast": 0.3, "brightness": 0.3})
    patch = random_patch(_register_sample((3, 9, 8)), (2, 4, 4), augment, np.random.default_rng(seed))
    gain, offset = np.polyfit(patch.target.ravel(), patch.source.ravel(), 1)
    np.testing.assert_allclose(patch.source, gain * patch.target + offset, atol=1e-4)
    assert gain > 0


def test_every_flip_and_turn_occurs() -> None:
    sample, rng = _register_sample((1, 2, 2)), np.random.default_rng(0)
    seen = {random_patch(sample, (1, 2, 2), GEOMETRY, rng).target.tobytes() for _ in range(200)}
    assert len(seen) == 8


def test_the_default_does_not_flip_along_z_but_can() -> None:
    sample, rng = _register_sample((4, 4, 4)), np.random.default_rng(0)
    upside_down = GEOMETRY.model_copy(update={"flip_z": True})
    steps = {
        float(np.sign(np.diff(random_patch(sample, (4, 4, 4), upside_down, rng).target, axis=1)).mean())
        for _ in range(30)
    }
    assert steps == {-1.0, 1.0}


def test_patches_are_drawn_where_something_is_known() -> None:
    sample = _register_sample((1, 32, 32))
    sample.target[:, :, :, 8:] = np.nan
    rng = np.random.default_rng(0)
    known = [np.isfinite(random_patch(sample, (1, 8, 8), GEOMETRY, rng).target).any() for _ in range(50)]
    assert np.mean(known) > 0.9


def test_one_known_structure_of_many_is_enough() -> None:
    voxels = np.arange(64 * 64, dtype=np.float32).reshape(1, 1, 64, 64)
    target = np.full((13, 1, 64, 64), np.nan, dtype=np.float32)
    target[3] = voxels[0]
    rng, columns = np.random.default_rng(0), set[int]()
    for _ in range(60):
        patch = random_patch(Sample("one of many", voxels, target), (1, 8, 8), AS_RECORDED, rng)
        columns.add(int(patch.source[0, 0, 0, 0]) % 64)
    # Positions are as they fall, not the best of many.
    assert len(columns) > 20


def test_of_several_places_the_one_that_shows_most_is_taken() -> None:
    """A structure in one column of nine patches' width, and unknown voxels, which show nothing."""
    voxels = np.zeros((1, 1, 32, 288), dtype=np.float32)
    voxels[..., 128:160] = 1
    target = voxels.copy()
    target[..., :64] = np.nan

    def share_that_shows(places: int) -> float:
        rng, sample = np.random.default_rng(0), Sample("mostly empty", voxels, target)
        patches = [random_patch(sample, (1, 32, 32), AS_RECORDED, rng, places) for _ in range(1000)]
        return float(np.mean([patch.source.any() for patch in patches]))

    alone = share_that_shows(1)
    assert share_that_shows(2) == pytest.approx(1 - (1 - alone) ** 2, abs=0.1)
    assert share_that_shows(20) > 0.95


def test_a_sample_too_small_to_turn_is_taken_as_it_lies() -> None:
    sample, rng = _register_sample((1, 8, 8)), np.random.default_rng(0)
    turned = AS_RECORDED.model_copy(update={"turned": 1.0})
    for _ in range(20):
        patch = random_patch(sample, (1, 8, 8), turned, rng)
        np.testing.assert_array_equal(patch.target, sample.target)


@pytest.mark.parametrize("kind", ["volume", "planes as channels", "projected"])
def test_defocus_shifts_the_planes_of_the_image_alone(kind: str) -> None:
    z = np.broadcast_to(np.arange(12, dtype=np.float32)[:, None, None], (12, 8, 8))
    source = z[:, None] if kind == "planes as channels" else z[None]
    target = z[None] if kind == "volume" else np.zeros((1, 1, 8, 8), np.float32)
    sample, size = Sample(kind, source, target), (4, 8, 8) if kind == "volume" else (1, 8, 8)
    defocus, rng = AS_RECORDED.model_copy(update={"defocus_planes": 1.5}), np.random.default_rng(1)
    shifts = []
    for _ in range(40):
        patch = random_patch(sample, size, defocus, rng)
        assert patch.source.size == (4 if kind == "volume" else 12) * 64
        planes = patch.source[..., 0, 0].ravel()
        expected = patch.target[0, :, 0, 0] if kind == "volume" else np.arange(12)
        inner = (planes > 0) & (planes < 11)
        moved = (planes - expected)[inner]
        assert np.ptp(moved) < 1e-5
        shifts.append(moved[0])
    assert -1.5 <= min(shifts) < -0.7
    assert 0.7 < max(shifts) <= 1.5

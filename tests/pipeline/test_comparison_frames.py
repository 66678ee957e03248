"""Frames of two sides: which timepoints, positions, and masks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from livecell.config.evaluate import EvaluateSettings, Region
from livecell.errors import AcquisitionError
from livecell.pipeline.comparison_frames import FrameReader, Match, spread
from livecell.pipeline.comparison_sides import ImageSide, open_side
from livecell.store import Channel, ImageLayout, create_collection, create_image, image_path, write_volume
from tests.scenes.evaluation import SAMPLING, SHAPE, labels, truth, write_tiff, write_zarr

DNA = Match("dna", "dna", "dna")


def collection(path: Path, positions: tuple[str, ...]) -> Path:
    create_collection(path, positions)
    for k, position in enumerate(positions):
        image = image_path(path, position, positions)
        create_image(image, ImageLayout((1, 1, *SHAPE), "float32", SAMPLING, (Channel("dna"),), levels=1))
        write_volume(image, 0, np.full(SHAPE, k, np.float32))
    return path


def reader(ours: Path, theirs: Path, **changes: object) -> FrameReader:
    return FrameReader(open_side(ours), open_side(theirs), EvaluateSettings.model_validate(changes))


def test_timepoints_are_spread_from_first_to_last() -> None:
    assert spread(10, 4) == [0, 3, 6, 9]
    assert spread(2, 5) == [0, 1]
    assert spread(7, 1) == [0]


def test_positions_that_both_have(tmp_path: Path) -> None:
    ours, theirs = collection(tmp_path / "a.zarr", ("p", "q")), collection(tmp_path / "b.zarr", ("q", "r"))
    frames = list(reader(ours, theirs).frames(DNA))
    assert [frame.position for frame in frames] == ["q"]
    assert frames[0].prediction is not None
    assert (frames[0].prediction.max(), frames[0].truth.max()) == (1, 0)
    with pytest.raises(AcquisitionError, match="positions"):
        reader(ours, collection(tmp_path / "c.zarr", ("x", "y"))).positions()


def test_what_a_frame_holds(tmp_path: Path) -> None:
    path = write_zarr(tmp_path / "a.zarr", {"dna": truth()}, {"dna": labels()})
    frame = reader(path, path, region=Region(y=(2, 12))).frame(DNA, "0", 1)
    np.testing.assert_array_equal(frame.truth, truth()[1][:, 2:12].astype(float))
    np.testing.assert_array_equal(frame.true_labels, labels()[1][:, 2:12])
    assert (frame.deviation, frame.noisy, frame.mask) == (None, None, None)
    assert frame.voxel_size_um == (0.5, 0.2, 0.2)


def test_masks_of_one_plane_or_of_each_timepoint(tmp_path: Path) -> None:
    path = write_zarr(tmp_path / "a.zarr", {"dna": truth()})
    inside = np.zeros((1, 1, *SHAPE[1:]), np.float32)
    inside[..., 3:5, :] = 2
    flat = str(write_zarr(tmp_path / "m.zarr", {"mask": inside}))
    frame = reader(path, path, mask=flat, region=Region(z=(1, 3), y=(2, 12))).frame(DNA, "0", 1)
    np.testing.assert_array_equal(np.flatnonzero(frame.mask.any(axis=(0, 2))), [1, 2])
    assert frame.mask.shape == frame.truth.shape
    moving = str(write_zarr(tmp_path / "n.zarr", {"mask": labels().astype(np.float32)}))
    np.testing.assert_array_equal(reader(path, path, mask=moving).frame(DNA, "0", 1).mask, labels()[1] > 0)
    small = str(write_zarr(tmp_path / "s.zarr", {"mask": inside[..., :9]}))
    with pytest.raises(AcquisitionError, match="a mask of"):
        reader(path, path, mask=small).frame(DNA, "0", 0)


def test_a_mask_of_several_positions_is_refused(tmp_path: Path) -> None:
    path = collection(tmp_path / "a.zarr", ("p", "q"))
    assert isinstance(open_side(path), ImageSide)
    with pytest.raises(AcquisitionError, match="one image"):
        reader(path, path, mask=str(path)).frame(DNA, "p", 0)


def test_a_mask_smaller_than_the_region_is_named(tmp_path: Path) -> None:
    path = write_zarr(tmp_path / "a.zarr", {"dna": truth()})
    small = str(write_zarr(tmp_path / "s.zarr", {"mask": np.ones((1, 1, 24, 9), np.float32)}))
    with pytest.raises(AcquisitionError, match=r"s.zarr: expected a box inside the image: x=0:9, found x=4:12"):
        reader(path, path, mask=small, region=Region(x=(4, 12))).frame(DNA, "0", 0)


def test_only_voxels_known_on_both_sides_are_compared(tmp_path: Path) -> None:
    holes, inside = truth(), np.ones((1, 1, *SHAPE[1:]), np.float32)
    holes[1, 0, 0, 0] = np.nan
    inside[..., 5, 5] = 0
    ours, theirs = write_zarr(tmp_path / "a.zarr", {"dna": holes}), write_zarr(tmp_path / "b.zarr", {"dna": truth()})
    assert reader(ours, theirs).frame(DNA, "0", 0).compared is None
    frame = reader(ours, theirs, mask=str(write_zarr(tmp_path / "m.zarr", {"mask": inside}))).frame(DNA, "0", 1)
    assert frame.compared is not None
    left_out = np.argwhere(~frame.compared).tolist()
    assert left_out == [[0, 0, 0], *([z, 5, 5] for z in range(SHAPE[0]))]
    assert not frame.is_blank


def test_lengths_are_in_voxels_unless_one_side_says_how_large_they_are(tmp_path: Path) -> None:
    known, plain = write_zarr(tmp_path / "a.zarr", {"dna": truth()}), write_tiff(tmp_path / "b.tif", truth())
    pair = Match("dna", "0", "dna")
    assert reader(plain, known).frame(pair, "0", 0).voxel_size_um == (0.5, 0.2, 0.2)
    assert reader(plain, known).frame(pair, "0", 0).length_unit == "um"
    assert reader(plain, plain).frame(Match("dna", "0", "0"), "0", 0).length_unit == "voxel"

from __future__ import annotations

import logging

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.config import RunSettings, parse_settings
from livecell.config.segment import BlobWorkflow, PunctaWorkflow, SegmentSettings
from livecell.errors import AcquisitionError, ConfigError
from livecell.segmentation import calibrate, segment_volume, workflow_for
from livecell.structures import STRUCTURES, Form, Structure
from tests.scenes.segmentation import FLAT_VOXEL_UM, THIN, ellipsoids, image_of

ONE_OF_EACH_FORM = ["dna", "nuclear_envelope", "golgi", "microtubules", "mitochondria", "cell_membrane"]
NUCLEI = ellipsoids(THIN, FLAT_VOXEL_UM, [(3.5, 6, 7), (3.5, 17, 10), (4, 12, 20)], (2.5, 4, 4))


def test_one_of_each_form_covers_all_forms() -> None:
    assert {STRUCTURES[name].form for name in ONE_OF_EACH_FORM} == set(Form)


@pytest.mark.parametrize("name", ONE_OF_EACH_FORM)
@pytest.mark.parametrize("value", [0.0, 0.1, -3.7, 1e6, np.nan])
@pytest.mark.parametrize("shape", [(4, 20, 21), (1, 20, 21), (1, 1, 1)])
def test_blank_volume_has_no_objects(name: str, value: float, shape: tuple[int, int, int]) -> None:
    labels = segment_volume(np.full(shape, value, np.float32), name, FLAT_VOXEL_UM)
    assert labels.shape == shape
    assert labels.dtype == np.int32
    assert not labels.any()


@pytest.mark.parametrize("name", ONE_OF_EACH_FORM)
def test_blank_volume_has_no_objects_at_thresholds_of_others(name: str) -> None:
    thresholds = calibrate([image_of(NUCLEI, 0.3, FLAT_VOXEL_UM)], name, FLAT_VOXEL_UM)
    assert not segment_volume(np.zeros(THIN, np.float32), name, FLAT_VOXEL_UM, thresholds).any()


@pytest.mark.parametrize("name", ONE_OF_EACH_FORM)
def test_labels_are_numbered_in_order_of_their_first_voxel(name: str) -> None:
    labels = segment_volume(image_of(NUCLEI, 0.3, FLAT_VOXEL_UM, noise=0.02), name, FLAT_VOXEL_UM)
    present, first = np.unique(labels[labels > 0], return_index=True)
    assert present.tolist() == list(range(1, labels.max() + 1))
    assert (np.diff(first) > 0).all()


@pytest.mark.parametrize("name", ONE_OF_EACH_FORM)
def test_missing_voxels_are_background(name: str) -> None:
    volume = image_of(NUCLEI, 0.3, FLAT_VOXEL_UM, noise=0.02)
    volume[:, :20] = np.nan
    labels = segment_volume(volume, name, FLAT_VOXEL_UM, seeds=NUCLEI)
    assert not labels[:, :20].any()
    assert labels.any()


def test_missing_corner_leaves_far_objects_as_they_are() -> None:
    volume = image_of(NUCLEI, 0.3, FLAT_VOXEL_UM)
    thresholds = calibrate([volume], "dna", FLAT_VOXEL_UM)
    whole = segment_volume(volume, "dna", FLAT_VOXEL_UM, thresholds)
    volume[:, :4, :4] = np.nan
    assert np.array_equal(segment_volume(volume, "dna", FLAT_VOXEL_UM, thresholds), whole)


@settings(max_examples=10, deadline=None)
@given(scale=st.floats(1e-3, 1e4), offset=st.floats(-1e3, 1e3))
def test_labels_do_not_depend_on_the_scale_of_intensity(scale: float, offset: float) -> None:
    volume = image_of(NUCLEI[:, ::2, ::2], 0.3, (0.5, 0.5, 0.5)).astype(np.float64)
    before = segment_volume(volume, "dna", (0.5, 0.5, 0.5))
    after = segment_volume(volume * scale + offset * scale, "dna", (0.5, 0.5, 0.5))
    # Rounding to float32 may move single voxels across the threshold, never an object.
    assert before.max() == after.max() == 3
    assert np.count_nonzero(before != after) <= 0.01 * np.count_nonzero(before)


def test_shift_shifts_the_labels() -> None:
    volume = image_of(NUCLEI, 0.3, FLAT_VOXEL_UM)
    moved = np.roll(volume, (9, 14), axis=(1, 2))
    labels, expected = (segment_volume(v, "dna", FLAT_VOXEL_UM) for v in (moved, volume))
    assert np.array_equal(labels, np.roll(expected, (9, 14), axis=(1, 2)))


def test_transposed_plane_gives_transposed_objects() -> None:
    voxel_um = (0.5, 0.25, 0.4)
    volume = image_of(ellipsoids(THIN, voxel_um, [(3.5, 7, 9), (4, 16, 30)], (2.5, 4, 5)), 0.3, voxel_um)
    labels = segment_volume(volume, "dna", voxel_um)
    turned = segment_volume(volume.transpose(0, 2, 1), "dna", (0.5, 0.4, 0.25))
    assert labels.max() == 2
    assert np.array_equal(turned.transpose(0, 2, 1) > 0, labels > 0)


def test_calibrated_frames_do_not_depend_on_each_other() -> None:
    dim = image_of(NUCLEI, 0.3, FLAT_VOXEL_UM)
    bright, shared = dim * 5, BlobWorkflow(edge=0)
    thresholds = calibrate(iter([dim]), shared, FLAT_VOXEL_UM)
    alone = segment_volume(bright, shared, FLAT_VOXEL_UM)
    calibrated = segment_volume(bright, shared, FLAT_VOXEL_UM, thresholds)
    assert np.count_nonzero(calibrated) > np.count_nonzero(alone)
    assert np.array_equal(
        calibrated > 0,
        segment_volume(dim, BlobWorkflow(threshold=thresholds["threshold"] / 5, edge=0), FLAT_VOXEL_UM) > 0,
    )


def test_calibration_pools_all_frames() -> None:
    volume = image_of(NUCLEI, 0.3, FLAT_VOXEL_UM)
    one, two = (calibrate(frames, "dna", FLAT_VOXEL_UM)["threshold"] for frames in ([volume], [volume, volume * 3]))
    assert two > one


def test_set_threshold_is_used_as_it_is() -> None:
    assert calibrate([NUCLEI], BlobWorkflow(threshold=0.25), FLAT_VOXEL_UM)["threshold"] == 0.25
    assert calibrate([NUCLEI], PunctaWorkflow(threshold=0.25), FLAT_VOXEL_UM) == {"threshold": 0.25}


def test_stricter_keeps_less() -> None:
    volume = image_of(NUCLEI, 0.3, FLAT_VOXEL_UM, noise=0.05)
    loose, strict = (
        calibrate([volume], PunctaWorkflow(strictness=factor), FLAT_VOXEL_UM)["threshold"] for factor in (1.0, 3.0)
    )
    assert strict == pytest.approx(3 * loose)


def test_frames_without_any_value_give_no_thresholds_and_say_so(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert calibrate([np.full((2, 4, 4), np.nan)], "dna", FLAT_VOXEL_UM) == {}
    assert "threshold" in caplog.text


def test_workflow_of_a_name_goes_before_that_of_the_form() -> None:
    chosen = BlobWorkflow(smoothing_um=1.0)
    own = SegmentSettings(workflows={"dna": chosen})
    assert workflow_for("dna", own) == chosen
    assert workflow_for("fibrillarin", own) == workflow_for("nucleoli")
    assert workflow_for(Structure("spindle", Form.FILAMENTS)).form == "filaments"


def test_name_taken_for_another_form_gets_the_default_of_that_form() -> None:
    assert workflow_for(Structure("nucleoli", Form.PUNCTA)) == PunctaWorkflow()


def test_workflows_are_chosen_in_the_configuration_by_their_form() -> None:
    values = {"segment": {"workflows": {"dna": {"form": "puncta", "diameter_um": 2}}}}
    chosen = parse_settings(values, RunSettings).segment.workflows["dna"]
    assert chosen == PunctaWorkflow(diameter_um=2)
    values["segment"]["workflows"]["dna"] = {"form": "blob", "diameter_um": 2}
    with pytest.raises(ConfigError, match="diameter_um"):
        parse_settings(values, RunSettings)


def test_unknown_structure_is_refused() -> None:
    with pytest.raises(ConfigError, match="nucleus"):
        segment_volume(np.zeros((1, 4, 4)), "nucleus", FLAT_VOXEL_UM)


def test_wrong_number_of_axes_is_refused() -> None:
    with pytest.raises(AcquisitionError, match="three axes"):
        segment_volume(np.zeros((4, 4)), "dna", FLAT_VOXEL_UM)


def test_seeds_of_another_shape_are_refused() -> None:
    volume = np.arange(16.0).reshape(1, 4, 4)
    with pytest.raises(AcquisitionError, match="seeds"):
        segment_volume(volume, "cell_membrane", FLAT_VOXEL_UM, seeds=np.ones((1, 4, 5), np.int32))

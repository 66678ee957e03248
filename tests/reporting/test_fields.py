import numpy as np
import pytest

from livecell.reporting.fields import Field, open_fields
from livecell.store import (
    Channel,
    ImageLayout,
    create_collection,
    create_image,
    create_labels,
    delete_volume,
    write_volume,
)
from tests.scenes.reporting import VOXEL_SIZE_UM, RunScene, write_volumes

SCENE = RunScene(structures=("dna", "vesicles"), shape=(6, 3, 40, 64), missing=(0,), failed=(3,))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    write_volumes(folder / "predictions.ome.zarr", SCENE)
    return folder


@pytest.fixture(scope="module")
def field(run):
    return open_fields(run)["0"]


def test_frames_are_spread_over_those_that_are_there(field):
    assert field.frames(1) == (1,)
    assert field.frames(3) == (1, 2, 5)
    assert field.frames(50) == (1, 2, 4, 5)


def test_a_glimpse_is_the_volume_and_its_labels(field):
    first, second = field.glimpses("vesicles", (1, 4))
    assert (first.frame, second.frame) == (1, 4)
    assert first.index == second.index == 1
    np.testing.assert_array_equal(first.labels, SCENE.labels("vesicles", "0", 1)[1])
    np.testing.assert_allclose(second.plane, SCENE.volume("vesicles", "0", 4)[1], atol=1e-4)
    np.testing.assert_allclose(second.projection, SCENE.volume("vesicles", "0", 4).max(axis=0), atol=1e-4)


def test_the_field_knows_its_size_in_micrometres(field):
    assert field.extent_um == (40 * VOXEL_SIZE_UM[1], 64 * VOXEL_SIZE_UM[2])
    assert field.aspect == pytest.approx(64 * 0.2 / (40 * 0.25))


def test_without_labels_a_glimpse_has_none(tmp_path):
    create_image(tmp_path / "predictions.ome.zarr", _layout((1, 1, 2, 32, 32)))
    write_volume(tmp_path / "predictions.ome.zarr", 0, np.ones((2, 32, 32), np.float32))
    (glimpse,) = open_fields(tmp_path)["0"].glimpses("dna", (0,))
    assert glimpse.labels is None
    assert glimpse.index == 1


def test_large_images_are_read_from_a_coarser_level():
    for side, level in [(300, 0), (1023, 0), (1024, 1), (2048, 2), (9000, 2)]:
        assert Field(None, _layout((1, 1, 1, 40, side))).level == level


def test_labels_alone_are_shown_as_they_are(tmp_path):
    path = tmp_path / "labels.ome.zarr"
    create_collection(path, ("0",))
    create_image(path, _layout((2, 1, 3, 48, 64), "uint8"))
    create_labels(path, "dna", _layout((2, 1, 3, 48, 64), "uint32"))
    write_volume(path / "labels" / "dna", 1, SCENE.__class__().labels("dna", "0", 1))
    field = open_fields(tmp_path)["0"]
    assert field.structures == ("dna",)
    assert field.frames(5) == (1,)
    (glimpse,) = field.glimpses("dna", (1,))
    np.testing.assert_array_equal(glimpse.plane > 0, glimpse.labels > 0)
    assert glimpse.labels.max() > 0


@pytest.mark.parametrize("projected", [False, True])
def test_a_run_that_keeps_no_volumes_shows_its_labels(tmp_path, projected):
    write_volumes(tmp_path / "predictions.ome.zarr", SCENE)
    for t, c in np.ndindex(6, 2):
        delete_volume(tmp_path / "predictions.ome.zarr", t, c)
    if projected:
        layout = ImageLayout((6, 2, 1, 40, 64), "float32", SCENE.sampling, (Channel("dna"), Channel("vesicles")))
        create_image(tmp_path / "projections.ome.zarr", layout)
        write_volume(tmp_path / "projections.ome.zarr", 4, np.full((1, 40, 64), 7.0), 1)
    field = open_fields(tmp_path, volumes=False)["0"]
    assert field.structures == ("dna", "vesicles")
    assert set(field.frames(50)) == {1, 2, 4, 5}
    (glimpse,) = field.glimpses("vesicles", (4,))
    np.testing.assert_array_equal(glimpse.plane > 0, glimpse.labels > 0)
    assert glimpse.projection.max() == (7.0 if projected else 1.0)


def test_a_run_without_volumes_has_no_fields(tmp_path):
    assert open_fields(tmp_path) == {}


def test_a_store_that_cannot_be_read_is_said_and_passed_over(tmp_path, caplog):
    (tmp_path / "predictions.ome.zarr").mkdir()
    assert open_fields(tmp_path) == {}
    assert "no pictures" in caplog.text


def _layout(shape, dtype="float32"):
    return ImageLayout(shape, dtype, SCENE.sampling, (Channel("dna"),))

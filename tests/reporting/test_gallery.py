import numpy as np
import pytest

from livecell.config.report import ReportSettings
from livecell.reporting.fields import open_fields
from livecell.reporting.gallery import Easel, gallery
from livecell.structures import find_structure
from tests.reporting.test_images import pixels
from tests.scenes.reporting import RunScene, tracks_of, write_volumes

SCENE = RunScene(structures=("dna", "vesicles"), shape=(3, 3, 48, 64))
STRUCTURES = tuple(find_structure(name) for name in (*SCENE.structures, "golgi"))
SETTINGS = ReportSettings(example_frames=2, max_tracks=3)


def gallery_of(folder, scene=SCENE, input_plane=None, tracks=None):
    easel = Easel(open_fields(folder)["0"], {0: "frame 0, 0 s"})
    return gallery("0", easel, STRUCTURES, tracks_of(scene) if tracks is None else tracks, SETTINGS, input_plane)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    write_volumes(folder / "predictions.ome.zarr", SCENE)
    return folder


@pytest.fixture(scope="module")
def shown(folder):
    return gallery_of(folder)


def test_every_stored_structure_has_a_picture_per_frame(shown):
    assert {name: len(pictures) for name, pictures in shown.planes.items()} == {"dna": 2, "vesicles": 2}
    assert [p.caption for p in shown.together] == ["frame 0, 0 s", "frame 2"]
    assert shown.planes["dna"][0].caption.startswith("frame 0, 0 s, z = 0.5 µm, ")


def test_outlines_lie_on_the_edges_of_the_labels(shown):
    for picture, t in zip(shown.planes["dna"], (0, 2), strict=True):
        clear = pixels(picture.outlines, "RGBA")[..., 3] == 0
        times = clear.shape[0] // 48
        labels = SCENE.labels("dna", "0", t)[1]
        drawn = ~clear.reshape(48, times, 64, times).all(axis=(1, 3))
        inside = np.zeros_like(drawn)
        inside[1:-1, 1:-1] = (labels[1:-1, 1:-1] == labels[:-2, 1:-1]) & (labels[1:-1, 1:-1] == labels[2:, 1:-1])
        inside[1:-1, 1:-1] &= (labels[1:-1, 1:-1] == labels[1:-1, :-2]) & (labels[1:-1, 1:-1] == labels[1:-1, 2:])
        border = np.ones_like(drawn)
        border[1:-1, 1:-1] = False
        np.testing.assert_array_equal(drawn[~border], ((labels > 0) & ~inside)[~border])
        assert drawn.any()


def test_a_picture_is_bright_where_the_structure_is(shown):
    bright = pixels(shown.planes["dna"][0].image).astype(float).max(axis=2)
    labels = SCENE.labels("dna", "0", 0)[1]
    assert bright[labels > 0].mean() > 5 * bright[labels == 0].mean()


def test_tracks_lie_over_the_projection_of_the_middle_frame(shown):
    trail = shown.trails["vesicles"]
    projection = SCENE.volume("vesicles", "0", 2).max(axis=0)
    bright = pixels(trail.image).astype(float)[..., 0]
    assert np.corrcoef(bright.ravel(), projection.ravel())[0, 1] > 0.95
    assert trail.drawing.count("<circle") == SETTINGS.max_tracks
    assert trail.caption == "the 3 longest of 4 tracks over the projection at frame 2"


def test_without_tracks_there_is_nothing_to_draw_over(folder):
    assert gallery_of(folder, tracks=tracks_of(SCENE).iloc[:0]).trails == {}


def test_the_input_is_shown_where_there_is_one(folder):
    ramp = np.linspace(100, 200, 48 * 64).reshape(48, 64).astype(np.uint16)
    shown = gallery_of(folder, input_plane=lambda position, frame: None if frame == 0 else np.stack([ramp * 0, ramp]))
    (picture,) = shown.inputs
    assert picture.caption == "frame 2"
    bright = pixels(picture.image)[..., 0].astype(float).ravel()
    assert np.corrcoef(bright, ramp.ravel())[0, 1] > 0.99


def test_a_damaged_volume_costs_one_structure_its_pictures(tmp_path, caplog):
    write_volumes(tmp_path / "predictions.ome.zarr", SCENE)
    shard = tmp_path / "predictions.ome.zarr" / "0" / "c" / "0" / "1" / "0" / "0" / "0"
    data = bytearray(shard.read_bytes())
    data[: len(data) // 2] = bytes(len(data) // 2)
    shard.write_bytes(data)
    shown = gallery_of(tmp_path)
    assert set(shown.planes) == {"dna"}
    assert "vesicles" in caplog.text

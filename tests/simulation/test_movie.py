from __future__ import annotations

import pickle

import numpy as np
import pytest
from scipy import ndimage

from livecell.config.microscope import StageSettings
from livecell.config.simulate import SimulateSettings
from livecell.errors import ConfigError
from livecell.simulation import Frame, simulate
from livecell.structures import STRUCTURES
from livecell.tables import DRIFT, TRACKS, check
from tests.scenes.simulation import eventful_settings, fast_settings, small_settings

DRIFTING = StageSettings(drift_um_h=(30.0, -20.0), focus_drift_um_h=3.0)


def same(one: Frame, other: Frame) -> bool:
    pairs = [(one.brightfield, other.brightfield)]
    for name in one.targets:
        pairs += [(one.targets[name], other.targets[name]), (one.labels[name], other.labels[name])]
    return all(np.array_equal(a, b) for a, b in pairs)


def test_frames_have_the_promised_form() -> None:
    settings = small_settings()
    movie = simulate(settings)
    frame = movie.frame(1)
    assert movie.shape == (4, 8, 88, 88)
    assert movie.sampling.voxel_size_um == (0.5, 0.29, 0.29)
    assert movie.sampling.interval_s == 60
    assert frame.brightfield.dtype == np.uint16
    assert tuple(frame.targets) == tuple(frame.labels) == movie.structures == settings.structures
    for name in movie.structures:
        assert frame.targets[name].dtype == np.float32
        assert frame.labels[name].dtype == np.int32
        assert frame.labels[name].shape == frame.targets[name].shape == settings.shape
        assert frame.labels[name].any()
        assert frame.targets[name].max() > 100
    assert set(movie.structures) == set(STRUCTURES)


@pytest.mark.parametrize("settings", [small_settings(), eventful_settings(stage=DRIFTING)])
def test_frames_do_not_depend_on_the_order_they_are_asked_for(settings: SimulateSettings) -> None:
    movie = simulate(settings)
    forwards = [movie.frame(t) for t in range(3)]
    again = simulate(settings)
    backwards = [again.frame(t) for t in (2, 1, 0)][::-1]
    assert all(same(a, b) for a, b in zip(forwards, backwards, strict=True))


def test_a_pickled_movie_gives_the_same_frames() -> None:
    movie = simulate(small_settings())
    assert same(pickle.loads(pickle.dumps(movie)).frame(2), movie.frame(2))


def test_another_seed_gives_another_movie() -> None:
    one, other = (simulate(small_settings(seed=seed)).frame(0) for seed in (1, 2))
    assert (one.labels["dna"] > 0).any()
    assert not np.array_equal(one.labels["dna"] > 0, other.labels["dna"] > 0)


def test_noise_differs_between_frames_in_which_nothing_moves() -> None:
    still = fast_settings(0.0)
    assert not np.array_equal(simulate(still).frame(0).brightfield, simulate(still).frame(1).brightfield)


def test_structures_asked_for_do_not_change_the_brightfield() -> None:
    few = simulate(small_settings(structures=("golgi",))).frame(0)
    assert list(few.targets) == ["golgi"]
    np.testing.assert_array_equal(few.brightfield, simulate(small_settings()).frame(0).brightfield)


def test_tracks_are_the_labels() -> None:
    movie = simulate(small_settings(structures=("dna", "nucleoli", "mitochondria", "vesicles", "cell_membrane")))
    tracks = movie.tracks()
    check(tracks, TRACKS)
    assert (tracks.track_id == tracks.label).all()
    assert set(tracks.position) == {"0"}
    for (structure, t), rows in tracks.groupby(["structure", "frame"]):
        labels = movie.frame(int(t)).labels[str(structure)]
        assert sorted(rows.label) == sorted(set(np.unique(labels)) - {0})
        centres = np.array(ndimage.center_of_mass(labels > 0, labels, rows.label)) * movie.sampling.voxel_size_um
        np.testing.assert_allclose(rows[["z_um", "y_um", "x_um"]], centres)
        np.testing.assert_allclose(rows[["z_raw_um", "y_raw_um", "x_raw_um"]], centres)
        voxels = [np.count_nonzero(labels == label) for label in rows.label]
        np.testing.assert_allclose(rows.volume_um3, np.array(voxels) * movie.sampling.voxel_volume_um3)
        assert (rows.t_s == 60 * t).all()


def test_cells_without_events_and_what_is_in_them_are_there_in_every_frame() -> None:
    tracks = simulate(small_settings(structures=("dna", "nuclear_envelope", "vesicles", "cell_membrane"))).tracks()
    assert (tracks.groupby(["structure", "track_id"]).size() == 4).all()
    assert tracks.groupby("structure").track_id.nunique().to_dict() == {
        "dna": 2,
        "nuclear_envelope": 2,
        "vesicles": 4,
        "cell_membrane": 2,
    }


def test_drift_moves_the_images_and_is_out_of_the_tracks() -> None:
    settings = fast_settings(0.0, structures=("dna",))
    still, drifting = (simulate(settings.model_copy(update={"stage": s})) for s in (settings.stage, DRIFTING))
    drift = drifting.drift()
    check(drift, DRIFT)
    hours = drift["frame"].to_numpy() / 60
    # What the stage moves over moves the other way.
    np.testing.assert_allclose(drift[["z_um", "y_um", "x_um"]], -hours[:, None] * [3.0, 30.0, -20.0], atol=1e-9)
    one, other = still.tracks(), drifting.tracks()
    axes = ["z_um", "y_um", "x_um"]
    np.testing.assert_allclose(one[axes], other[axes], atol=0.12)
    raw = other[["z_raw_um", "y_raw_um", "x_raw_um"]].to_numpy() - other[axes].to_numpy()
    np.testing.assert_allclose(raw, drift.set_index("frame").loc[other["frame"], axes])
    assert not np.array_equal(still.frame(3).labels["dna"], drifting.frame(3).labels["dna"])


def test_noisy_targets_are_the_targets_with_offset_and_noise() -> None:
    movie = simulate(small_settings(structures=("dna", "golgi"), noisy_every=3))
    assert [movie.is_noisy(t) for t in range(4)] == [True, False, False, True]
    camera = movie.settings.fluorescence_camera
    clean = movie.frame(3).targets
    noisy = movie.noisy_targets(3, clean)
    for name, image in clean.items():
        excess = noisy[name].astype(float) - image - camera.offset_counts - camera.background_counts
        assert abs(excess.mean()) < 0.5
        expected = (image + camera.background_counts).mean() / camera.electrons_per_count
        assert excess.var() == pytest.approx(
            expected + (camera.read_noise_e / camera.electrons_per_count) ** 2, rel=0.1
        )
    np.testing.assert_array_equal(noisy["golgi"], movie.noisy_targets(3, clean)["golgi"])
    assert not np.array_equal(noisy["golgi"], movie.noisy_targets(0, clean)["golgi"])
    assert not simulate(small_settings(noisy_every=0)).is_noisy(0)


def test_nuclei_keep_the_step_they_were_given_in_the_labels() -> None:
    settings = fast_settings(0.3, timepoints=6, structures=("dna",))
    tracks = simulate(settings).tracks()
    steps = tracks.groupby("track_id")[["y_um", "x_um"]].diff().dropna()
    lengths = np.hypot(steps.y_um, steps.x_um)
    expected = 0.3 * settings.cells.nucleus_radius_um
    moved = lengths[lengths > 0.1]
    assert len(moved) >= 8
    np.testing.assert_allclose(moved, expected, atol=0.1)


def test_a_missing_timepoint_has_its_truth_but_no_image() -> None:
    movie = simulate(small_settings(missing=(2,)))
    whole = simulate(small_settings())
    frame = movie.frame(2)
    assert movie.missing == (2,)
    assert not frame.brightfield.any()
    np.testing.assert_array_equal(frame.labels["dna"], whole.frame(2).labels["dna"])
    assert same(movie.frame(1), whole.frame(1))


def test_a_missing_timepoint_has_to_exist() -> None:
    with pytest.raises(ConfigError, match="timepoints below 4"):
        simulate(small_settings(missing=(4,)))


@pytest.mark.parametrize("t", [-1, 4])
def test_a_frame_that_does_not_exist_is_refused(t: int) -> None:
    movie = simulate(small_settings())
    with pytest.raises(IndexError, match="movie of 4"):
        movie.frame(t)

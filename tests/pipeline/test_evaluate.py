"""Comparison of predictions with their truth, against figures computed another way."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from livecell.config.evaluate import EvaluateSettings, Region
from livecell.errors import AcquisitionError, ConfigError, MissingPathError
from livecell.metrics import fourier_ring_correlation, nrmse, pearson_r, score_instances
from livecell.pipeline.evaluate import Evaluation, StructureScore, compare, evaluate
from livecell.pipeline.open_run import Run
from livecell.store import create_collection, image_path
from tests.scenes.evaluation import SAMPLING, SHAPE, labels, prediction, truth, write_tiff, write_zarr
from tests.scenes.pipeline import finished_run


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two structures in both, a third in the truth only; labels of dna shifted by two columns."""
    folder = tmp_path_factory.mktemp("sides")
    shifted = np.roll(labels(), 2, axis=-1)
    ours = write_zarr(folder / "p.zarr", {"golgi": prediction(seed=5), "dna": prediction()}, {"dna": shifted})
    channels = {"dna": truth(), "golgi": truth(seed=5), "vesicles": truth(seed=9)}
    return ours, write_zarr(folder / "t.zarr", channels, {"dna": labels()})


@pytest.fixture(scope="module")
def found(sides: tuple[Path, Path]) -> Evaluation:
    return compare(*sides)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return finished_run(tmp_path_factory.mktemp("run"), frames=2, predict={"uncertainty": ["flips"]})


def score_of(evaluation: Evaluation, name: str) -> StructureScore:
    return next(score for score in evaluation.structures if score.match.name == name)


def test_structures_are_paired_by_name(found: Evaluation) -> None:
    assert list(found.table["structure"]) == ["golgi", "dna"]
    assert score_of(found, "golgi").figures["pearson_r"] == pytest.approx(
        np.mean([pearson_r(p, t) for p, t in zip(prediction(seed=5), truth(seed=5), strict=True)])
    )


def test_a_channel_may_be_called_by_its_protein(sides: tuple[Path, Path], tmp_path: Path) -> None:
    other = write_zarr(tmp_path / "p.zarr", {"fibrillarin": truth(), "ST6Gal1": prediction(seed=5)})
    [score] = compare(other, sides[1], EvaluateSettings(structures=("st6gal1",))).structures
    assert (score.match.name, score.match.predicted, score.match.true) == ("golgi", "ST6Gal1", "golgi")
    assert compare(other, sides[1]).table["structure"].tolist() == ["golgi"]


def test_tables_over_timepoints_and_planes_equal_their_own_figures(found: Evaluation) -> None:
    score = score_of(found, "dna")
    for row in score.per_t.itertuples():
        assert row.pearson_r == pytest.approx(pearson_r(prediction()[row.frame], truth()[row.frame]))
    for row in score.per_z.itertuples():
        planes = zip(prediction()[:, row.z], truth()[:, row.z], strict=True)
        assert row.pearson_r == pytest.approx(np.mean([pearson_r(p, t) for p, t in planes]))
        assert row.z_um == row.z * SAMPLING.z_um
    assert score.figures["nrmse"] == pytest.approx(
        np.mean([nrmse(p, t) for p, t in zip(prediction(), truth(), strict=True)])
    )
    assert list(found.per_t["structure"].unique()) == ["golgi", "dna"]
    assert len(found.per_z) == 2 * SHAPE[0]


def test_objects_are_pooled_over_timepoints(found: Evaluation) -> None:
    figures = score_of(found, "dna").figures
    score = score_instances(np.roll(labels()[0], 2, axis=-1), labels()[0])
    # Squares of 8 x 8 and 8 x 16 voxels, shifted by 2: intersections 6 and 14 columns, unions 10 and 18.
    assert figures["object_f1"] == score.f1 == 1
    assert figures["panoptic_quality"] == figures["seg"] == pytest.approx((6 / 10 + 14 / 18) / 2)
    assert "object_f1" not in score_of(found, "golgi").figures
    assert math.isnan(found.table.set_index("structure").loc["golgi", "object_f1"])


def test_a_region_compares_what_is_in_it(sides: tuple[Path, Path]) -> None:
    score = score_of(compare(*sides, EvaluateSettings(region=Region(z=(1, 3), x=(4, 24)))), "dna")
    cut = (slice(1, 3), slice(None), slice(4, 24))
    expected = np.mean([pearson_r(p[cut], t[cut]) for p, t in zip(prediction(), truth(), strict=True)])
    assert score.figures["pearson_r"] == pytest.approx(expected)
    assert list(score.per_z["z"]) == [1, 2]


def test_a_mask_compares_what_is_in_it(sides: tuple[Path, Path], tmp_path: Path) -> None:
    inside = np.zeros((1, 1, *SHAPE[1:]), dtype=np.float32)
    inside[..., 5:18, 3:30] = 1
    mask = write_zarr(tmp_path / "mask.zarr", {"mask": inside})
    score = score_of(compare(*sides, EvaluateSettings(mask=str(mask))), "dna")
    chosen = np.broadcast_to(inside[0, 0] > 0, SHAPE)
    expected = np.mean([pearson_r(p, t, chosen) for p, t in zip(prediction(), truth(), strict=True)])
    assert score.figures["pearson_r"] == pytest.approx(expected)
    # A spectrum has no mask.
    assert score.spectrum is None
    assert "own_range_nrmse" not in score.figures


def test_known_noise_sets_the_ceiling(sides: tuple[Path, Path]) -> None:
    score = score_of(compare(*sides, EvaluateSettings(noise_sd=0.5)), "dna")
    expected = np.mean([math.sqrt(1 - 0.25 / volume.var()) for volume in truth().astype(float)])
    assert score.figures["ceiling"] == pytest.approx(expected)
    assert score.noise_from == "given"


def test_a_prediction_in_other_units_is_fitted(sides: tuple[Path, Path], tmp_path: Path) -> None:
    scaled = write_zarr(tmp_path / "p.zarr", {"dna": 50 * prediction() + 1000})
    assert compare(scaled, sides[1]).structures[0].figures["r2"] < -100
    fitted = compare(scaled, sides[1], EvaluateSettings(fit_scale=True)).structures[0]
    gain, offset = np.polyfit((50 * prediction() + 1000).ravel(), truth().ravel(), 1)
    assert (fitted.line.gain, fitted.line.offset) == (pytest.approx(gain, rel=1e-4), pytest.approx(offset, rel=1e-3))
    # All voxels together: the least squares of a line leave 1 - r^2 of the variance.
    assert fitted.figures["r2"] == pytest.approx(fitted.figures["pearson_r"] ** 2, abs=0.02)


def test_tiffs_are_a_pair_whatever_their_channels_are_called(tmp_path: Path) -> None:
    ours, theirs = write_tiff(tmp_path / "p.tif", prediction()), write_tiff(tmp_path / "t.tif", truth())
    found = compare(ours, theirs, EvaluateSettings(structures=("dna",))).structures
    assert [score.match.name for score in found] == ["dna"]
    expected = np.mean([pearson_r(p, t) for p, t in zip(prediction(), truth(), strict=True)])
    assert found[0].figures["pearson_r"] == pytest.approx(expected)


def test_a_run_agrees_with_itself_in_everything(run: Run) -> None:
    table = evaluate(run.path, run.path).set_index("structure")
    assert set(table.index) == set(run.structures)
    perfect = table[["pearson_r", "r2", "ssim", "foreground_dice", "object_recall", "object_f1", "seg", "link_recall"]]
    assert perfect.dropna(axis="columns").to_numpy() == pytest.approx(1)
    assert table["coverage_50"].to_numpy() == pytest.approx(1)
    assert table["calibration_error"].to_numpy() == pytest.approx(np.mean([0.5, 0.32, 0.1, 0.05]))


def test_units_of_a_network_are_fitted_unless_told_otherwise(run: Run, tmp_path: Path) -> None:
    doubled = write_zarr(tmp_path / "t.zarr", {"dna": 2 * run.predictions().sel(c="dna").to_numpy() + 1})
    assert compare(run.path, doubled).structures[0].figures["r2"] == pytest.approx(1, abs=1e-6)
    assert compare(run.path, doubled, EvaluateSettings(fit_scale=False)).structures[0].figures["r2"] < 0.9


def test_the_line_is_fitted_to_known_voxels(sides: tuple[Path, Path], tmp_path: Path) -> None:
    scaled = 50 * truth() + 1000
    scaled[:, 0, :5] = np.nan
    score = compare(
        write_zarr(tmp_path / "p.zarr", {"dna": scaled}), sides[1], EvaluateSettings(fit_scale=True)
    ).structures[0]
    assert (score.line.gain, score.line.offset) == (pytest.approx(1 / 50, rel=1e-4), pytest.approx(-20, rel=1e-4))


def test_only_frames_that_are_asked_for(sides: tuple[Path, Path]) -> None:
    assert list(compare(*sides, EvaluateSettings(frames=1)).structures[0].per_t["frame"]) == [0]


def test_unknown_voxels_are_left_out_as_those_of_a_mask_are(sides: tuple[Path, Path], tmp_path: Path) -> None:
    holes, mask = prediction(), np.ones_like(prediction())
    holes[:, 1, 3:9, 4:20] = np.nan
    holes[:, 2, 0, 0] = np.inf
    mask[~np.isfinite(holes)] = 0
    whole = {"golgi": prediction(seed=5), "dna": holes}
    found = compare(write_zarr(tmp_path / "p.zarr", whole, {"dna": labels()}), sides[1])
    score, other = (score_of(found, name) for name in ("dna", "golgi"))
    masked = score_of(
        compare(*sides, EvaluateSettings(mask=str(write_zarr(tmp_path / "m.zarr", {"m": mask})))), "dna"
    ).figures
    # Outside a mask voxels are known: windows of the similarity that reach there count.
    own = {"ssim", "object_recall", "object_precision", "object_f1", "panoptic_quality", "seg", "dice"}
    assert set(score.figures) == set(masked)
    for name in set(masked) - own:
        assert score.figures[name] == pytest.approx(masked[name], nan_ok=True), name
    assert 0 < score.figures["ssim"] < 1
    assert math.isfinite(score.per_z["ssim"].iloc[0])
    assert (score.spectrum, list(score.per_t["frame"])) == (None, [0, 1])
    # Of the other structure every voxel is known.
    assert other.spectrum is not None
    # Labels where the image is not known are background on both sides, as outside a mask.
    hidden = np.where(mask[0] > 0, labels()[0], 0)
    assert score.figures["panoptic_quality"] == pytest.approx(score_instances(hidden, hidden).panoptic_quality)


def test_a_timepoint_without_a_known_voxel_is_left_out_and_named(
    sides: tuple[Path, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    holes = prediction()
    holes[1] = np.nan
    score = compare(write_zarr(tmp_path / "p.zarr", {"dna": holes}), sides[1]).structures[0]
    assert (list(score.per_t["frame"]), score.left_out) == ([0], (("0", 1),))
    assert "dna: timepoint 1: no voxel is known on both sides; left out" in caplog.text


def test_positions_of_different_sizes_have_the_spectrum_of_the_first(tmp_path: Path) -> None:
    paths = []
    for name, movie in (("p.zarr", prediction()), ("t.zarr", truth())):
        create_collection(tmp_path / name, ("a", "b"))
        for position, width in (("a", 32), ("b", 20)):
            write_zarr(image_path(tmp_path / name, position, ("a", "b")), {"dna": movie[..., :width]})
        paths.append(tmp_path / name)
    score = compare(*paths).structures[0]
    assert list(score.per_t["position"]) == ["a", "a", "b", "b"]
    assert score.spectrum is not None
    first = sum(
        (fourier_ring_correlation(p, t, (0.2, 0.2)) for p, t in zip(prediction()[1:], truth()[1:], strict=True)),
        fourier_ring_correlation(prediction()[0], truth()[0], (0.2, 0.2)),
    )
    np.testing.assert_allclose(score.spectrum.correlation, first.correlation)


def test_nothing_in_common_is_said(sides: tuple[Path, Path], tmp_path: Path) -> None:
    other = write_zarr(tmp_path / "p.zarr", {"desmosomes": truth(), "microtubules": truth()})
    with pytest.raises(ConfigError, match="vesicles"):
        compare(other, sides[1])
    with pytest.raises(ConfigError, match="desmosomes"):
        compare(*sides, EvaluateSettings(structures=("dna", "desmosomes")))
    with pytest.raises(MissingPathError):
        compare(tmp_path / "nowhere", sides[1])


def test_volumes_of_other_sizes_are_refused(sides: tuple[Path, Path], tmp_path: Path) -> None:
    small = write_zarr(tmp_path / "p.zarr", {"dna": truth()[..., :20]})
    with pytest.raises(AcquisitionError, match="one size"):
        compare(small, sides[1])
    for limits in ((100, 200), (10, 33), (5, 5), (-2, 5)):
        with pytest.raises(AcquisitionError, match=r"region: expected a box inside the image: x=0:32, found x="):
            compare(*sides, EvaluateSettings(region=Region(x=limits)))
    assert compare(*sides, EvaluateSettings(region=Region(x=(10, 32)))).table["pearson_r"].notna().all()


def test_without_a_known_voxel_there_is_nothing_to_compare(tmp_path: Path, sides: tuple[Path, Path]) -> None:
    holes = write_zarr(tmp_path / "p.zarr", {"dna": np.full_like(truth(), np.nan)})
    with pytest.raises(AcquisitionError, match=r"known on both sides, found none in timepoints 0, 1; NaN"):
        compare(holes, sides[1])
    zero = write_zarr(tmp_path / "m.zarr", {"mask": np.zeros_like(truth())})
    with pytest.raises(AcquisitionError, match=r"m.zarr: .* mask is not 0, found none in timepoints 0, 1"):
        compare(*sides, EvaluateSettings(mask=str(zero)))


def test_a_structure_without_volumes_has_no_tables_of_them(tmp_path: Path, sides: tuple[Path, Path]) -> None:
    ours = write_zarr(tmp_path / "p.zarr", {"golgi": np.full_like(truth(), np.nan), "dna": prediction()})
    found = compare(ours, sides[1])
    blank = score_of(found, "golgi")
    assert blank.per_t.empty
    assert blank.per_z.empty
    assert math.isnan(found.table.set_index("structure").loc["golgi", "pearson_r"])


def test_a_mask_has_no_ceiling(tmp_path: Path) -> None:
    drawn = (truth() > 0.5).astype(np.float32)
    paths = [
        write_zarr(tmp_path / name, {"dna": movie}) for name, movie in (("p.zarr", prediction()), ("t.zarr", drawn))
    ]
    score = compare(*paths).structures[0]
    assert score.noise_from == "none, the truth is a mask"
    assert score.figures["pearson_r"] > 0.5
    for table in (score.per_t, score.per_z):
        assert table[["noise_sd", "ceiling", "share_of_ceiling"]].isna().all(axis=None)
    # Whoever says how noisy it is knows better.
    assert compare(*paths, EvaluateSettings(noise_sd=0.1)).structures[0].figures["ceiling"] < 1

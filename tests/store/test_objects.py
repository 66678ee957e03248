"""Images in an object store are those that were put there; what is wrong with it is said in one line."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from livecell import store
from livecell.acquisition import open_acquisition, read_volume
from livecell.errors import AcquisitionError, ConfigError, MissingPathError, StorageError
from livecell.pipeline.info import describe
from livecell.pipeline.process import process
from livecell.store import ObjectPath, locate
from tests.scenes.objects import BUCKET, forget_stores, free_port, object_store, upload
from tests.scenes.pipeline import acquisition, assert_same_results, model, settings, spots
from tests.scenes.store import movie, write_images, write_ome_zarr_04

pytest.importorskip("obstore")
pytest.importorskip("moto")


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    with object_store() as variables:
        yield variables


@pytest.fixture
def reached(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    forget_stores()
    yield
    forget_stores()


def test_paths_go_where_they_lead() -> None:
    assert locate("a/b.zarr") == Path("a/b.zarr")
    place = locate("s3://bucket/night/a.zarr/")
    assert isinstance(place, ObjectPath)
    assert str(place / "0") == "s3://bucket/night/a.zarr/0"
    assert (place.name, place.bucket, place.key) == ("a.zarr", "s3://bucket", "night/a.zarr")
    assert (place / "0" / "c").relative_to(place) == "0/c"
    with pytest.raises(ConfigError, match="s3://"):
        locate("ftp://host/a.zarr")


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("livecell.store.objects.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"livecell\[s3\]"):
        locate("s3://bucket/a.zarr")


@pytest.mark.usefixtures("reached")
def test_a_run_on_it_is_that_on_files(tmp_path: Path) -> None:
    local = acquisition(tmp_path / "a.ome.zarr", frames=3, missing=(1,))
    address = upload(local, "a.ome.zarr")
    used = settings(model(tmp_path / "model"), predict={"structures": ["dna"]})
    remote = process(address, tmp_path / "remote", used)
    assert remote.record["input"]["path"] == address
    assert remote.record["input"]["missing"] == {"0": [1]}
    assert_same_results(process(local, tmp_path / "local", used), remote)
    assert describe(address)["sizes"] == describe(local)["sizes"]


@pytest.mark.usefixtures("reached")
def test_a_timepoint_that_is_written_again_is_told_from_the_others(tmp_path: Path) -> None:
    local = acquisition(tmp_path / "b.ome.zarr", frames=3)
    before = open_acquisition(upload(local, "b.ome.zarr"))
    assert before.identity() == open_acquisition(local).identity()
    identities = [before.frame_identity("0", t) for t in range(3)]
    store.write_volume(local, 1, spots(4)[3])
    after = pickle.loads(pickle.dumps(open_acquisition(upload(local, "b.ome.zarr"))))
    # The others were put there again, too: when they were is not part of it.
    assert [after.frame_identity("0", t) == identities[t] for t in range(3)] == [True, False, True]
    np.testing.assert_array_equal(read_volume(after, "0", 1, None), spots(4)[3])


@pytest.mark.usefixtures("reached")
def test_plates_and_the_older_format(tmp_path: Path) -> None:
    plate = {name: movie(seed=seed) for seed, name in enumerate(("A/1/0", "B/2/1"))}
    address = upload(write_images(tmp_path / "plate.zarr", plate), "plate.zarr")
    found = open_acquisition(address)
    assert found.positions == ("A/1/0", "B/2/1")
    np.testing.assert_array_equal(found.movie("B/2/1").values, plate["B/2/1"])
    older = upload(write_ome_zarr_04(tmp_path / "old.zarr", plate["A/1/0"]), "old.zarr")
    np.testing.assert_array_equal(open_acquisition(older).movie().values, plate["A/1/0"])


@pytest.mark.usefixtures("reached")
def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(MissingPathError, match="check the path"):
        open_acquisition(f"s3://{BUCKET}/nothing.zarr")
    with pytest.raises((MissingPathError, StorageError), match="bucket"):
        (ObjectPath("s3://no-such-bucket-anywhere/a.zarr") / "zarr.json").read_text()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("mine")
    with pytest.raises(AcquisitionError, match="other objects"):
        open_acquisition(upload(tmp_path / "notes", "notes"))


def test_a_store_that_does_not_answer_is_said(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**environment, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("livecell.store.objects._RETRY", {"max_retries": 0})
    forget_stores()
    with pytest.raises(StorageError, match="AWS_ENDPOINT_URL"):
        open_acquisition(f"s3://{BUCKET}/a.ome.zarr")
    forget_stores()


@pytest.mark.usefixtures("reached")
def test_predictions_lie_where_they_are_asked_for(tmp_path: Path) -> None:
    source, package = acquisition(tmp_path / "a.ome.zarr", frames=2), model(tmp_path / "model")
    asked = {"structures": ["dna"], "projections": True}
    address = f"s3://{BUCKET}/results"
    used = settings(package, predict={**asked, "store_at": address})
    process(source, tmp_path / "run", used)
    assert (tmp_path / "run" / "predictions.ome.zarr").read_text().strip() == f"{address}/predictions.ome.zarr"
    # What is there is done; what arrives later is added, and what is lost is done again.
    store.extend_image(source, 3)
    store.write_volume(source, 2, spots(3)[2])
    lost = ObjectPath(address) / "predictions.ome.zarr/labels/dna/0/c/1/0/0/0/0"
    assert lost.is_file()
    lost.unlink()
    remote = process(source, tmp_path / "run", used)
    log = (tmp_path / "run" / ".livecell" / "log").read_text()
    assert log.count("segment of position 0, timepoint 1 done") == 2
    assert log.count("predict of position 0, timepoint 1 done") == 1
    # Calibrated from the same frames: those that were there at first.
    shutil.copytree(tmp_path / "run", tmp_path / "local")
    local = process(source, tmp_path / "local", settings(package, predict=asked))
    assert_same_results(local, remote)
    np.testing.assert_array_equal(remote.projections().shape, local.projections().shape)
    assert remote.report.is_file()

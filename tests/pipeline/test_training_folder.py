"""Whose training a folder holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from livecell.config import TrainSettings, parse_settings
from livecell.errors import RunFolderError, StorageError
from livecell.models import Model
from livecell.pipeline.training_folder import TrainingFolder, training_identity
from livecell.volumes import Normalisation
from tests.scenes.models import card_of, package_of

DATA = {"a.tif": "1", "b.tif": "2"}


def _settings(**changes: Any) -> TrainSettings:
    return parse_settings({"name": "x", "data": {"simulate": {}}, **changes}, TrainSettings)


def _begun(path: Path, **changes: Any) -> TrainingFolder:
    """A folder in which a training was killed after its first state."""
    folder = TrainingFolder(path)
    folder.begin(_settings(**changes), DATA)
    (folder.path / "checkpoint.pt").touch()
    return folder


def test_an_empty_folder_is_anybodys(tmp_path: Path) -> None:
    folder = TrainingFolder(tmp_path)
    folder.check(_settings(), DATA)
    # Settings that never came to a state, such as those whose pairs were wrong, bind nobody.
    folder.begin(_settings(), DATA)
    folder.check(_settings(seed=1), DATA)
    assert not folder.is_done


def test_other_settings_are_named_with_both_values(tmp_path: Path) -> None:
    folder = _begun(tmp_path, seed=1)
    folder.check(_settings(seed=1), DATA)
    with pytest.raises(RunFolderError, match=r"began with.*fit.batch 4 instead of 8; seed 1 instead of 2.*--overwrite"):
        folder.check(_settings(seed=2, fit={"batch": 8}), DATA)


def test_a_training_goes_on_though_a_newer_version_has_more_settings(tmp_path: Path) -> None:
    """As long as they have their defaults; settings that are no longer known do differ."""
    folder = _begun(tmp_path)
    config = folder.path / "config.yaml"
    written = yaml.safe_load(config.read_text())
    del written["fit"]["importance"], written["fit"]["places"]
    config.write_text(yaml.safe_dump(written))
    folder.check(_settings(), DATA)
    with pytest.raises(RunFolderError, match=r"fit.places 1 instead of 2"):
        folder.check(_settings(fit={"places": 2}), DATA)
    config.write_text(yaml.safe_dump(written | {"gone": 1}))
    with pytest.raises(RunFolderError, match=r"gone 1 instead of None"):
        folder.check(_settings(), DATA)


def test_of_many_differences_the_first_are_named(tmp_path: Path) -> None:
    fit = {"batch": 8, "steps": 7, "learning_rate": 1, "patience": 3, "warm_up": 0.2}
    with pytest.raises(RunFolderError, match="and 2 more"):
        _begun(tmp_path).check(_settings(fit=fit), DATA)


def test_other_data_are_named(tmp_path: Path) -> None:
    folder = _begun(tmp_path)
    now = {"a.tif": "9", "c.tif": "3"}
    said = (
        r"data that.*began with.*a.tif, which has changed since; no b.tif, which was.*c.tif, which was not.*--overwrite"
    )
    with pytest.raises(RunFolderError, match=said):
        folder.check(_settings(), now)
    with pytest.raises(RunFolderError, match=r"a.tif, which is no longer there"):
        folder.check(_settings(), DATA | {"a.tif": ""})
    package_of(tmp_path, card_of("dna"))
    folder.finish()
    with pytest.raises(RunFolderError, match=r"data that the model there has learnt from"):
        folder.check(_settings(), now)


def test_a_training_that_never_said_what_it_learnt_from_goes_on(tmp_path: Path) -> None:
    folder = _begun(tmp_path)
    (folder.path / "data.json").unlink()
    folder.check(_settings(), {"a.tif": "9"})


def test_what_is_not_of_a_training_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunFolderError, match="expected a folder, found a file"):
        TrainingFolder(tmp_path / "file").check_place()
    with pytest.raises(StorageError, match="choose another -o"):
        TrainingFolder(tmp_path / "file" / "model").make()
    with pytest.raises(RunFolderError, match="a folder with other things in it"):
        TrainingFolder(tmp_path).check_place()
    folder = _begun(tmp_path / "model")
    (folder.package / "notes.txt").touch()
    folder.check_place()
    made = TrainingFolder(tmp_path / "killed early")
    # Simulated images that were made before the training began, and the lock of a process that was killed.
    made.frames.mkdir(parents=True)
    for name in (".training.lock", "..training.lock.guard"):
        (made.package / name).touch()
    made.check_place()


def test_what_changes_nothing_of_what_is_learnt_may_change(tmp_path: Path) -> None:
    _begun(tmp_path).check(_settings(fit={"checkpoint_minutes": 60}, device="cpu"), DATA)


def test_a_package_that_came_from_elsewhere_is_not_replaced(tmp_path: Path) -> None:
    package_of(tmp_path, card_of("dna"))
    with pytest.raises(RunFolderError, match=r"not trained there.*--overwrite"):
        TrainingFolder(tmp_path).check(_settings(), DATA)


def test_a_training_is_done_when_its_package_is_there_and_its_state_is_not(tmp_path: Path) -> None:
    folder = _begun(tmp_path)
    assert not folder.is_done
    model: Model = package_of(tmp_path, card_of("dna"))
    assert not folder.is_done
    folder.frames.mkdir()
    (folder.path / "history.csv").touch()
    folder.finish()
    assert folder.is_done
    assert sorted(path.name for path in folder.path.iterdir()) == ["config.yaml", "data.json", "history.csv"]
    folder.clear()
    assert not folder.is_done
    assert not folder.path.exists()
    assert model.path.exists()


def test_identity_follows_from_the_images() -> None:
    one, other = (training_identity({"field": Normalisation(offset, 1.0)}, 1) for offset in (5.0, 6.0))
    assert one == training_identity({"field": Normalisation(5.0, 1.0)}, 1)
    assert one != other

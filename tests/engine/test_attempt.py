"""A fault of one timepoint is its outcome; a fault of the disk stops the run."""

from __future__ import annotations

import errno
import logging
import os

import pytest

from livecell.engine import Status, Unit, attempt
from livecell.errors import AcquisitionError, DamagedVolumeError, StorageError

UNIT = Unit("predict", "0", 3)


def raising(error: Exception) -> Status:
    raise error


def test_the_status_is_passed_on() -> None:
    assert attempt(lambda unit: "missing", UNIT).status == "missing"


def test_an_error_of_the_data_fails_the_timepoint() -> None:
    error = AcquisitionError("a.tif", expected="a page", found="none", hint="copy it again")
    outcome = attempt(lambda unit: raising(error), UNIT)
    assert outcome.status == "failed"
    assert outcome.error == "a.tif: expected a page, found none; copy it again"


def test_a_fault_of_ours_fails_the_timepoint_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        outcome = attempt(lambda unit: raising(ZeroDivisionError("oh")), UNIT)
    assert outcome.error == "ZeroDivisionError: oh"
    assert "timepoint 3" in caplog.text


def test_a_damaged_volume_fails_its_timepoint_only() -> None:
    error = DamagedVolumeError("shard", expected="a whole volume", found="half", hint="run again")
    assert attempt(lambda unit: raising(error), UNIT).status == "failed"


@pytest.mark.parametrize(("number", "stops"), [(errno.ENOSPC, True), (errno.EROFS, True), (errno.EIO, False)])
def test_what_the_system_says_of_the_disk_stops_the_run(number: int, stops: bool) -> None:
    error = OSError(number, os.strerror(number))
    if stops:
        with pytest.raises(StorageError, match=os.strerror(number)):
            attempt(lambda unit: raising(error), UNIT)
    else:
        assert attempt(lambda unit: raising(error), UNIT).status == "failed"


def test_a_full_disk_stops_the_run() -> None:
    error = StorageError("run", expected="room", found="a full disk", hint="free some")
    with pytest.raises(StorageError):
        attempt(lambda unit: raising(error), UNIT)

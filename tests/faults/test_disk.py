"""A full disk stops the run with one clear line; once there is room, the same command completes it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from livecell.pipeline.open_run import open_run
from tests.scenes.faults import Scene, end, start
from tests.scenes.pipeline import assert_same_results


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB; mounting one asks for rights that not everyone has."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no disk of a given size can be mounted here: {mounted.stderr.decode().strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.mark.timeout(1500)
@pytest.mark.parametrize(("scheduler", "room"), [("local", 150_000), ("none", 500)])
def test_a_full_disk_stops_the_run_and_room_completes_it(
    scene: Scene, tmp_path: Path, small_disk: Path, scheduler: str, room: int
) -> None:
    ballast, run = small_disk / "ballast", small_disk / "run"
    with ballast.open("wb") as file:
        file.write(b"0" * (4 * 2**20 - room))
    full = start(scene.source, run, scene.package, "--scheduler", scheduler, "--workers", 1)
    said = end(full)
    assert full.returncode == 1, said
    assert "No space left on device" in said
    assert "Traceback" not in said
    assert len([line for line in said.splitlines() if line.startswith("livecell:")]) == 1
    ballast.unlink()
    again = start(scene.source, run, scene.package, "--scheduler", "none")
    said = end(again)
    assert again.returncode == 0, said
    assert_same_results(scene.expected, open_run(run))

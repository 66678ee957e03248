"""The commands, called as the console script calls them."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from livecell.models import Model
from tests.scenes.pipeline import acquisition, model

[SCRIPT] = entry_points(group="console_scripts", name="livecell")
main = sys.modules[SCRIPT.load().__module__]

LIGHT = {"torch", "dask", "zarr", "pandas", "numpy", "xarray", "distributed", "numba", "matplotlib", "pydantic"}


@pytest.fixture
def package(tmp_path: Path) -> Model:
    return model(tmp_path / "model")


def call(*arguments: object) -> int:
    code: int = main.run([str(argument) for argument in arguments])
    return code


def process(source: Path, run: Path, package: Model, *more: object) -> int:
    return call("process", source, "-o", run, "--models", package.path, "--scheduler", "none", "-q", *more)


def test_help_imports_nothing_heavy() -> None:
    code = f"import sys; from livecell_cli.main import run; run(['--help']); print({LIGHT!r} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip().endswith("set()")


@pytest.mark.parametrize("command", list(main.COMMANDS))
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(command, "--help") == 0
    shown = capsys.readouterr().out
    assert "Example:" in shown
    assert f"livecell {command}" in shown


def test_preview_prints_where_its_picture_is(
    tmp_path: Path, package: Model, capsys: pytest.CaptureFixture[str]
) -> None:
    assert process(acquisition(tmp_path / "a.ome.zarr", frames=2), tmp_path / "run", package) == 0
    capsys.readouterr()
    assert call("segment", tmp_path / "run", "--preview", "1,2") == 0
    assert Path(capsys.readouterr().out.strip()).is_file()
    assert call("segment", tmp_path / "run", "--preview", "1") == 1
    assert "T,Z" in capsys.readouterr().err


def test_process_and_what_it_prints(tmp_path: Path, package: Model, capsys: pytest.CaptureFixture[str]) -> None:
    source = acquisition(tmp_path / "a.ome.zarr", frames=2)
    assert process(source, tmp_path / "run", package, "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert Path(shown["report"]).is_file()
    assert shown["stages"]["measure"]["done"] == 2
    assert call("track", tmp_path / "run", "--scheduler", "none", "-q") == 0
    assert call("export", tmp_path / "run") == 0
    assert call("info", tmp_path / "run") == 0
    assert "run folder" in capsys.readouterr().out


def test_watch_ends_when_it_is_quiet_and_says_how_far_behind_it_was(
    tmp_path: Path, package: Model, capsys: pytest.CaptureFixture[str]
) -> None:
    source, config = acquisition(tmp_path / "a.ome.zarr", frames=2), tmp_path / "run.yaml"
    config.write_text("watch: {poll_s: 0.01}\npredict: {structures: [dna]}\n")
    quick = ("-c", config, "--settle", 0, "--quiet-minutes", 1e-6, "--scheduler", "none")
    assert call("watch", source, "-o", tmp_path / "run", "--models", package.path, *quick) == 0
    shown = capsys.readouterr()
    assert "watch: 2 timepoints" in shown.err
    assert "watch    2 timepoints" in shown.out
    assert call("watch", tmp_path / "nowhere", "-o", tmp_path / "run", "-q") == 1
    assert "no such folder" in capsys.readouterr().err


def test_dry_run_touches_nothing(tmp_path: Path, package: Model, capsys: pytest.CaptureFixture[str]) -> None:
    source = acquisition(tmp_path / "a.ome.zarr", frames=3, missing=(1,))
    before = sorted(tmp_path.rglob("*"))
    assert process(source, tmp_path / "run", package, "--dry-run", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["timepoints"], shown["missing"], shown["units"], shown["units_done"]) == (3, 1, 9, 0)
    assert shown["written_bytes"] > 0
    assert sorted(tmp_path.rglob("*")) == before


def test_dry_run_shows_the_job_that_would_be_submitted(
    tmp_path: Path, package: Model, capsys: pytest.CaptureFixture[str]
) -> None:
    source = acquisition(tmp_path / "a.ome.zarr", frames=1)
    config = tmp_path / "c.yaml"
    config.write_text("cluster:\n  slurm: {queue: night, cores: 4, memory: 8GB, walltime: '01:00:00'}\n")
    command = ("process", source, "-o", tmp_path / "run", "--models", package.path, "-c", config, "-q", "--dry-run")
    assert call(*command, "--scheduler", "slurm") == 0
    shown = capsys.readouterr().out
    assert "#SBATCH -p night" in shown
    assert "#SBATCH --cpus-per-task=4" in shown
    assert "dask_worker" in shown
    assert not (tmp_path / "run").exists()


def test_failed_timepoints_give_three(
    tmp_path: Path, package: Model, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from livecell.pipeline import units

    def fail(context: object, unit: object) -> units.Status:
        raise ValueError("no luck")

    monkeypatch.setitem(units._RUN, "segment", fail)
    source = acquisition(tmp_path / "a.ome.zarr", frames=1)
    assert process(source, tmp_path / "run", package) == 3
    assert "segment of position 0, timepoint 0: ValueError: no luck" in capsys.readouterr().err


def test_models(tmp_path: Path, package: Model, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("models", "show", package.path, "--json") == 0
    assert json.loads(capsys.readouterr().out)["structures"] == ["dna", "mitochondria"]
    assert call("models", "list") == 0


def test_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.yaml"
    assert call("config", "init", "-o", path) == 0
    path.write_text(path.read_text().replace("memory_frames: 2", "memory_frames: 4"))
    assert call("config", "check", path) == 0
    path.write_text(path.read_text().replace("memory_frames", "memory_frame"))
    capsys.readouterr()
    assert call("config", "check", path) == 1
    assert "did you mean 'memory_frames'" in capsys.readouterr().err
    assert call("config", "init", "-o", path) == 1
    assert call("config", "schema") == 0
    assert "properties" in json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(("command", "key"), [("train", "fit"), ("simulate", "optics")])
def test_configurations_of_other_commands(command: str, key: str, capsys: pytest.CaptureFixture[str]) -> None:
    samples = Path(__file__).parents[2] / "sample_configs"
    assert call("config", "schema", "--of", command) == 0
    assert key in json.loads(capsys.readouterr().out)["properties"]
    sample = samples / {"train": "train_pairs.yaml", "simulate": "simulate_overnight.yaml"}[command]
    assert call("config", "check", sample, "--of", command) == 0
    assert call("config", "check", sample) == 1


def test_convert_and_info(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = acquisition(tmp_path / "a.ome.zarr", frames=2)
    assert call("convert", source, tmp_path / "b.ome.zarr", "--interval", "30", "-q") == 0
    assert call("info", tmp_path / "b.ome.zarr", "--json") == 0
    shown = json.loads(capsys.readouterr().out.split("\n", 1)[1])
    assert shown["interval_s"] == 30
    assert shown["voxel_size_um"] == {"z": 0.5, "y": 0.3, "x": 0.3}
    assert call("info", tmp_path / "b.ome.zarr") == 0
    lines = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert (lines["channels"], lines["positions"]) == ("1: brightfield", "1: 0")


def test_wrong_usage_is_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("proces") == 2
    assert call("process", "--no-such-option") == 2
    assert call("process", tmp_path) == 2
    assert call("convert", tmp_path) == 2
    assert "Usage" in capsys.readouterr().err


def test_a_fault_of_ours_is_seventy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("livecell.pipeline.info.describe", broken)
    assert call("info", tmp_path) == 70
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("signal_code", [(KeyboardInterrupt(), 130)])
def test_interrupts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, signal_code: tuple[BaseException, int]) -> None:
    signal, code = signal_code

    def interrupted(*arguments: object, **options: object) -> None:
        raise signal

    monkeypatch.setattr("livecell.pipeline.info.describe", interrupted)
    assert call("info", tmp_path) == code


def test_how_predictions_are_stored(tmp_path: Path, package: Model, capsys: pytest.CaptureFixture[str]) -> None:
    source = acquisition(tmp_path / "a.ome.zarr", frames=2)
    assert process(source, tmp_path / "run", package, "--dtype", "none", "--projections") == 0
    assert call("info", tmp_path / "run") == 0
    assert "dtype: none" in (tmp_path / "run" / "config.yaml").read_text()
    assert (tmp_path / "run" / "projections.ome.zarr").is_dir()
    assert process(source, tmp_path / "other", package, "--dtype", "uint12") == 1
    assert "uint16" in capsys.readouterr().err
    assert process(source, tmp_path / "other", package, "--uncertainty", "flip", "--dry-run") == 1
    assert "flips" in capsys.readouterr().err

import json

from livecell.reporting.contents import read_contents
from livecell.reporting.overview import overview
from tests.scenes.reporting import RunScene, record_of, write_tables


def overview_of(folder, change=lambda record: None, scene=None):
    scene = scene or RunScene()
    write_tables(folder, scene)
    record = record_of(scene)
    change(record)
    (folder / "run.json").write_text(json.dumps(record))
    return overview(read_contents(folder), None)


def test_the_head_of_a_run(tmp_path):
    head = overview_of(tmp_path)
    assert head.title == "night shift.ome.zarr"
    assert head.summary == "3 structures · 1 position · 5 timepoints over 8 min"
    facts = dict(head.facts)
    assert facts["Voxel size"] == "0.5 × 0.25 × 0.2 µm (z, y, x)"
    assert facts["Interval"] == "2 min"
    assert facts["Volume"] == "3 × 48 × 64 voxels (z, y, x)"
    assert facts["Finished"] == "4 May 2031, 09:20 UTC"
    assert [model.name for model in head.simulated] == ["simulated-5"]


def test_failures_and_missing_frames(tmp_path):
    head = overview_of(tmp_path, scene=RunScene(missing=(1, 2), failed=(4,)))
    assert head.failed == 1
    assert head.positions[0].missing == "1–2"
    stage = head.stages[0]
    assert (stage.done, stage.failed, stage.missing, stage.total) == (2, 1, 2, 5)
    assert (stage.percent(stage.done), stage.seconds, stage.each) == (40.0, "1.39 min", "41.7 s")


def test_very_many_failures_are_counted(tmp_path):
    many = [{"stage": "predict", "position": "0", "frame": t, "error": "torn"} for t in range(500)]
    head = overview_of(tmp_path, lambda record: record.update(failed=many))
    assert len(head.failures) + head.more_failures == head.failed == 500
    assert head.more_failures > 0


def test_a_model_that_does_not_say_is_not_called_real(tmp_path):
    head = overview_of(tmp_path, lambda record: record["models"][0].pop("simulated"))
    assert head.models[0].simulated is None
    assert head.simulated == ()


def test_a_record_with_almost_nothing_in_it(tmp_path):
    head = overview_of(tmp_path, lambda record: record.clear())
    assert head.title == tmp_path.name
    assert head.models == head.stages == head.failures == ()
    assert dict(head.facts)["Finished"] == "not finished"
    assert dict(head.facts)["Voxel size"] == "unknown"


def test_files_that_are_absent_are_remarks(tmp_path):
    write_tables(tmp_path)
    (tmp_path / "events.csv").unlink()
    head = overview(read_contents(tmp_path), "Night shift")
    assert head.warnings == ("events.csv is not there",)
    assert head.title == "Night shift"

from livecell.reporting.chapters import COLUMNS, chapters
from livecell.reporting.contents import read_contents
from tests.scenes.reporting import RunScene, write_tables

SCENE = RunScene(positions=("0", "1"), structures=("dna",))


def test_a_chapter_holds_figures_of_all_and_of_each_position(tmp_path):
    (chapter,) = chapters(read_contents(write_tables(tmp_path, SCENE)))
    assert chapter.title == "DNA"
    assert [row.name for row in chapter.positions] == ["0", "1"]
    assert all(len(row.figures) == len(COLUMNS) for row in (chapter.row, *chapter.positions))
    names = [name for name, _ in COLUMNS]
    told = dict(zip(names, chapter.row.figures, strict=True))
    assert (told["tracks"], told["objects per timepoint"], told["track length"]) == ("8", "4", "8 min")
    assert told["divisions / fissions / fusions"] == "1 / 0 / 0"
    assert dict(zip(names, chapter.positions[0].figures, strict=True))["tracks"] == "4"


def test_every_chart_of_a_full_run_is_drawn(tmp_path):
    (chapter,) = chapters(read_contents(write_tables(tmp_path, SCENE)))
    assert [chart.title for chart in chapter.charts if not chart.drawing] == []
    assert len(chapter.charts) == 6


def test_without_tables_every_chart_says_what_is_lacking(tmp_path):
    write_tables(tmp_path, SCENE)
    for path in [*tmp_path.glob("*.csv"), *tmp_path.glob("objects/*")]:
        path.unlink()
    (chapter,) = chapters(read_contents(tmp_path))
    assert all(chart.drawing is None and chart.note for chart in chapter.charts)
    assert chapter.row.figures == ("–", "0", "–", "–", "–", "–", "–", "0 / 0 / 0")

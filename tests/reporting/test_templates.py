import pytest

from livecell.reporting.templates import replace_page, style, template


def test_a_page_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    page = tmp_path / "page.html"
    replace_page(page, "old")

    def fail(self, target):
        raise OSError("disk full")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        replace_page(page, "new")
    assert page.read_text() == "old"
    assert list(tmp_path.iterdir()) == [page]


def test_templates_escape_and_share_a_style():
    assert template("report.html") is template("report.html")
    assert template("report.html").environment.from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"
    assert "--line" in style()

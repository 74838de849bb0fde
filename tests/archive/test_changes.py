"""`archive.changes`: posts whose rows were written after a position in the index."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from finews_crawler.archive.changes import changed_posts, newest_change
from finews_crawler.archive.index import Index
from tests.exporters.export_archives import archive_in, article, code, store


def test_only_rows_written_after_the_position_have_changed(tmp_path: Path) -> None:
    archive = archive_in(tmp_path)
    store(archive, article(0), article(1))
    before = newest_change(archive.index)
    assert changed_posts(archive.index, before) == set()
    store(archive, article(1, title="另一个标题"), article(2))
    written = {f"site/_posts/2022-05-18-{code(number)[2:]}.md" for number in (1, 2)}
    assert changed_posts(archive.index, before) == written
    assert changed_posts(archive.index, newest_change(archive.index)) == set()


def test_any_row_may_have_changed_since_a_position_of_another_history(tmp_path: Path) -> None:
    archive = archive_in(tmp_path)
    store(archive, article(0))
    archive.close()
    shutil.copy(archive.index.path, tmp_path / "copy.sqlite")
    store(archive, article(1))
    with closing(Index(tmp_path / "copy.sqlite")) as copy:
        assert changed_posts(copy, newest_change(archive.index)) is None
    archive.close()


@pytest.mark.parametrize("position", ["", "5f0c9a12-1", "cursor"])
def test_any_row_may_have_changed_since_an_unknown_position(tmp_path: Path, position: str) -> None:
    archive = archive_in(tmp_path)
    assert newest_change(archive.index) == ""
    assert changed_posts(archive.index, position) is None
    store(archive, article(0))
    assert changed_posts(archive.index, position) is None
    archive.close()

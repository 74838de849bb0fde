"""``finews reindex`` reads all posts of an archive that has lost its index, whichever part of it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.test_reindex import ALL_WELL, ARGUMENTS, lose_the_index, posts, rows
from tests.support.scrapy_command import Scrapy


@pytest.mark.parametrize("path", [None, "site/_posts", "site/_posts/*", "old_post"])
def test_a_lost_index_is_built_from_all_posts_also_retired_ones(crawled: Scrapy, path: str | None) -> None:
    """An index without the retired posts would have them fetched again, beside those that there are."""
    assert crawled("retire", "--keep-days", "1", "--yes").status == ALL_WELL
    if path == "site/_posts/*":
        assert crawled("retire", "--undo", "--yes").status == ALL_WELL
    files = posts(crawled)
    lose_the_index(crawled)
    given = sorted(map(str, crawled.data.glob(path)))[:1] if path else []
    run = crawled("reindex", *given)
    assert run.status == ALL_WELL, run.log
    assert f"read {len(files)}, new {len(files)}" in run.log
    assert ("has no index, so all of its posts are read" in run.log) == bool(given)
    assert len(rows(crawled)) == len(files)
    assert crawled("audit").status == ALL_WELL


def test_part_of_an_archive_with_an_index_is_read_alone(crawled: Scrapy) -> None:
    post = min(crawled.posts.iterdir())
    run = crawled("reindex", str(post))
    assert "read 1, new 0, changed 0, unchanged 1" in run.log
    assert "no index" not in run.log


def test_a_folder_without_posts_is_named(crawled: Scrapy, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    run = crawled("reindex", str(tmp_path / "empty"))
    assert f"reindex: no posts in {tmp_path / 'empty'}\n" in run.log
    missing = crawled.into(tmp_path / "missing")("reindex")
    assert (missing.status, "does not exist" in missing.log) == (ARGUMENTS, True)
    assert not (tmp_path / "missing").exists()

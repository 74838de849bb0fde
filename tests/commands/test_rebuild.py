"""``finews rebuild``: the posts from the index, byte for byte, when every one of them has been deleted."""

from __future__ import annotations

import shutil

import pytest

from tests.support.scrapy_command import Scrapy

ALL_WELL, ARGUMENTS = 0, 2


def site(scrapy: Scrapy) -> dict[str, bytes]:
    files = (path for path in (scrapy.data / "site").rglob("*") if path.is_file())
    return {path.relative_to(scrapy.data).as_posix(): path.read_bytes() for path in files}


def test_deleted_posts_and_category_files_are_written_again(crawled: Scrapy) -> None:
    before, rows = site(crawled), crawled.rows()
    number = len(rows["article"])
    shutil.rmtree(crawled.data / "site")
    run = crawled("rebuild")
    assert run.status == ALL_WELL, run.log
    assert f"rows {number}, written {number}, changed back 0, respelt 0, unchanged 0" in run.log
    assert site(crawled) == before
    assert crawled.rows() == rows


def test_correct_posts_are_not_rewritten(crawled: Scrapy) -> None:
    before = crawled.snapshot()
    gone = sorted(crawled.posts.iterdir())[0]
    gone.unlink()
    assert "written 1, " in crawled("rebuild").log
    after = crawled.snapshot()
    written = f"site/_posts/{gone.name}"
    assert {name for name in before if before[name] != after[name]} == {written}
    assert before[written][0] == after[written][0]


def test_since_leaves_older_posts_alone(crawled: Scrapy) -> None:
    days = sorted(path.name[:10] for path in crawled.posts.iterdir())
    since = days[len(days) // 2]
    shutil.rmtree(crawled.posts)
    assert crawled("rebuild", "--since", since).status == ALL_WELL
    assert sorted(path.name[:10] for path in crawled.posts.iterdir()) == [day for day in days if day >= since]


def test_posts_with_links_to_another_site_are_reported_as_respelt(crawled: Scrapy) -> None:
    number = len(list(crawled.posts.iterdir()))
    run = crawled("rebuild", "-s", "FINEWS_POST_ARCHIVE_URL=//archive.example")
    assert f"written 0, changed back 0, respelt {number}, unchanged 0" in run.log
    assert all(b"(//archive.example/)" in path.read_bytes() for path in crawled.posts.iterdir())
    assert f"unchanged {number}" in crawled("rebuild", "-s", "FINEWS_POST_ARCHIVE_URL=//archive.example").log


def test_links_to_another_share_site_are_respelt(crawled: Scrapy) -> None:
    media = len(list(crawled.posts.glob("*-NW*")))
    run = crawled("rebuild", "-s", "FINEWS_POST_SHARE_URL=http://share.example")
    assert f"respelt {media}, " in run.log
    assert all(b"<http://share.example/" in path.read_bytes() for path in crawled.posts.glob("*-NW*"))


def test_a_change_by_hand_is_undone_and_kept_as_a_copy(crawled: Scrapy) -> None:
    post = sorted(crawled.posts.iterdir())[0]
    true = post.read_bytes()
    post.write_bytes(b"mine")
    assert "changed back 1, " in crawled("rebuild").log
    assert post.read_bytes() == true
    (aside,) = crawled.posts.glob(f".{post.name}.*.found")
    assert aside.read_bytes() == b"mine"


def test_an_empty_archive(scrapy: Scrapy) -> None:
    scrapy.data.mkdir()
    run = scrapy("rebuild")
    assert run.status == ALL_WELL, run.log
    assert "rows 0" in run.log
    assert list(scrapy.data.iterdir()) == []


@pytest.mark.parametrize("arguments", [["everything"], ["--since", "May"]], ids=" ".join)
def test_wrong_arguments(scrapy: Scrapy, arguments: list[str]) -> None:
    run = scrapy("rebuild", *arguments)
    assert run.status == ARGUMENTS
    assert len(run.log.splitlines()) == 1
    assert "for example: finews rebuild" in run.log

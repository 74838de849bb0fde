"""``finews reindex`` builds the index from posts, and leaves posts of all formats as they are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.entries import IndexEntry
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.posts.formats import CURRENT_FORMATS
from finews_crawler.posts.reader import as_in_post, read_post
from finews_crawler.testing.origin.server import RunningOrigin
from tests.support.paths import FIXTURES
from tests.support.scrapy_command import Scrapy

POSTS = FIXTURES / "posts"
ALL_WELL, ARGUMENTS, SOME_FAILED = 0, 2, 3
# Fields that a post does not contain: origins, bodies as received, an outlet's digest, and times.
NOT_IN_A_POST = ("origins", "text_html", "content_html", "digest", "public_url", "source_url", "first_seen_at")
FROM_THE_BODY_SHOWN = ("tickers", "images", "extract")
"""Derived from both bodies after a fetch, but from the body in the post after a reindex."""


def rows(scrapy: Scrapy) -> dict[str, IndexEntry]:
    archive = Archive(DataDirectory(scrapy.data), PostUrls())
    held = {row.article.info_code: row for row in archive.index.all()}
    archive.close()
    return held


def posts(scrapy: Scrapy) -> dict[str, tuple[bytes, int]]:
    files = (path for path in scrapy.data.rglob("*.md"))
    return {path.relative_to(scrapy.data).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def lose_the_index(scrapy: Scrapy) -> None:
    (scrapy.data / "index.sqlite").unlink()


def test_a_lost_index_is_built_from_the_posts(crawled: Scrapy) -> None:
    before, files = rows(crawled), posts(crawled)
    lose_the_index(crawled)
    run = crawled("reindex", str(crawled.posts))
    assert run.status == ALL_WELL, run.log
    number = len(files)
    assert (
        f"read {number}, new {number}, changed 0, unchanged 0, merged 0, duplicate 0, other 0, unreadable 0" in run.log
    )
    assert posts(crawled) == files
    after = rows(crawled)
    assert after.keys() == before.keys()
    for code, row in after.items():
        was = before[code]
        assert (row.post_path, row.content_hash, row.post_as_found) == (was.post_path, was.content_hash, None)
        assert as_in_post(row.article) == as_in_post(was.article)
        differing = {name for name in vars(was.article) if getattr(row.article, name) != getattr(was.article, name)}
        assert differing <= {*NOT_IN_A_POST, *FROM_THE_BODY_SHOWN}


def test_reindexed_articles_are_not_fetched_again(crawled: Scrapy, origin: RunningOrigin) -> None:
    files = posts(crawled)
    lose_the_index(crawled)
    crawled("reindex", str(crawled.data))
    asked = origin.stats()["paths"]["/NewsData/GetNewsText.do"]
    run = crawled("crawl", "channel")
    assert run.status == ALL_WELL, run.log
    assert run.summaries()[0]["new"] == run.summaries()[0]["revised"] == 0
    assert origin.stats()["paths"]["/NewsData/GetNewsText.do"] == asked
    assert posts(crawled) == files


def test_a_second_reindex_finds_nothing_to_do(crawled: Scrapy) -> None:
    before = rows(crawled)
    run = crawled("reindex", str(crawled.data))
    assert f"new 0, changed 0, unchanged {len(before)}" in run.log
    assert rows(crawled) == before


def test_a_post_changed_by_hand_is_read_into_the_index(crawled: Scrapy) -> None:
    post = sorted(crawled.posts.iterdir())[0]
    changed = post.read_bytes().replace(b'title: "', b'title: "changed ')
    post.write_bytes(changed)
    run = crawled("reindex", str(post))
    assert "changed 1" in run.log
    assert post.read_bytes() == changed
    held = next(row for row in rows(crawled).values() if row.post_path.endswith(post.name))
    assert held.article.title.startswith("changed ")
    assert held.article.origins["title"] == "hand"
    assert held.article.origins["text_html"] == "news_text"
    assert crawled("crawl", "channel").status == ALL_WELL
    assert post.read_bytes() == changed


def test_a_post_moved_by_hand_is_found(crawled: Scrapy) -> None:
    post = sorted(crawled.posts.iterdir())[0]
    moved = crawled.data / "old_post" / "2022" / post.name
    moved.parent.mkdir(parents=True)
    post.rename(moved)
    run = crawled("reindex", str(crawled.data))
    assert "changed 1" in run.log
    assert f"old_post/2022/{post.name}" in {row.post_path for row in rows(crawled).values()}


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A folder with one post of every old format."""
    folder = tmp_path / "elsewhere" / "_posts"
    folder.mkdir(parents=True)
    for case in ("old-1-lone-digest", "old-2-zoned-digest", "old-3-blank-line", "old-4-short-title", "old-5-notice"):
        for post in (POSTS / case).glob("*.md"):
            shutil.copy(post, folder)
    return folder


def test_posts_of_old_formats_are_imported_byte_for_byte(scrapy: Scrapy, foreign: Path) -> None:
    there = {path.name: path.read_bytes() for path in foreign.iterdir()}
    run = scrapy("reindex", str(foreign.parent))
    assert run.status == ALL_WELL, run.log
    assert "new 4, changed 0, unchanged 0, merged 0, duplicate 0, other 1, unreadable 0" in run.log
    assert "kept in the form they were found in: 4" in run.log
    assert {path.name: path.read_bytes() for path in foreign.iterdir()} == there
    brought = {name: content for name, content in there.items() if "init" not in name}
    assert {path.name: path.read_bytes() for path in scrapy.posts.iterdir()} == brought

    shutil.rmtree(scrapy.posts)
    assert scrapy("rebuild").status == ALL_WELL
    assert {path.name: path.read_bytes() for path in scrapy.posts.iterdir()} == brought
    assert scrapy("reindex", str(scrapy.data)).status == ALL_WELL
    assert {path.name: path.read_bytes() for path in scrapy.posts.iterdir()} == brought


def test_modernise_rewrites_posts_in_the_current_format(scrapy: Scrapy, foreign: Path) -> None:
    scrapy("reindex", str(foreign))
    before = {path.name: path.read_bytes() for path in scrapy.posts.iterdir()}
    run = scrapy("reindex", "--modernise", str(scrapy.data))
    assert run.status == ALL_WELL, run.log
    after = {path.name: path.read_bytes() for path in scrapy.posts.iterdir()}
    assert after.keys() == before.keys()
    assert all(after[name] != before[name] for name in before)
    assert "kept in the form they were found in: 0" in run.log
    for row in rows(scrapy).values():
        content = after[row.post_path.rpartition("/")[2]]
        assert row.post_as_found is None
        assert b"\n---\n> " in content
        assert b" +0800\n" in content
        read = read_post(row.post_path, content)
        assert read.form in CURRENT_FORMATS
        assert read.article == as_in_post(row.article)
    again = scrapy("reindex", "--modernise", str(scrapy.data))
    assert "changed 0, unchanged 4" in again.log
    assert scrapy("audit").status == ALL_WELL


def test_modernise_writes_edited_posts_of_current_formats_never(crawled: Scrapy) -> None:
    post = sorted(crawled.posts.glob("*-NW*.md"))[0]
    edited = post.read_bytes().replace(b"layout: post", b"layout: post\nauthor: x")
    post.write_bytes(edited)
    assert "kept in the form they were found in: 1 (unknown 1)" in crawled("reindex", "--modernise", str(post)).log
    assert post.read_bytes() == edited


def test_modernise_writes_bodies_with_indentation_and_first_share_links(scrapy: Scrapy, tmp_path: Path) -> None:
    (post,) = (POSTS / "today-first-share-host").glob("*.md")
    folder = tmp_path / "clone"
    folder.mkdir()
    (folder / post.name).write_bytes(post.read_bytes().replace(b"> </p><p>", "> </p><p>\u3000\u3000".encode()))
    run = scrapy("reindex", str(folder))
    assert "kept in the form they were found in: 1 (media 1)" in run.log
    scrapy("reindex", "--modernise", str(scrapy.data))
    (written,) = scrapy.posts.iterdir()
    assert b"choicewzp1" not in written.read_bytes()
    assert "\u3000".encode() not in written.read_bytes()


def copy_under_names_of_their_own(cases: list[str], folder: Path) -> None:
    folder.mkdir()
    for number, case in enumerate(cases):
        (post,) = (POSTS / case).glob("*.md")
        shutil.copy(post, folder / f"{post.name[:-4]}{number}.md")


def test_posts_without_an_article_are_reported_and_skipped(scrapy: Scrapy, tmp_path: Path) -> None:
    broken = ["old-6-empty-title", "old-6-empty-date", "old-6-not-utf-8", "old-6-no-front-matter"]
    copy_under_names_of_their_own(broken, tmp_path / "broken")
    run = scrapy("reindex", str(tmp_path / "broken"))
    assert run.status == SOME_FAILED
    assert f"unreadable {len(broken)}" in run.log
    for reason in ("no title", "no date", "not UTF-8", "no front matter"):
        assert f"unreadable (1): {reason}" in run.log
    assert not scrapy.data.exists()


def test_a_post_without_a_day_in_its_name_gets_one(scrapy: Scrapy) -> None:
    (post,) = (POSTS / "old-6-name-without-date").glob("*.md")
    assert post.name.startswith("-")
    assert scrapy("reindex", str(post)).status == ALL_WELL
    (brought,) = scrapy.posts.iterdir()
    assert brought.name == f"2022-05-26{post.name}"
    assert brought.read_bytes() == post.read_bytes()


def test_of_two_posts_of_an_article_the_outlets_is_indexed_and_both_stay(scrapy: Scrapy, tmp_path: Path) -> None:
    medium = next((POSTS / "today-media").glob("*.md"))
    rolling = next((POSTS / "today-rolling").glob("*.md"))
    digits = medium.stem[-18:]
    scrapy.posts.mkdir(parents=True)
    twin = scrapy.posts / f"{medium.stem[:-20]}{digits}.md"
    twin.write_bytes(rolling.read_bytes().replace(rolling.stem[-18:].encode(), digits.encode()))  # in its link
    shutil.copy(medium, scrapy.posts)
    run = scrapy("reindex", str(scrapy.data))
    assert "new 1, changed 0, unchanged 0, merged 1, duplicate 0" in run.log
    (row,) = rows(scrapy).values()
    assert row.post_path == f"site/_posts/{medium.name}"
    assert row.article.media_name
    assert row.article.digest
    assert {path.name for path in scrapy.posts.iterdir()} == {medium.name, twin.name}
    again = scrapy("reindex", str(scrapy.data))
    assert "new 0, changed 0, unchanged 1, merged 0, duplicate 1" in again.log
    assert list(rows(scrapy).values()) == [row]


def test_a_post_in_the_way_is_not_overwritten(scrapy: Scrapy, tmp_path: Path) -> None:
    medium = next((POSTS / "today-media").glob("*.md"))
    scrapy.posts.mkdir(parents=True)
    (scrapy.posts / medium.name).write_bytes(b"mine")
    run = scrapy("reindex", str(medium))
    assert "duplicate 1" in run.log
    assert "duplicate (1): a file with other content has its path" in run.log
    assert (scrapy.posts / medium.name).read_bytes() == b"mine"


@pytest.mark.parametrize("arguments", [["nowhere"], ["--modernize", "."], [""]], ids=" ".join)
def test_wrong_arguments(scrapy: Scrapy, arguments: list[str]) -> None:
    run = scrapy("reindex", *arguments)
    assert run.status == ARGUMENTS
    assert len(run.log.splitlines()) == 1
    assert "for example: finews reindex" in run.log
    assert not scrapy.data.exists()


def test_a_refetch_replaces_an_imported_post(crawled: Scrapy) -> None:
    post = sorted(crawled.posts.glob("*-NW*.md"))[0]
    true = post.read_bytes()
    found = true.replace(b"<p>", "<p>旧".encode(), 2)
    post.write_bytes(found)
    lose_the_index(crawled)
    crawled("reindex", str(crawled.data))
    code = post.stem[-20:]
    crawled("crawl", "channel")
    assert post.read_bytes() == found
    run = crawled("crawl", "share", "-a", f"info_code={code}", "-a", "refetch=1")
    assert run.summaries()[0]["revised"] == 1
    assert post.read_bytes() == true
    archive = Archive(DataDirectory(crawled.data), PostUrls())
    (before,) = archive.index.revisions(code)
    archive.close()
    assert "旧" in before.body_html
    assert rows(crawled)[code].article.revision == 1


def test_a_folder_named_twice_is_read_once(scrapy: Scrapy, foreign: Path) -> None:
    scrapy("reindex", str(foreign))
    run = scrapy("reindex", "--modernise", str(scrapy.data), str(scrapy.posts))
    assert "read 4, new 0, changed 4, unchanged 0, merged 0, duplicate 0" in run.log


def test_a_post_changed_and_changed_back_is_not_external(crawled: Scrapy) -> None:
    post = sorted(crawled.posts.iterdir())[0]
    true = post.read_bytes()
    for content in (true.replace(b'title: "', b'title: "changed '), true):
        post.write_bytes(content)
        crawled("reindex", str(post))
    held = next(row for row in rows(crawled).values() if row.post_path.endswith(post.name))
    assert held.post_as_found is None

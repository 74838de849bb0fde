"""Reindex of files that have the name of one article, and the post of another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.found_posts import PostReading, Read
from finews_crawler.archive.locations import locate_posts, posts_at
from finews_crawler.archive.rebuild import Rebuilt, rebuild
from finews_crawler.archive.reindex import Reindex
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.items import Article, article_from
from finews_crawler.operate.audit.audit import audit
from finews_crawler.operate.audit.findings import FindingKind
from finews_crawler.utils.timezone import BEIJING

ONE, OTHER = "NW202205262391921712", "NW202205262391921799"
TIME = datetime(2022, 5, 26, 9, 30, tzinfo=BEIJING)
NOW = TIME + timedelta(days=1)


def an_article(code: str, title: str, time: datetime, media_name: str = "证券时报") -> Article:
    body = f"<p>\u3000\u3000{title}的正文。</p>"
    article = article_from("media", code, title=title, published_at=time, media_name=media_name, text_html=body)
    article.first_seen_at = NOW
    return derive(article, PostUrls())[0]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive of two articles."""
    opened = Archive(DataDirectory(tmp_path / "data"), PostUrls())
    opened.store([an_article(ONE, "甲", TIME), an_article(OTHER, "乙", TIME + timedelta(seconds=5))])
    yield opened
    opened.close()


def path_of(archive: Archive, code: str) -> Path:
    return archive.directory.posts / f"2022-05-26-{code}.md"


def reindexed(archive: Archive, path: Path | None = None) -> dict[str, Read]:
    archive.prepare()
    reads = Reindex(archive, NOW).read(posts_at(path or archive.directory.root))
    return {read.path.name.removesuffix(".md")[-20:]: read for read in reads}


def test_the_post_of_another_article_is_not_taken_for_an_edit(archive: Archive) -> None:
    before = list(archive.index.all())
    path_of(archive, ONE).write_bytes(path_of(archive, OTHER).read_bytes())
    reads = reindexed(archive)
    assert (reads[ONE].reading, reads[OTHER].reading) == (PostReading.UNREADABLE, PostReading.UNCHANGED)
    (finding,) = [
        found
        for found in audit(locate_posts(archive.directory.root), PostUrls(), NOW).findings
        if found.kind is FindingKind.MIS_KEYED
    ]
    assert reads[ONE].detail == finding.detail == f"its name has {ONE}, its link {OTHER}"
    assert FindingKind.MIS_KEYED.hint in reads[ONE].reason
    assert list(archive.index.all()) == before


def test_after_the_repair_it_is_written_again(archive: Archive) -> None:
    before = path_of(archive, ONE).read_bytes()
    path_of(archive, OTHER).replace(path_of(archive, ONE))
    reindexed(archive)
    path_of(archive, ONE).rename(path_of(archive, OTHER))
    assert {path: done for path, done in rebuild(archive) if done is not Rebuilt.UNCHANGED} == {
        f"site/_posts/2022-05-26-{ONE}.md": Rebuilt.WRITTEN
    }
    assert path_of(archive, ONE).read_bytes() == before
    assert {read.reading for read in reindexed(archive).values()} == {PostReading.UNCHANGED}


def test_one_that_was_published_in_the_same_second_is_known_by_its_title(archive: Archive) -> None:
    archive.store([an_article(f"{OTHER[:-1]}8", "丙", TIME)])
    path_of(archive, ONE).write_bytes(path_of(archive, f"{OTHER[:-1]}8").read_bytes())
    assert reindexed(archive)[ONE].reading is PostReading.UNREADABLE


def test_a_moved_or_imported_one_gives_an_article_nothing(archive: Archive, tmp_path: Path) -> None:
    archive.store([an_article(f"{ONE[:-1]}3", "丁", TIME, media_name="")])
    before = list(archive.index.all())
    moved = archive.directory.posts / "2022" / f"2022-05-26-{ONE}.md"
    moved.parent.mkdir()
    path_of(archive, ONE).unlink()
    moved.write_bytes(path_of(archive, OTHER).read_bytes())
    assert reindexed(archive)[ONE].reading is PostReading.UNREADABLE
    (tmp_path / "clone").mkdir()
    second = tmp_path / "clone" / f"2022-05-26-{ONE[2:-1]}3.md"
    second.write_bytes(path_of(archive, OTHER).read_bytes())
    assert [read.reading for read in reindexed(archive, second.parent).values()] == [PostReading.UNREADABLE]
    assert list(archive.index.all()) == before


def test_a_wrong_link_alone_hides_no_edit(archive: Archive) -> None:
    post = path_of(archive, ONE)
    edited = post.read_text("utf-8").replace(f"infoCode={ONE}", f"infoCode={OTHER}").replace("甲", "更正")
    post.write_text(edited, encoding="utf-8")
    assert reindexed(archive)[ONE].reading is PostReading.CHANGED
    entry = archive.index.get(ONE)
    assert entry
    assert (entry.article.title, entry.article.origins["title"]) == ("更正", "hand")

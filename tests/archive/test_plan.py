"""The planned write for each kind of index entry and each file at the post's path."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.on_disk import OnDisk, PostState
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.exporters.jekyll_post import post_name, render_post
from finews_crawler.items import Article, article_from
from finews_crawler.utils.timezone import BEIJING

CODE = "NW202205262391921712"
PUBLISHED = datetime(2022, 5, 26, 9, 30, tzinfo=BEIJING)
OUTLET, ROLLING = "证券时报", ""
HEAD = "---\ntitle: 手写\ndate: 2022-05-26 09:30:00 +0800\ncategories: a\ntags: 甲新闻\n---\n\n"


def an_article(title: str, media_name: str = OUTLET, *, is_refetched: bool = False) -> Article:
    fields = {"title": title, "published_at": PUBLISHED, "media_name": media_name, "text_html": "<p>正文。</p>"}
    article = derive(article_from("news_text", CODE, **fields), PostUrls()).article
    article.is_refetched = is_refetched
    return article


def rendered(title: str, media_name: str = OUTLET) -> bytes:
    return render_post(an_article(title, media_name), PostUrls())


FILES = {
    "missing": None,
    "before": rendered("标题"),
    "now": rendered("更正的标题"),
    "older": rendered("最早的标题"),
    "external": f"{HEAD}手写的正文。\n".encode(),
    "edited": f"{HEAD}手写的正文，又改。\n".encode(),
    "half": HEAD[:30].encode(),
    "empty": b"",
    "rolling before": rendered("标题", ROLLING),
    "rolling now": rendered("更正的标题", ROLLING),
}
"""Bytes at a post's path. Renderings: of the article as archived, as it is now, and as it was earlier."""
NAMES = {content: name for name, content in FILES.items()}


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Archive(DataDirectory(tmp_path / "data"), PostUrls())
    opened.directory.posts.mkdir(parents=True)
    yield opened
    opened.close()


def path_of(archive: Archive, media_name: str = OUTLET) -> Path:
    return archive.directory.posts / post_name(an_article("标题", media_name))


def put(path: Path, file: str) -> None:
    content = FILES[file]
    if content is not None:
        path.write_bytes(content)


def archive_as(archive: Archive, entry: str, media_name: str = OUTLET) -> None:
    """Give the article an index entry of a kind, and remove its post."""
    if entry == "none":
        return
    path = path_of(archive, media_name)
    if entry == "external":
        put(path, "external")
    (change,) = archive.store([an_article("标题", media_name)])
    assert change.error is None
    stored = archive.index.get(CODE)
    assert stored
    assert (stored.post_as_found is not None) == (entry == "external")
    hashes = {"version 1": "", "of an older file": "0" * 64}
    archive.index.put([dataclasses.replace(stored, content_hash=hashes.get(entry, stored.content_hash))])
    path.unlink()


def store_now(archive: Archive, *, is_refetched: bool) -> None:
    (change,) = archive.store([an_article("更正的标题", is_refetched=is_refetched)])
    assert change.error is None
    copies = {path for path in archive.directory.posts.iterdir() if path.name.endswith(".found")}
    assert set(change.set_aside) == copies
    stored, post = archive.index.get(CODE), archive.directory.root / change.row.post_path
    assert stored == dataclasses.replace(change.row, previous_path="", previous_hash="")
    assert (stored.post_as_found is not None) == (post.read_bytes() != FILES["now"])


def posts(archive: Archive) -> str:
    """Describe the files of the article: posts in order of path, then conflict copies."""
    paths = sorted(archive.directory.posts.iterdir(), key=lambda path: (path.name.startswith("."), path.name))
    return " + ".join(("copy of " if path.name.startswith(".") else "") + NAMES[path.read_bytes()] for path in paths)


class Case(NamedTuple):
    """An index entry, the file at its path, and the files after a write; ``refetched``: of a refetched article."""

    entry: str
    file: str
    written: str
    refetched: str
    file_at_new_path: str = "missing"


IN_PLACE = [
    Case("none", "missing", "now", "now"),
    Case("none", "now", "now", "now"),
    Case("none", "before", "before", "now + copy of before"),
    Case("none", "external", "external", "now + copy of external"),
    Case("none", "half", "now + copy of half", "now + copy of half"),
    Case("none", "empty", "now + copy of empty", "now + copy of empty"),
    Case("written", "missing", "now", "now"),
    Case("written", "before", "now", "now"),
    Case("written", "now", "now", "now"),
    Case("written", "older", "older", "now + copy of older"),
    Case("written", "edited", "edited", "now + copy of edited"),
    Case("written", "half", "now + copy of half", "now + copy of half"),
    Case("written", "empty", "now + copy of empty", "now + copy of empty"),
    Case("external", "missing", "external", "now"),
    Case("external", "external", "external", "now + copy of external"),
    Case("external", "edited", "edited", "now + copy of edited"),
    Case("external", "half", "external + copy of half", "now + copy of half"),
    Case("external", "before", "now + copy of before", "now + copy of before"),
    Case("external", "now", "now", "now"),
    Case("version 1", "missing", "now", "now"),
    Case("version 1", "older", "now", "now"),
    Case("version 1", "edited", "now", "now"),
    Case("version 1", "half", "now", "now"),
    Case("of an older file", "before", "now", "now"),
    Case("of an older file", "now", "now", "now"),
    Case("of an older file", "edited", "edited", "now + copy of edited"),
    Case("of an older file", "half", "now + copy of half", "now + copy of half"),
]
# The article's outlet became known.
MOVED = [
    Case("written", "missing", "now", "now"),
    Case("written", "rolling before", "now", "now"),
    Case("written", "rolling before", "now", "now", "now"),
    Case("written", "rolling before", "external", "now + copy of external", "external"),
    Case("written", "rolling before", "now + copy of half", "now + copy of half", "half"),
    Case("written", "rolling now", "rolling now", "now + copy of rolling now"),
    Case("written", "now", "now + copy of now", "now + copy of now"),
    Case("written", "edited", "edited", "now + copy of edited"),
    Case("written", "edited", "edited + half", "now + copy of edited + copy of half", "half"),
    Case("written", "half", "now + copy of half", "now + copy of half"),
    Case("written", "half", "external + copy of half", "now + copy of half + copy of external", "external"),
    Case("external", "missing", "external", "now"),
    Case("external", "missing", "external + external", "now + copy of external", "external"),
    Case("external", "external", "external", "now + copy of external"),
    Case("external", "half", "external + copy of half", "now + copy of half"),
    Case("external", "rolling before", "now + copy of rolling before", "now + copy of rolling before"),
    Case("version 1", "edited", "now", "now"),
    Case("version 1", "edited", "external", "now + copy of external", "external"),
    Case("version 1", "half", "now", "now"),
]


@pytest.fixture(params=[False, True], ids=["fetched", "refetched"])
def is_refetched(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.mark.parametrize("case", IN_PLACE, ids=", ".join)
def test_write_at_the_same_path(archive: Archive, case: Case, is_refetched: bool) -> None:
    archive_as(archive, case.entry)
    put(path_of(archive), case.file)
    store_now(archive, is_refetched=is_refetched)
    assert posts(archive) == (case.refetched if is_refetched else case.written)


@pytest.mark.parametrize("case", MOVED, ids=", ".join)
def test_write_to_another_path(archive: Archive, case: Case, is_refetched: bool) -> None:
    archive_as(archive, case.entry, ROLLING)
    put(path_of(archive, ROLLING), case.file)
    put(path_of(archive), case.file_at_new_path)
    store_now(archive, is_refetched=is_refetched)
    assert posts(archive) == (case.refetched if is_refetched else case.written)


@pytest.mark.parametrize(("file", "state"), [("external", PostState.EDITED), ("half", PostState.BROKEN)])
def test_a_file_unknown_to_the_index(tmp_path: Path, file: str, state: PostState) -> None:
    path = tmp_path / post_name(an_article("标题"))
    there = OnDisk(path, FILES[file], None, an_article("更正的标题"), rendered("更正的标题"), PostUrls())
    assert (there.state, there.rendered_before, there.may_be_lost) == (state, None, False)


def test_a_post_of_another_article_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "2022-05-26-NW202205262391921713.md"
    there = OnDisk(path, FILES["external"], None, an_article("标题"), rendered("标题"), PostUrls())
    assert (there.state, there.to_keep) == (PostState.BROKEN, None)

"""A rebuild writes what differs, and nothing else: a row that stays as it is costs no commit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.rebuild import Rebuilt, rebuild
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.items import article_from
from finews_crawler.utils.timezone import BEIJING

CODE = "NW202205262391921712"
FIELDS = {"title": "江城重工扩产", "published_at": datetime(2022, 5, 26, 9, 30, tzinfo=BEIJING)}
BODY = "<p>江城重工公告扩产。</p>"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Archive(DataDirectory(tmp_path / "data"), PostUrls())
    article = article_from("news_text", CODE, media_name="北台证券日报", text_html=BODY, **FIELDS)
    opened.store([derive(article, opened.addresses).article])
    yield opened
    opened.close()


def post_of(archive: Archive) -> Path:
    return next(archive.directory.posts.iterdir())


def commits(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets the name of each method that writes rows."""
    called: list[str] = []
    for name in ("put", "finish"):
        method = getattr(archive.index, name)
        monkeypatch.setattr(
            archive.index, name, lambda *rows, n=name, m=method, **given: (called.append(n), m(*rows, **given))
        )
    return called


@pytest.mark.parametrize(
    ("there", "outcome"), [(None, Rebuilt.WRITTEN), (b"edited", Rebuilt.CHANGED_BACK), ("same", Rebuilt.UNCHANGED)]
)
def test_a_row_that_stays_is_not_written(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, there: bytes | str | None, outcome: Rebuilt
) -> None:
    path, before = post_of(archive), post_of(archive).read_bytes()
    entry = archive.index.get(CODE)
    if there is None:
        path.unlink()
    elif isinstance(there, bytes):
        path.write_bytes(there)
    called = commits(archive, monkeypatch)
    assert [rebuilt for _, rebuilt in rebuild(archive)] == [outcome]
    assert (path.read_bytes(), called, archive.index.get(CODE)) == (before, [], entry)
    copies = [file.read_bytes() for file in path.parent.iterdir() if file.name.endswith(".found")]
    assert copies == ([there] if isinstance(there, bytes) else [])


def test_a_row_that_changes_is_written_before_and_after_its_post(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.planner.urls = archive.addresses = PostUrls(share_url="http://other.example")
    called = commits(archive, monkeypatch)
    assert [rebuilt for _, rebuilt in rebuild(archive)] == [Rebuilt.RESPELT]
    assert called == ["put", "finish"]
    assert b"other.example" in post_of(archive).read_bytes()

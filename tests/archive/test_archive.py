"""The archive on disk: a post before its row, nothing created by asking, one article one post."""

from __future__ import annotations

import json
import os
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.files import append_line, write_whole
from finews_crawler.archive.index import UnusableIndex
from finews_crawler.archive.paths import ArchiveNotWritable, DataDirectory
from finews_crawler.exporters.jekyll_post import PostAddresses
from finews_crawler.items import Article, Rejection
from finews_crawler.merging import article_from
from finews_crawler.pipelines.clean import derive
from finews_crawler.text.dates import BEIJING

CODE = "NW202205262391921712"
NOW = datetime(2022, 5, 26, 12, 0, tzinfo=BEIJING)


def an_article(media_name: str = "证券时报") -> Article:
    article = article_from(
        "news_text",
        CODE,
        title="标题",
        published_at=datetime(2022, 5, 26, 9, 30, tzinfo=BEIJING),
        media_name=media_name,
        text_html="<p>\u3000\u3000正文。</p>",
        content_html="<p>\u3000\u3000正文。</p>",
    )
    article.first_seen_at = NOW
    return derive(article, PostAddresses())[0]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(DataDirectory(tmp_path / "data"), PostAddresses())


def test_asking_creates_nothing(archive: Archive) -> None:
    assert not archive.holds(CODE)
    assert archive.get(CODE) is None
    assert not archive.was_rejected(CODE, "hash")
    archive.directory.check_writable()
    assert not archive.directory.root.exists()


def test_what_is_stored_is_held_and_comes_back(archive: Archive) -> None:
    article = an_article()
    assert archive.store(article)
    assert archive.holds(CODE)
    assert archive.get(CODE) == article
    assert [path.name for path in archive.directory.posts.iterdir()] == [f"2022-05-26-{CODE}.md"]


def test_storing_the_same_again_touches_no_file(archive: Archive) -> None:
    archive.store(an_article())
    post = archive.directory.posts / f"2022-05-26-{CODE}.md"
    before = post.stat().st_mtime_ns, post.stat().st_ino
    assert not archive.store(an_article())
    assert (post.stat().st_mtime_ns, post.stat().st_ino) == before


def test_an_article_that_gets_its_medium_remains_one_post(archive: Archive) -> None:
    archive.store(an_article(media_name=""))
    assert [path.name for path in archive.directory.posts.iterdir()] == [f"2022-05-26-{CODE[2:]}.md"]
    archive.store(an_article())
    assert [path.name for path in archive.directory.posts.iterdir()] == [f"2022-05-26-{CODE}.md"]


def test_no_row_without_its_post(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> bool:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("finews_crawler.archive.archive.write_whole", full)
    with pytest.raises(OSError, match="No space left"):
        archive.store(an_article())
    assert not archive.holds(CODE)


def test_a_rejection_is_kept_once(archive: Archive) -> None:
    rejection = Rejection(CODE, "undated", "no time", '{"title": "标题"}', listing_hash="row")
    assert archive.reject(rejection, NOW)
    assert not archive.reject(rejection, NOW)
    lines = archive.directory.rejected.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["payload"] for line in lines] == ['{"title": "标题"}']
    assert archive.was_rejected(CODE, "row")
    assert not archive.was_rejected(CODE, "another row")


def test_a_failure_is_asked_for_again(archive: Archive) -> None:
    archive.reject(Rejection(CODE, "missing", "no body", "{}", is_final=False, listing_hash="row"), NOW)
    assert not archive.was_rejected(CODE, "row")


def test_an_index_from_a_newer_version_is_refused(archive: Archive) -> None:
    archive.store(an_article())
    archive.close()
    with sqlite3.connect(archive.directory.index) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(UnusableIndex, match=r"schema version 99.*update"):
        archive.holds(CODE)


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(ArchiveNotWritable, match="data is not a folder"):
        DataDirectory(tmp_path / "data").check_writable()


def test_a_write_leaves_no_temporary_file(tmp_path: Path) -> None:
    assert write_whole(tmp_path / "a" / "post.md", b"one")
    assert not write_whole(tmp_path / "a" / "post.md", b"one")
    assert write_whole(tmp_path / "a" / "post.md", b"two")
    assert {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()} == {"post.md": b"two"}


def test_a_post_can_be_read_by_whoever_the_mask_lets(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        write_whole(tmp_path / "post.md", b"one")
    finally:
        os.umask(mask)
    assert (tmp_path / "post.md").stat().st_mode & 0o777 == 0o644


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "post.md").mkdir()
    with pytest.raises(OSError, match="post"):
        write_whole(tmp_path / "post.md", b"one")
    assert [path.name for path in tmp_path.iterdir()] == ["post.md"]


def test_what_a_killed_run_left_is_swept(archive: Archive) -> None:
    archive.directory.posts.mkdir(parents=True)
    old, young = (archive.directory.posts / f".{name}.part" for name in ("old", "young"))
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    archive.store(an_article())
    assert not old.exists()
    assert young.exists()


def test_a_line_that_does_not_fit_leaves_no_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "rejected.jsonl"
    append_line(file, b"one")

    def no_space(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("finews_crawler.archive.files.os.fsync", no_space)
        with pytest.raises(OSError, match="No space left"):
            append_line(file, b"two")
    append_line(file, b"three")
    assert file.read_bytes() == b"one\nthree\n"


def test_an_index_in_use_is_not_to_be_thrown_away(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("finews_crawler.archive.index.BUSY_TIMEOUT_SECONDS", 0)
    archive.directory.root.mkdir()
    with sqlite3.connect(archive.directory.index) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(UnusableIndex, match=r"in use or cannot be written.*wait for the other run"):
            archive.index.check()

"""Archive: posts, rows and rejections on disk."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.exceptions import ArchiveNotWritable, LockLost
from finews_crawler.items import Article, Rejection, article_from
from finews_crawler.utils.files import Staged
from finews_crawler.utils.timezone import BEIJING
from tests.support.file_size_limit import file_size_limit

CODE = "NW202205262391921712"
NOW = datetime(2022, 5, 26, 12, 0, tzinfo=BEIJING)


def an_article(media_name: str = "证券时报", text_html: str = "<p>\u3000\u3000正文。</p>") -> Article:
    article = article_from(
        "news_text",
        CODE,
        title="标题",
        published_at=datetime(2022, 5, 26, 9, 30, tzinfo=BEIJING),
        media_name=media_name,
        text_html=text_html,
        content_html="<p>\u3000\u3000正文。</p>",
    )
    article.first_seen_at = NOW
    return derive(article, PostUrls())[0]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Archive(DataDirectory(tmp_path / "data"), PostUrls())
    yield opened
    opened.close()


def store(archive: Archive, article: Article) -> bool:
    """Store an article; return True if a file changed."""
    (change,) = archive.store([article])
    assert change.error is None
    return bool(change.staged)


def names(archive: Archive) -> list[str]:
    return sorted(path.name for path in archive.directory.posts.iterdir())


def test_reading_creates_no_files(archive: Archive) -> None:
    assert not archive.index.contains(CODE)
    assert archive.get(CODE) is None
    assert not archive.index.was_rejected(CODE, "hash")
    archive.directory.check_writable()
    assert not archive.directory.root.exists()


def test_a_stored_article_is_archived_and_returned(archive: Archive) -> None:
    article = an_article()
    assert store(archive, article)
    assert archive.index.contains(CODE)
    assert archive.get(CODE) == article
    assert names(archive) == [f"2022-05-26-{CODE}.md"]


def test_storing_an_unchanged_article_writes_no_file(archive: Archive) -> None:
    store(archive, an_article())
    post = archive.directory.posts / f"2022-05-26-{CODE}.md"
    before = post.stat().st_mtime_ns, post.stat().st_ino
    assert not store(archive, an_article())
    assert (post.stat().st_mtime_ns, post.stat().st_ino) == before


def test_an_article_whose_outlet_becomes_known_has_one_post(archive: Archive) -> None:
    store(archive, an_article(media_name=""))
    assert names(archive) == [f"2022-05-26-{CODE[2:]}.md"]
    store(archive, an_article())
    assert names(archive) == [f"2022-05-26-{CODE}.md"]


def test_an_article_whose_post_does_not_fit_is_not_archived(archive: Archive) -> None:
    archive.prepare()
    with file_size_limit(100):
        (change,) = archive.store([an_article()])
    assert isinstance(change.error, OSError)
    assert not archive.index.contains(CODE)
    assert archive.get(CODE) is None
    assert names(archive) == []
    assert store(archive, an_article())


def test_a_failed_write_does_not_affect_others_of_the_batch(archive: Archive) -> None:
    blocked, well = an_article(), an_article()
    well.info_code = "NW202205262391921713"
    (archive.directory.posts / f"2022-05-26-{CODE}.md").mkdir(parents=True)
    changes = archive.store([blocked, well])
    assert [change.error is None for change in changes] == [False, True]
    assert archive.index.contains(well.info_code)
    assert not archive.index.contains(CODE)
    assert names(archive) == [f"2022-05-26-{CODE}.md", f"2022-05-26-{well.info_code}.md"]


def test_prepare_finishes_the_write_of_a_killed_run(archive: Archive) -> None:
    store(archive, an_article())
    (archive.directory.posts / f"2022-05-26-{CODE}.md").unlink()
    with archive.index.writing() as connection:
        connection.execute("UPDATE article SET is_written = 0")
    assert not archive.index.contains(CODE)
    archive.close()
    again = Archive(archive.directory, archive.addresses)
    assert again.prepare() == 1
    assert again.index.contains(CODE)
    assert names(again) == [f"2022-05-26-{CODE}.md"]
    again.close()


def test_the_names_of_all_posts_are_read_only_after_a_kill(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    store(archive, an_article())
    archive.close()
    walked: list[object] = []
    walk = os.fwalk
    monkeypatch.setattr(os, "fwalk", lambda folder: walked.append(folder) or walk(folder))
    opened = [Archive(archive.directory, archive.addresses) for _ in range(3)]
    opened[0].prepare()
    assert walked == []
    opened[0].close()
    directory = archive.directory
    left = directory.posts / ".0123abcd.part"
    left.touch()
    directory.samples.mkdir()
    (directory.samples / left.name).touch()
    directory.lock.touch()
    opened[1].prepare()
    assert walked == [directory.posts, directory.categories, directory.retired, directory.samples]
    assert not left.exists()
    assert not list(directory.samples.iterdir())
    opened[1].close()
    assert not archive.directory.lock.exists()
    left.touch()
    opened[2].prepare(sweeps=True)
    opened[2].close()
    assert not left.exists(), "commands other than a crawl look in any case"


def test_temporary_files_of_an_interrupted_write_are_removed_by_the_next_run(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(archive, an_article())
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Staged, "publish", interrupt)
        store(archive, an_article(text_html="<p>\u3000\u3000更正。</p>"))
    assert [name for name in names(archive) if name.endswith(".part")]
    archive.close()
    again = Archive(archive.directory, archive.addresses)
    assert again.prepare() == 1
    assert names(again) == [f"2022-05-26-{CODE}.md"]
    again.close()


def test_temporary_files_that_a_run_could_not_remove_are_removed_by_the_next_one(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(archive, an_article())

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", fail)
        patched.setattr(os, "unlink", fail)
        (change,) = archive.store([an_article(text_html="<p>\u3000\u3000更正。</p>")])
    assert isinstance(change.error, OSError)
    assert [name for name in names(archive) if name.endswith(".part")]
    archive.close()
    again = Archive(archive.directory, archive.addresses)
    again.prepare()
    assert names(again) == [f"2022-05-26-{CODE}.md"]
    again.close()
    assert not archive.directory.lock.exists()


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_an_attached_look_up_is_used_until_the_archive_writes(archive: Archive) -> None:
    store(archive, an_article())
    article = an_article()
    article.archived = lookup = archive.look_up(CODE)
    assert archive.entry_of(article) is lookup.entry
    store(archive, an_article(media_name="潮汐财经"))
    entry = archive.entry_of(article)
    assert entry
    assert entry.article.media_name == "潮汐财经"


def test_a_look_up_before_the_lock_is_repeated(archive: Archive) -> None:
    """Another crawl may have archived the article before this one got the lock."""
    article = an_article()
    article.archived = archive.look_up(CODE)
    other = Archive(archive.directory, archive.addresses)
    store(other, an_article())
    other.close()
    archive.prepare()
    entry = archive.entry_of(article)
    assert entry
    assert entry.article == an_article()


def test_a_revision_keeps_the_previous_one_in_the_index(archive: Archive) -> None:
    first = an_article()
    store(archive, first)
    second = an_article(text_html="<p>更正。</p>")
    second.revision, second.revised_at = 1, NOW
    store(archive, second)
    assert archive.get(CODE) == second
    assert archive.index.revisions(CODE) == [first]
    assert "更正" in (archive.directory.posts / f"2022-05-26-{CODE}.md").read_text(encoding="utf-8")


def test_a_rejection_is_stored_once(archive: Archive) -> None:
    rejection = Rejection(CODE, "undated", "no time", '{"title": "标题"}', listing_hash="row")
    assert archive.reject(rejection, NOW)
    assert not archive.reject(rejection, NOW)
    lines = archive.directory.rejected.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["payload"] for line in lines] == ['{"title": "标题"}']
    assert archive.index.was_rejected(CODE, "row")
    assert not archive.index.was_rejected(CODE, "another row")


@pytest.mark.parametrize("left", ["without its row", "half a line", "both"])
def test_prepare_finishes_the_rejection_of_a_killed_run(archive: Archive, left: str) -> None:
    rejection = Rejection(CODE, "undated", "no time", '{"title": "标题"}', listing_hash="row")
    archive.reject(rejection, NOW)
    lines = archive.directory.rejected.read_bytes()
    if left != "half a line":
        with archive.index.writing() as connection:
            connection.execute("DELETE FROM rejection")
    if left != "without its row":
        archive.directory.rejected.write_bytes(lines + lines[:40])
    archive.close()
    again = Archive(archive.directory, archive.addresses)
    again.prepare()
    assert not again.reject(rejection, NOW)
    again.close()
    assert archive.directory.rejected.read_bytes() == lines


def test_a_rejection_that_is_not_final_is_fetched_again(archive: Archive) -> None:
    archive.reject(Rejection(CODE, "missing", "no body", "{}", is_final=False, listing_hash="row"), NOW)
    assert not archive.index.was_rejected(CODE, "row")


def test_check_writable_names_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(ArchiveNotWritable, match="data is not a folder"):
        DataDirectory(tmp_path / "data").check_writable()


@pytest.mark.parametrize("is_replaced", [False, True])
def test_nothing_is_written_once_the_lock_file_is_gone(archive: Archive, is_replaced: bool) -> None:
    store(archive, an_article())
    entry = archive.look_up(CODE).entry
    assert entry is not None
    archive.directory.lock.unlink()
    if is_replaced:
        archive.directory.lock.touch()
    (post,) = archive.directory.posts.iterdir()
    post.unlink()
    writes = (
        lambda: archive.store([an_article()]),
        lambda: archive.restore(entry),
        lambda: archive.reject(Rejection("", "bad_row", ""), NOW),
        lambda: archive.write_all([archive.planner.rewrite(entry)]),
    )
    for write in writes:
        with pytest.raises(LockLost):
            write()
    assert names(archive) == []
    assert not archive.directory.rejected.exists()

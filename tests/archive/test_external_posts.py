"""Posts written by other programs or edited: they keep their bytes until the article is refetched."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.entries import IndexEntry
from finews_crawler.archive.found_posts import PostReading
from finews_crawler.archive.on_disk import conflict_copy_path, content_hash
from finews_crawler.archive.reindex import Reindex
from finews_crawler.archive.retire import Retired, retire
from finews_crawler.archive.writer import PendingWrite, write_batch
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.exporters.jekyll_post import render_post
from finews_crawler.items import Article, article_from
from finews_crawler.utils.timezone import BEIJING

CODE = "NW202205262391921712"
NAME = f"2022-05-26-{CODE}.md"
ROLLING_NAME = f"2022-05-26-{CODE[2:]}.md"
MOMENT = datetime(2022, 5, 26, 9, 30, tzinfo=BEIJING)
FOUND = "---\ntitle: 手写\ndate: 2022-05-26 09:30:00 +0800\ncategories: a\ntags: 甲新闻\n---\n\n手写的正文。\n".encode()
BROKEN = {"empty": b"", "half": FOUND[:30], "no UTF-8": b"\xff\xfe"}


def an_article(**fields: object) -> Article:
    given = {"title": "标题", "published_at": MOMENT, "media_name": "证券时报", "text_html": "<p>正文。</p>", **fields}
    return derive(article_from("news_text", CODE, **given), PostUrls())[0]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Archive(DataDirectory(tmp_path / "data"), PostUrls())
    opened.directory.posts.mkdir(parents=True)
    yield opened
    opened.close()


def store(archive: Archive, article: Article) -> PendingWrite:
    (change,) = archive.store([article])
    assert change.error is None
    return change


def entry(archive: Archive) -> IndexEntry:
    found = archive.index.get(CODE)
    assert found
    return found


def posts(archive: Archive) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in archive.directory.posts.iterdir()}


def aside(content: bytes) -> str:
    """Return the name of a conflict copy."""
    return f".{NAME}.{content_hash(content)[:8]}.found"


def written(article: Article) -> bytes:
    return render_post(article, PostUrls())


def test_a_post_without_index_entry_is_kept_until_a_refetch(archive: Archive) -> None:
    (archive.directory.posts / NAME).write_bytes(FOUND)
    store(archive, an_article())
    assert archive.index.contains(CODE)
    store(archive, an_article(digest="摘要"))
    assert posts(archive) == {NAME: FOUND}
    assert not archive.shows(entry(archive))
    again = an_article()
    again.is_refetched = True
    store(archive, again)
    assert posts(archive) == {NAME: written(again), aside(FOUND): FOUND}
    assert archive.shows(entry(archive))


def test_an_archived_copy_does_not_overwrite_an_external_post(archive: Archive) -> None:
    (archive.directory.posts / NAME).write_bytes(FOUND)
    copy = an_article(text_html="<p>存档。</p>")
    copy.is_stand_in = True
    store(archive, copy)
    store(archive, an_article())
    assert posts(archive) == {NAME: FOUND}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_post_is_copied_and_replaced(archive: Archive, fault: str) -> None:
    (archive.directory.posts / NAME).write_bytes(BROKEN[fault])
    change = store(archive, an_article())
    assert posts(archive) == {NAME: written(an_article()), aside(BROKEN[fault]): BROKEN[fault]}
    assert [path.name for path in change.set_aside] == [aside(BROKEN[fault])]


def test_an_edited_post_is_kept(archive: Archive) -> None:
    store(archive, an_article())
    (archive.directory.posts / NAME).write_bytes(FOUND)
    assert not archive.restore(entry(archive))
    store(archive, an_article(digest="摘要"))
    assert posts(archive) == {NAME: FOUND}
    (archive.directory.posts / NAME).write_bytes(FOUND + "又改。".encode())
    store(archive, an_article(digest="又摘要"))
    assert posts(archive) == {NAME: FOUND + "又改。".encode()}


def test_an_edited_post_is_not_moved(archive: Archive) -> None:
    store(archive, an_article(media_name=""))
    (archive.directory.posts / ROLLING_NAME).write_bytes(FOUND)
    store(archive, an_article())
    assert posts(archive) == {ROLLING_NAME: FOUND}
    held = archive.index.get(CODE)
    assert held
    assert held.article.media_name == "证券时报"


def test_a_refetch_copies_an_edited_post(archive: Archive) -> None:
    store(archive, an_article())
    (archive.directory.posts / NAME).write_bytes(FOUND)
    again = an_article()
    again.is_refetched = True
    store(archive, again)
    assert posts(archive) == {NAME: written(again), aside(FOUND): FOUND}


def test_the_next_change_replaces_a_broken_post(archive: Archive) -> None:
    store(archive, an_article())
    (archive.directory.posts / NAME).write_bytes(b"")
    merged = an_article(digest="摘要")
    store(archive, merged)
    assert posts(archive) == {NAME: written(merged), aside(b""): b""}


def test_a_previous_post_edited_after_a_kill_is_not_removed(archive: Archive) -> None:
    store(archive, an_article(media_name=""))
    store(archive, an_article())
    held = archive.index.get(CODE)
    assert held
    known = content_hash(written(an_article(media_name="")))
    old = f"site/_posts/{ROLLING_NAME}"
    archive.index.put([dataclasses.replace(held, previous_path=old, previous_hash=known)])
    (archive.directory.root / old).write_bytes(FOUND)
    archive.close()
    again = Archive(archive.directory, archive.addresses)
    again.prepare()
    again.close()
    assert posts(archive) == {NAME: written(an_article()), ROLLING_NAME: FOUND}


def test_a_post_with_a_custom_name_keeps_it(archive: Archive) -> None:
    store(archive, an_article())
    held = archive.index.get(CODE)
    assert held
    (archive.directory.posts / NAME).rename(archive.directory.posts / f"2022-05-26-mine-{CODE}.md")
    own = f"site/_posts/2022-05-26-mine-{CODE}.md"
    archive.index.put([dataclasses.replace(held, post_path=own)])
    merged = an_article(title="更正的标题")
    store(archive, merged)
    assert posts(archive) == {f"2022-05-26-mine-{CODE}.md": written(merged)}


def test_retire_overwrites_no_file(archive: Archive) -> None:
    store(archive, an_article())
    there = archive.directory.retired_folder(MOMENT.date()) / NAME
    there.parent.mkdir(parents=True)
    there.write_bytes(FOUND)
    (told,) = retire(archive, datetime(2023, 1, 1, tzinfo=BEIJING).date(), dry_run=False)
    assert told == (f"site/_posts/{NAME}", Retired.IN_THE_WAY)
    assert there.read_bytes() == FOUND
    assert posts(archive) == {NAME: written(an_article())}


@pytest.mark.parametrize("dry_run", [True, False])
def test_retire_moves_only_one_of_two_posts_of_one_name(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, *, dry_run: bool
) -> None:
    """The posts are in two folders and in two batches."""
    other = dataclasses.replace(an_article(), info_code="NW202205262391921714")
    store(archive, an_article())
    store(archive, other)
    held = archive.index.get(other.info_code)
    assert held is not None
    archive.index.put([dataclasses.replace(held, post_path=f"site/_posts/folder/{NAME}")])
    monkeypatch.setattr("finews_crawler.archive.retire.BATCH", 1)
    outcomes = [outcome for _, outcome in retire(archive, datetime(2023, 1, 1, tzinfo=BEIJING).date(), dry_run=dry_run)]
    assert outcomes == [Retired.RETIRED, Retired.IN_THE_WAY]


def test_a_path_conflict_fails_only_its_own_write(archive: Archive) -> None:
    store(archive, an_article())
    other = dataclasses.replace(an_article(), info_code="NW202205262391921713")
    third = dataclasses.replace(other, info_code="NW202205262391921714")
    change, well = (archive.planner.plan(article, None) for article in (other, third))
    change.row = dataclasses.replace(change.row, post_path=f"site/_posts/{NAME}")
    write_batch(archive.index, archive.directory.root, [change, well])
    assert change.error is not None
    assert well.error is None
    assert archive.index.contains("NW202205262391921714")
    assert archive.index.contains(CODE)


def refetched(article: Article) -> Article:
    article.is_refetched = True
    return article


@pytest.mark.parametrize("content", [FOUND, b"half"], ids=["whole", "half"])
def test_a_refetch_that_moves_a_post_copies_an_edited_one(archive: Archive, content: bytes) -> None:
    store(archive, an_article(media_name=""))
    (archive.directory.posts / ROLLING_NAME).write_bytes(content)
    again = refetched(an_article())
    store(archive, again)
    kept = f".{ROLLING_NAME}.{content_hash(content)[:8]}.found"
    assert posts(archive) == {NAME: written(again), kept: content}


def test_a_refetch_that_moves_a_post_copies_an_external_one(archive: Archive) -> None:
    (archive.directory.posts / ROLLING_NAME).write_bytes(FOUND)
    store(archive, an_article(media_name=""))
    store(archive, refetched(an_article()))
    assert FOUND in posts(archive).values()
    assert not (archive.directory.posts / ROLLING_NAME).exists()


def test_a_rendering_newer_than_the_index_is_not_external(archive: Archive) -> None:
    """The index was restored from a backup: the post is newer than its row."""
    store(archive, an_article())
    old = archive.index.get(CODE)
    assert old
    newer = an_article(title="更正的标题")
    store(archive, newer)
    archive.index.put([old])
    store(archive, newer)
    assert posts(archive) == {NAME: written(newer)}
    newest = an_article(title="再次更正的标题")
    store(archive, newest)
    assert posts(archive) == {NAME: written(newest)}


def test_an_entry_of_version_1_overwrites_its_file(archive: Archive) -> None:
    store(archive, an_article())
    held = archive.index.get(CODE)
    assert held
    (archive.directory.posts / NAME).write_bytes(written(an_article()).replace(b"//finews", b"//other"))
    archive.index.put([dataclasses.replace(held, content_hash="")])
    merged = an_article(title="更正的标题")
    store(archive, merged)
    assert posts(archive) == {NAME: written(merged)}


def test_finishing_a_write_keeps_a_post_edited_after_it(archive: Archive) -> None:
    """The run was killed before it removed the previous post."""
    store(archive, an_article())
    held = archive.index.get(CODE)
    assert held
    archive.index.put([dataclasses.replace(held, previous_path=f"site/_posts/{ROLLING_NAME}", previous_hash="old")])
    (archive.directory.posts / NAME).write_bytes(FOUND)
    archive.close()
    again = Archive(archive.directory, archive.addresses)
    assert again.prepare() == 1
    assert not again.index.unfinished()
    again.close()
    assert posts(archive) == {NAME: FOUND}


def test_a_conflict_copy_of_a_long_name_has_a_valid_name() -> None:
    name = conflict_copy_path(Path(f"2022-05-18-{'甲' * 80}.md"), b"").name
    assert len(name.encode()) <= 255
    assert name.endswith(".e3b0c442.found")


def test_restore_writes_a_missing_category_file_only(archive: Archive) -> None:
    store(archive, an_article())
    (archive.directory.posts / NAME).write_bytes(FOUND)
    (category,) = archive.directory.categories.iterdir()
    category.unlink()
    assert not archive.restore(entry(archive))
    assert category.exists()
    assert posts(archive) == {NAME: FOUND}


def test_an_edit_during_a_reindex_stays(archive: Archive) -> None:
    path = archive.directory.posts / NAME
    path.write_bytes(render_post(an_article(), PostUrls()))
    archive.prepare()
    reads = Reindex(archive, MOMENT).read([path])
    assert next(reads).reading is PostReading.NEW  # read, but not written: the group is not at its end
    path.write_bytes(FOUND)
    assert not list(reads)
    assert path.read_bytes() == FOUND
    assert [read.reading for read in Reindex(archive, MOMENT).read([path])] == [PostReading.CHANGED]
    assert path.read_bytes() == FOUND

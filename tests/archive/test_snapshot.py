"""Index snapshots: selection by date and cursor, revisions, and isolation from later writes."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.query import Cursor, ExportQuery, Timeline, check_cursor, read_cursor
from finews_crawler.archive.retire import retire
from finews_crawler.archive.snapshot import open_snapshot
from finews_crawler.exceptions import DamagedRow, InvalidCursor, UnusableIndex
from tests.exporters.export_archives import FIRST, Reader, archive_in, article, code, records, store


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = archive_in(tmp_path / "data")
    yield archive
    archive.close()


def test_records_are_sorted_by_publication(archive: Archive) -> None:
    store(archive, article(3), article(1), article(2, published_at=FIRST + timedelta(hours=1)))
    assert [record["info_code"] for record in records(archive)] == [code(1), code(2), code(3)]
    with open_snapshot(archive.index, ExportQuery()) as held:
        assert [key.info_code for key in held.selected(newest_first=True)] == [code(3), code(2), code(1)]
        assert held.describe()["records"] == 3


def test_date_bounds_are_inclusive_in_beijing_time(archive: Archive) -> None:
    store(archive, *(article(hours) for hours in (0, 15, 16, 39, 40)))  # from 08:00 on
    found = records(archive, ExportQuery(date(2022, 5, 19), date(2022, 5, 19)))
    assert [record["info_code"] for record in found] == [code(16), code(39)]


def test_a_cursor_selects_only_changed_records(archive: Archive) -> None:
    reader = Reader()
    store(archive, article(1), article(2))
    assert reader.read(archive) == 2
    assert reader.read(archive) == 0
    store(archive, article(2, "media", media_name="证券时报"), article(1), article(3))
    assert reader.read(archive) == 2, "an article of which nothing new was told has not changed"
    assert reader.table[code(2), 0]["media_name"] == "证券时报"
    store(archive, article(1, text_html="<p>乙</p>"))
    assert reader.read(archive) == 1
    assert (reader.table[code(1), 0]["text"], reader.table[code(1), 0]["revision"]) == ("乙", 1)


def test_moving_a_post_does_not_change_its_record(archive: Archive) -> None:
    reader = Reader()
    store(archive, article(1))
    reader.read(archive)
    assert [path for path, _ in retire(archive, date(2023, 1, 1), dry_run=False)]
    assert reader.read(archive) == 0


def test_revisions_have_adjacent_validity_periods(archive: Archive) -> None:
    for body in "甲乙丙":
        store(archive, article(1, text_html=f"<p>{body}</p>"))
    first, second, third = records(archive, ExportQuery(with_revisions=True))
    assert [first["text"], second["text"], third["text"]] == ["甲", "乙", "丙"]
    assert [record["revision"] for record in (first, second, third)] == [0, 1, 2]
    assert first["first_seen_at"] == second["first_seen_at"] == third["first_seen_at"] == first["known_from"]
    assert (first["known_until"], second["known_until"]) == (second["known_from"], third["known_from"])
    assert (second["known_from"], third["known_until"]) == (second["revised_at"], None)
    assert records(archive) == [third]


@pytest.mark.parametrize("page", [1, 3, 500])
def test_records_are_the_same_at_every_page_size(archive: Archive, monkeypatch: pytest.MonkeyPatch, page: int) -> None:
    for body in "甲乙丙":
        store(archive, *(article(number, text_html=f"<p>{body}{number}</p>") for number in (1, 2, 3)))
    store(archive, article(4))
    monkeypatch.setattr("finews_crawler.archive.snapshot.PAGE", page)
    found = records(archive, ExportQuery(with_revisions=True))
    assert [(record["info_code"], record["revision"]) for record in found] == [
        *((code(number), revision) for number in (1, 2, 3) for revision in (0, 1, 2)),
        (code(4), 0),
    ]
    assert [record["text"] for record in found] == [*(f"{body}{n}" for n in (1, 2, 3) for body in "甲乙丙"), "甲4"]
    with open_snapshot(archive.index, ExportQuery(with_revisions=True)) as held:
        keys = list(held.selected(newest_first=True))
        assert [record["change"] for record in held.records(keys)] == [key.change for key in keys]
        assert [article.revision for article in held.articles()] == [record["revision"] for record in found]


def test_pruning_a_revision_leaves_no_gap_in_time(archive: Archive) -> None:
    for body in "甲乙丙":
        store(archive, article(1, text_html=f"<p>{body}</p>"))
    with archive.index.writing() as connection:
        connection.execute("DELETE FROM revision WHERE revision = 1")
    first, third = records(archive, ExportQuery(with_revisions=True))
    assert (first["known_until"], third["revision"]) == (third["known_from"], 2)
    assert archive.index.select("SELECT count(*) FROM change") == [(2,)]


def test_later_writes_are_not_visible(archive: Archive) -> None:
    store(archive, article(1))
    with open_snapshot(archive.index, ExportQuery()) as held:
        before = held.cursor
        store(archive, article(2))
        assert [record["info_code"] for record in held.records()] == [code(1)]
        assert (held.describe()["records"], held.cursor) == (1, before)
    assert len(records(archive, ExportQuery(after=before))) == 1


def test_a_snapshot_needs_an_index(archive: Archive) -> None:
    with pytest.raises(UnusableIndex, match=r"no index in .*crawl first"), open_snapshot(archive.index, ExportQuery()):
        pass
    assert not archive.directory.root.exists(), "asking makes none"


def test_a_cursor_round_trips() -> None:
    assert read_cursor(f" {Cursor('5f0c9a12', 817)}\n") == Cursor("5f0c9a12", 817)


@pytest.mark.parametrize("text", ["", "817", "5f0c9a12", "5f0c9a12-", "5f0c9a12--1", "5F0C9A12-1", "5f0c9a12-1x"])
def test_text_of_another_form_is_not_a_cursor(text: str) -> None:
    with pytest.raises(InvalidCursor, match="is not a cursor: take it from the manifest"):
        read_cursor(text)


@pytest.mark.parametrize(("timeline", "number"), [(None, 812), (Timeline(810, 815), 810), (Timeline(810, 815), 816)])
def test_a_cursor_of_another_history_is_rejected(timeline: Timeline | None, number: int) -> None:
    with pytest.raises(InvalidCursor, match=r"not in the history of this index.*export all of it once"):
        check_cursor(Cursor("5f0c9a12", number), timeline, Cursor("77c1b0aa", 817))


@pytest.mark.parametrize("number", [811, 815])
def test_a_cursor_of_an_earlier_timeline_is_accepted(number: int) -> None:
    check_cursor(Cursor("5f0c9a12", number), Timeline(810, 815), Cursor("77c1b0aa", 817))


def test_the_cursor_of_a_recreated_index_is_rejected(archive: Archive, tmp_path: Path) -> None:
    other = archive_in(tmp_path / "other")
    store(archive, article(1))
    store(other, article(1))
    with open_snapshot(other.index, ExportQuery()) as held:
        cursor = held.cursor
    other.close()
    with pytest.raises(InvalidCursor, match="of another index"):
        records(archive, ExportQuery(after=cursor))


def position(archive: Archive) -> Cursor:
    with open_snapshot(archive.index, ExportQuery()) as held:
        return held.cursor


def test_cursors_of_earlier_runs_stay_valid(archive: Archive) -> None:
    cursors = []
    for number in range(4):
        cursors.append(position(archive) if number else None)
        store(archive, article(number))
        archive.close()  # each article is written by a run of its own
    for number, cursor in enumerate(cursors):
        found = records(archive, ExportQuery(after=cursor))
        assert [record["info_code"] for record in found] == [code(later) for later in range(number, 4)]


@pytest.mark.parametrize("after_copy", [0, 1, 3, 7])
def test_a_cursor_is_rejected_by_an_index_restored_from_an_older_copy(archive: Archive, after_copy: int) -> None:
    store(archive, *(article(number) for number in range(10)))
    at_copy = position(archive)
    archive.close()
    copied = archive.directory.index.read_bytes()
    store(archive, *(article(number) for number in range(10, 13)))
    cursor = position(archive)
    archive.close()
    archive.directory.index.write_bytes(copied)
    store(archive, *(article(number) for number in range(20, 20 + after_copy)))
    with pytest.raises(InvalidCursor, match="not in the history of this index"):
        records(archive, ExportQuery(after=cursor))
    assert len(records(archive, ExportQuery(after=at_copy))) == after_copy, "a cursor from before the copy is valid"


def test_two_copies_that_both_move_on_reject_each_others_cursors(archive: Archive, tmp_path: Path) -> None:
    store(archive, article(1))
    shared = position(archive)
    archive.close()
    other = archive_in(tmp_path / "copy")
    shutil.copytree(archive.directory.root, other.directory.root)
    cursors = {}
    for copy, number in ((archive, 2), (other, 3)):
        store(copy, article(number))
        cursors[copy] = position(copy)
        assert [record["info_code"] for record in records(copy, ExportQuery(after=shared))] == [code(number)]
    for copy, foreign in ((archive, other), (other, archive)):
        assert records(copy, ExportQuery(after=cursors[copy])) == []
        with pytest.raises(InvalidCursor, match="not in the history of this index"):
            records(copy, ExportQuery(after=cursors[foreign]))
    other.close()


def test_runs_without_a_change_leave_cursors_and_timelines_as_they_are(archive: Archive) -> None:
    store(archive, article(1))
    cursor = position(archive)
    for _ in range(3):
        archive.close()
        store(archive, article(1))
        with archive.index.writing():
            pass
    assert records(archive, ExportQuery(after=cursor)) == []
    assert position(archive) == cursor
    assert archive.index.select("SELECT count(*) FROM timeline") == [(3,)], "of creation, the first run and the next"


def test_a_time_that_differs_from_its_sqlite_index_is_a_damaged_row(tmp_path: Path) -> None:
    """Records are read in the order of SQLite's index: one of another month would open that month's file again."""
    archive = archive_in(tmp_path / "data")
    store(archive, article(1), article(2))
    archive.close()
    with closing(sqlite3.connect(archive.directory.index)) as connection, connection:
        schema = "FROM sqlite_schema WHERE name = 'article_published'"
        (row,) = connection.execute(f"SELECT * {schema}")
        connection.execute("PRAGMA writable_schema = RESET")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(f"DELETE {schema}")  # not its pages
        connection.execute("PRAGMA writable_schema = RESET")
        connection.execute("UPDATE article SET published_at = replace(published_at, '2022-05', '2022-06')")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", row)
    archive = archive_in(tmp_path / "data")
    with open_snapshot(archive.index, ExportQuery()) as view, pytest.raises(DamagedRow, match="published_at"):
        list(view.records())
    archive.close()

"""Index: migrations, one row for each article, and errors for files that cannot be read."""

from __future__ import annotations

import dataclasses
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

import pytest

from finews_crawler.archive.article_rows import ARTICLES, BODIES
from finews_crawler.archive.entries import IndexEntry
from finews_crawler.archive.index import Index
from finews_crawler.archive.query import Cursor, ExportQuery
from finews_crawler.archive.runs import Run, put_run, read_runs
from finews_crawler.archive.schema import MIGRATIONS, SCHEMA_VERSION
from finews_crawler.archive.snapshot import open_snapshot
from finews_crawler.exceptions import InvalidCursor, UnusableIndex
from finews_crawler.items import Article, Rejection
from finews_crawler.utils.timezone import BEIJING

CODES = [f"NW20220526239192171{number}" for number in range(4)]
NOW = datetime(2022, 5, 26, 12, 0, tzinfo=BEIJING)


def held(info_code: str, **fields: object) -> IndexEntry:
    article = Article(info_code, published_at=NOW, slug="zhengquanshibao", **fields)  # type: ignore[arg-type]
    return IndexEntry(article, f"site/_posts/2022-05-26-{info_code}.md", "hash")


def test_migrate_creates_no_index(index: Index) -> None:
    index.migrate()
    assert not index.path.exists()
    index.path.touch()
    index.migrate()
    assert index.select("SELECT * FROM article") == []
    assert index.path.stat().st_size == 0


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / "index.sqlite")


def test_entries_are_returned_and_listed_in_order(index: Index) -> None:
    rows = [held(code, title=f"标题{code}", text_html="<p>正文</p>") for code in CODES]
    index.put(reversed(rows))
    assert [index.get(code) for code in CODES] == rows
    assert list(index.all()) == rows
    assert [entry.info_code for entry in index.entries()] == CODES
    assert index.owner_of(rows[2].post_path) == (CODES[2], "hash", False)
    assert index.owner_of("site/_posts/nothing.md") is None


def test_put_writes_no_temporary_files(index: Index) -> None:
    found: list[str] = []

    def superseded() -> Iterator[Article]:
        """Look for SQLite's temporary files while the transaction is open: the entries are written by now."""
        for file in Path("/proc/self/fd").iterdir():
            with suppress(FileNotFoundError):  # the one of the listing, and what other threads have closed
                found.append(str(file.readlink()))
        yield from ()

    for digest in ("甲" * 50_000, "乙" * 60_000):
        index.put([held(CODES[0], digest=digest)], superseded())
    assert any(name.endswith("index.sqlite-wal") for name in found)
    assert not any("etilqs" in name for name in found)


def test_all_yields_every_entry_of_several_pages(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("finews_crawler.archive.index.ROWS_AT_ONCE", 3)
    index.put(held(code) for code in CODES)
    assert [row.article.info_code for row in index.all()] == CODES
    assert [entry.info_code for entry in index.entries()] == CODES
    assert not list(index.all(since="2022-05-27"))


def test_one_query_reads_many_articles(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not index.contains_each(CODES)
    unfinished = dataclasses.replace(held(CODES[1]), is_written=False)
    rows = {CODES[0]: held(CODES[0]), CODES[1]: unfinished, CODES[2]: held(CODES[2], is_stand_in=True)}
    index.put(rows.values())
    queries = count_queries(index, monkeypatch)
    assert index.get_each([*CODES, CODES[0]]) == rows
    assert index.contains_each(CODES) == {CODES[0]}
    assert len(queries) == 2


def test_one_query_finds_the_rejected_among_many(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    for code, listing_hash, is_final in ((CODES[0], "a", True), (CODES[1], "b", False), (CODES[2], "", True)):
        rejection = Rejection(code, "untitled", "", is_final=is_final, listing_hash=listing_hash)
        index.put_rejection(rejection, "payload", NOW.isoformat())
    queries = count_queries(index, monkeypatch)
    listings = [(code, listing_hash) for code in CODES for listing_hash in ("", "a", "b")]
    assert index.were_rejected(listings) == {CODES[0]}
    assert len(queries) == 1
    assert index.was_rejected(CODES[0], "a")
    assert not index.was_rejected(CODES[0], "b")


def count_queries(index: Index, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list to which every later query is added."""
    queries: list[str] = []
    select = index.select

    def counted(query: str, *values: object) -> list[tuple[object, ...]]:
        queries.append(query)
        return select(query, *values)

    monkeypatch.setattr(index, "select", counted)
    return queries


def test_put_replaces_no_entry_of_another_article(index: Index) -> None:
    index.put([held(CODES[0])])
    other = IndexEntry(Article(CODES[1]), held(CODES[0]).post_path, "hash")
    with pytest.raises(sqlite3.IntegrityError):
        index.put([held(CODES[2]), other])
    assert [entry.info_code for entry in index.entries()] == CODES[:1]


def test_an_unfinished_article_is_not_contained(index: Index) -> None:
    row = held(CODES[0])
    index.put([IndexEntry(row.article, row.post_path, "hash", is_written=False)])
    assert not index.contains(CODES[0])
    assert [left.article.info_code for left in index.unfinished()] == CODES[:1]
    index.finish(CODES[:1])
    assert index.contains(CODES[0])
    assert not index.unfinished()


@pytest.mark.parametrize(("journal", "levels"), [("wal", ["NORMAL", "FULL"]), ("delete", [])])
def test_a_commit_is_left_to_a_later_sync_only_with_a_wal(index: Index, journal: str, levels: list[str]) -> None:
    row = held(CODES[0])
    index.put([IndexEntry(row.article, row.post_path, "hash", is_written=False)])
    index.close()
    with closing(sqlite3.connect(index.path)) as other:
        other.execute(f"PRAGMA journal_mode = {journal}")
    executed: list[str] = []
    with index.writing() as connection:
        connection.set_trace_callback(executed.append)
    index.finish(CODES[:1], is_durable=False)
    prefix = "PRAGMA synchronous = "
    assert [text.removeprefix(prefix) for text in executed if text.startswith(prefix)] == levels
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert index.contains(CODES[0])


def test_put_run_updates_the_row_of_a_run(index: Index) -> None:
    run = Run("channel", {"count": "100"}, 123, NOW)
    run_id = put_run(index, run)
    assert read_runs(index) == [run]
    run.ended_at, run.reason, run.exit_status, run.counts = NOW, "finished", 0, {"found": 3}
    assert put_run(index, run, run_id) == run_id
    assert read_runs(index) == [run]


def test_an_index_of_version_1_is_migrated(index: Index) -> None:
    article = held(CODES[0], title="标题", text_html="<p>正文</p>").article
    row = dict(zip(ARTICLES.columns, ARTICLES.to_row(article), strict=True))
    row.update({name: zlib.compress(getattr(article, name).encode()) for name in BODIES}, post_name="2022-05-26-x.md")
    with sqlite3.connect(index.path) as connection:
        for statement in MIGRATIONS[0]:
            connection.execute(statement)
        columns = [name for _, name, *_ in connection.execute("PRAGMA table_info(article)")]
        marks = ", ".join("?" * len(columns))
        connection.execute(f"INSERT INTO article VALUES ({marks})", [row[name] for name in columns])
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    index.check()
    with pytest.raises(UnusableIndex, match=r"schema version 1.*finews reextract"):
        index.get(CODES[0])
    index.migrate()
    assert index.get(CODES[0]) == IndexEntry(article, "site/_posts/2022-05-26-x.md", "")
    assert index.contains(CODES[0])
    assert read_runs(index) == []
    assert index.select("PRAGMA user_version") == [(SCHEMA_VERSION,)]


def test_cursors_of_a_migrated_index_stay_valid(index: Index) -> None:
    with sqlite3.connect(index.path) as connection:
        for statements in MIGRATIONS[:5]:  # the last version without timelines
            for statement in statements:
                connection.execute(statement)
        connection.execute("UPDATE identity SET value = '5f0c9a12'")
        connection.execute("INSERT INTO change (number, info_code, revision) VALUES (7, ?, 0)", [CODES[0]])
        connection.execute("PRAGMA user_version = 5")
    connection.close()
    index.migrate()
    index.put([held(CODES[1])])
    for number in (0, 7):
        with open_snapshot(index, ExportQuery(after=Cursor("5f0c9a12", number))) as snapshot:
            assert [key.info_code for key in snapshot.selected()] == CODES[1:2]
            assert snapshot.cursor.number == 8
            assert snapshot.cursor.timeline != "5f0c9a12"
    with pytest.raises(InvalidCursor), open_snapshot(index, ExportQuery(after=Cursor("5f0c9a12", 8))):
        pass


def test_an_index_of_a_newer_version_is_rejected(index: Index) -> None:
    index.put([held(CODES[0])])
    index.close()
    with sqlite3.connect(index.path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(UnusableIndex, match=r"schema version 99.*update"):
        index.contains(CODES[0])


def test_check_reports_a_locked_index_as_in_use(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("finews_crawler.archive.schema.BUSY_TIMEOUT_SECONDS", 0)
    with sqlite3.connect(index.path) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(UnusableIndex, match=r"index.sqlite: database is locked: another program"):
            index.check()


def test_check_names_a_file_that_is_not_an_index(index: Index) -> None:
    index.path.write_bytes(b"no database at all, and long enough to be read as one" * 100)
    with pytest.raises(UnusableIndex, match=r"index.sqlite: file is not a database: .*reindex"):
        index.check()

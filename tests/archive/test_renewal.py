"""Renewal: rows of early versions and of other rules are read as they are, and renewed without a new number."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.entries import IndexEntry
from finews_crawler.archive.query import ExportQuery
from finews_crawler.archive.renewal import count_stale, renew_all
from finews_crawler.archive.schema import SCHEMA_VERSION
from finews_crawler.articles import extract
from finews_crawler.articles.record import Record
from finews_crawler.content import extraction_version
from finews_crawler.content.extraction import ArticleContent, extract_article
from tests.exporters.export_archives import K_LINE, archive_in, article, code, records, store
from tests.support.early_index import turn_back

EVERYTHING = ExportQuery(with_revisions=True)
NUMBERS = "SELECT info_code, revision, number FROM change ORDER BY number"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Five articles, one of them revised twice, in an index of version 7."""
    made = archive_in(tmp_path)
    body = f"<p>甲</p>{K_LINE}<p>（文章来源：证券时报）</p>"
    store(
        made, *(article(number, media_name="证券时报", text_html=body, content_html=f"{body}乙") for number in range(5))
    )
    store(made, *(article(2, text_html=f"<p>更正{number}</p>{K_LINE}") for number in range(2)))
    made.close()
    turn_back(made.directory.index)
    yield made
    made.close()


def read(archive: Archive) -> tuple[list[Record], list[tuple[Any, ...]]]:
    """Return all records, and the number of each revision's last change."""
    return records(archive, EVERYTHING), archive.index.select(NUMBERS)


def test_records_are_the_same_before_and_after_the_renewal(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.index.migrate()
    assert archive.index.select("PRAGMA user_version") == [(SCHEMA_VERSION,)]
    assert count_stale(archive.index) == 7
    before = read(archive)
    assert [record["text"] for record in before[0] if record["info_code"] == code(2)] == ["甲", "更正0", "更正1"]
    assert sum(number for number, _ in renew_all(archive.index)) == 7
    assert (count_stale(archive.index), list(renew_all(archive.index))) == (0, [])
    bodies = ", ".join(f"typeof({name})" for name in ("text_html", "content_html", "body_html", "bodies"))
    assert set(archive.index.select(f"SELECT {bodies} FROM article UNION SELECT {bodies} FROM revision")) == {
        ("null", "null", "null", "blob")
    }
    monkeypatch.setattr(extract, "extract_article", None)  # nothing is read from the bodies
    assert read(archive) == before


def test_a_renewal_that_was_interrupted_is_continued(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("finews_crawler.archive.index.ROWS_AT_ONCE", 2)
    archive.index.migrate()
    before = read(archive)
    assert next(renew_all(archive.index)) == (2, [])
    assert (count_stale(archive.index), read(archive)) == (5, before)
    assert [number for number, _ in renew_all(archive.index)] == [2, 1, 2]
    assert read(archive) == before


def test_an_early_row_has_a_new_number_only_if_its_article_changes(archive: Archive) -> None:
    archive.index.migrate()
    before = read(archive)
    entry = archive.index.get(code(1))
    assert entry is not None
    archive.index.put([dataclasses.replace(entry, content_hash="moved")])
    assert (count_stale(archive.index), read(archive)) == (6, before)
    body = entry.article.body_html.replace("甲", "丙")
    for _ in range(2):
        archive.index.put([dataclasses.replace(entry, article=dataclasses.replace(entry.article, body_html=body))])
        assert [row[0] for row in archive.index.select(NUMBERS) if row not in before[1]] == [code(1)]


def test_rows_of_other_rules_are_read_again_and_those_that_differ_are_numbered(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.index.migrate()
    list(renew_all(archive.index))
    before = read(archive)

    def extract_otherwise(*bodies: str) -> ArticleContent:
        content = extract_article(*bodies)
        return dataclasses.replace(content, text=content.text.replace("更正", "更 正"))

    monkeypatch.setattr(extraction_version, "EXTRACTION_VERSION", extraction_version.EXTRACTION_VERSION + 1)
    monkeypatch.setattr(extract, "extract_article", extract_otherwise)
    as_read = read(archive)
    changed = [new for old, new in zip(before[0], as_read[0], strict=True) if old != new]
    assert [record["text"] for record in changed] == ["更 正0", "更 正1"]
    assert as_read[1] == before[1]
    assert count_stale(archive.index) == 7
    list(renew_all(archive.index))
    renewed, numbers = read(archive)
    assert [{**record, "change": 0} for record in renewed] == [{**record, "change": 0} for record in as_read[0]]
    assert sorted(row[:2] for row in numbers if row not in before[1]) == [(code(2), 1), (code(2), 2)]
    monkeypatch.setattr(extract, "extract_article", None)
    assert read(archive) == (renewed, numbers)


def test_damaged_rows_stay_and_are_returned(archive: Archive) -> None:
    with closing(sqlite3.connect(archive.directory.index)) as connection, connection:
        for table, damage in (("article", "body_html = x'789c'"), ("revision", "tickers = '[1]'")):
            query = f"UPDATE {table} SET {damage} WHERE info_code = ? AND revision = ?"
            assert connection.execute(query, (code(3) if table == "article" else code(2), 0)).rowcount == 1
    archive.index.migrate()
    damaged = [row for _, rows in renew_all(archive.index) for row in rows]
    assert [(row.table, row.column) for row in damaged] == [("article", "body_html"), ("revision", "tickers")]
    assert count_stale(archive.index) == 2
    archive.index.put([IndexEntry(article(3), "site/_posts/2022-05-18-of-a-refetch.md", "")])
    assert count_stale(archive.index) == 1

"""The SQLite export: its tables, and a search in Chinese."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.archive.query import ExportQuery
from finews_crawler.archive.snapshot import open_snapshot
from finews_crawler.articles.record import SCHEMA_VERSION, columns_of
from finews_crawler.commands.export import export_formats
from finews_crawler.exceptions import ForeignFile
from finews_crawler.exporters.export import export_to_folder
from finews_crawler.exporters.sqlite import pairs_of, write_sqlite
from finews_crawler.items import article_from
from tests.exporters.export_archives import K_LINE, archive_in, article, code, records, store
from tests.support.source_document import payload_of

APART = "<p>中部省份的国企联合拓展通道。</p><p>中国与联盟各方互通有无；通联国中。</p>"
"""The four characters of 中国联通, two of its pairs, but not the whole word."""
SEARCH = "SELECT info_code FROM article WHERE id IN (SELECT rowid FROM article_search WHERE article_search MATCH ?)"
PAIR = SEARCH.replace("article_search", "article_pairs")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    archive = archive_in(tmp_path / "data")
    inline = '<span data-code="1,600999">江城重工</span>'
    store(
        archive,
        article(1, text_html=f"{K_LINE}<p>据悉，中国联通5G专网落户。</p>"),
        article(2, text_html=APART),
        article(
            3, title="江城重工涨停", text_html="<p>甲</p>", content_html=f"<p>甲{inline}</p>", media_name="证券时报"
        ),
    )
    assert write_sqlite([columns_of(records(archive))], tmp_path / "articles.sqlite") == 3
    archive.close()
    with closing(sqlite3.connect(tmp_path / "articles.sqlite")) as connection:
        yield connection


def found(connection: sqlite3.Connection, query: str, words: str) -> list[str]:
    return [row[0] for row in connection.execute(query, [words])]


def test_a_word_is_found_only_where_its_characters_are_adjacent(database: sqlite3.Connection) -> None:
    assert found(database, SEARCH, "中国联通") == [code(1)]
    assert found(database, SEARCH, "联通5G专网") == [code(1)]
    assert found(database, SEARCH, "title: 江城重工") == [code(3)]
    assert found(database, SEARCH, "中国银行") == []


def test_a_word_of_two_characters_is_found(database: sqlite3.Connection) -> None:
    assert found(database, PAIR, "联通") == [code(1)]
    assert found(database, PAIR, "涨停") == [code(3)]
    assert found(database, PAIR, "中国") == [code(1), code(2)]


def test_the_source_document_is_found(tmp_path: Path, source_document: bytes) -> None:
    payload = payload_of(source_document)
    archive = archive_in(tmp_path / "data")
    post = article_from("news_text", payload["infoCode"], title=payload["title"], text_html=payload["text"])
    post.published_at, post.origins["published_at"] = article(1).published_at, "news_text"
    store(archive, post, article(2, text_html=APART))
    write_sqlite([columns_of(records(archive))], tmp_path / "articles.sqlite")
    archive.close()
    with closing(sqlite3.connect(tmp_path / "articles.sqlite")) as connection:
        assert found(connection, SEARCH, "中国联通") == [payload["infoCode"]]
        assert found(connection, PAIR, "联通") == [payload["infoCode"]]


def test_an_article_fills_the_tables(database: sqlite3.Connection) -> None:
    tickers = "SELECT info_code, symbol, name, source, position FROM ticker JOIN article ON article_id = id"
    assert database.execute(tickers).fetchall() == [
        (code(1), "600050.SH", None, "kline", 0),
        (code(3), "600999.SH", "江城重工", "inline", None),
    ]
    assert database.execute("SELECT url, width, height FROM image").fetchall() == [("http://127.0.0.1/k.png", 8, None)]
    row = "SELECT day, published_at, origins, is_stand_in, media_name FROM article WHERE info_code = ?"
    day, time, origins, is_stand_in, media_name = database.execute(row, [code(3)]).fetchone()
    assert (day, time, is_stand_in, media_name) == ("2022-05-18", "2022-05-18T11:00:00+08:00", 0, "证券时报")
    assert json.loads(origins)["title"] == "news_text"
    assert database.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    database.execute("INSERT INTO article_search (article_search) VALUES ('integrity-check')")


@given(st.text("中国联通a5，", max_size=12), st.text("中国联通", min_size=2, max_size=2))
def test_pairs_of_has_exactly_the_pairs_in_the_text(text: str, pair: str) -> None:
    pairs = pairs_of(text).split()
    assert (pair in pairs) == (pair in text)
    assert all(len(each) == 2 and each in text for each in pairs)


@pytest.mark.parametrize("mode", ["wal", "persist"])
def test_a_database_that_another_program_is_changing_is_not_replaced(tmp_path: Path, mode: str) -> None:
    """SQLite would apply the log of the old database to the new one: readers got "malformed"."""
    archive, folder = archive_in(tmp_path / "data"), tmp_path / "out"
    exporter = export_formats()["sqlite"](archive.addresses)
    store(archive, *map(article, range(20)))

    def export() -> None:
        with open_snapshot(archive.index, ExportQuery()) as snapshot:
            export_to_folder(snapshot, exporter, folder)

    export()
    with closing(sqlite3.connect(folder / "articles.sqlite")) as other:
        other.execute(f"PRAGMA journal_mode = {mode}")
        with other:
            other.execute("UPDATE article SET title = 'mine'")
        store(archive, *map(article, range(20, 90)))
        with pytest.raises(ForeignFile, match="another program has changed"):
            export()
        assert other.execute("SELECT count(*) FROM article WHERE title = 'mine'").fetchone() == (20,)
    for log in folder.glob("articles.sqlite-*"):
        log.unlink()
    export()
    archive.close()
    with closing(sqlite3.connect(folder / "articles.sqlite")) as reader:
        assert reader.execute("SELECT count(*) FROM article WHERE title <> 'mine'").fetchone() == (90,)

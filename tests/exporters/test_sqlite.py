"""The SQLite export: its tables, its search, and the metadata for Datasette."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.archive.query import ExportQuery
from finews_crawler.archive.snapshot import open_snapshot
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.record import SCHEMA_VERSION, columns_of, record_of
from finews_crawler.commands.export import export_formats
from finews_crawler.exceptions import ForeignFile
from finews_crawler.exporters.datasette import datasette_configuration, datasette_metadata
from finews_crawler.exporters.export import export_to_folder
from finews_crawler.exporters.short_words import short_words
from finews_crawler.exporters.sqlite import FILE, write_sqlite
from finews_crawler.items import article_from
from tests.exporters.export_archives import K_LINE, archive_in, article, code, records, store
from tests.support.source_document import payload_of

APART = "<p>中部省份的国企联合拓展通道。</p><p>中国与联盟各方互通有无；通联国中。</p>"
"""The four characters of 中国联通, two of its pairs, but not the whole word."""
SEARCH = "SELECT info_code FROM article WHERE id IN (SELECT rowid FROM article_search WHERE article_search MATCH ?)"
LIKE = "SELECT info_code FROM article WHERE title LIKE :word ESCAPE '!' OR text LIKE :word ESCAPE '!'"

FILES_OF_DATASETTE = (datasette_metadata, datasette_configuration)


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


def found(connection: sqlite3.Connection, words: str, query: str = SEARCH) -> list[str]:
    return [row[0] for row in connection.execute(query, [words])]


def quoted(word: str) -> str:
    """Return a word as Datasette passes it to MATCH."""
    return '"' + word.replace('"', '""') + '"'


def like(connection: sqlite3.Connection, word: str) -> list[str]:
    escaped = re.sub("[!%_]", r"!\g<0>", word)
    return [row[0] for row in connection.execute(LIKE, {"word": f"%{escaped}%"})]


def test_a_word_is_found_only_where_its_characters_are_adjacent(database: sqlite3.Connection) -> None:
    assert found(database, "中国联通") == [code(1)]
    assert found(database, "联通5G专网") == [code(1)]
    trigrams = SEARCH.replace("article_search", "article_trigrams")
    assert found(database, "title: 江城重工", trigrams) == [code(3)]
    assert found(database, "中国银行") == []


def test_a_word_of_two_characters_is_found(database: sqlite3.Connection) -> None:
    assert found(database, "联通") == [code(1)]
    assert found(database, "涨停") == [code(3)]
    assert found(database, "中国") == [code(1), code(2)]


def test_the_source_document_is_found(tmp_path: Path, source_document: bytes) -> None:
    payload = payload_of(source_document)
    archive = archive_in(tmp_path / "data")
    post = article_from("news_text", payload["infoCode"], title=payload["title"], text_html=payload["text"])
    post.published_at, post.origins["published_at"] = article(1).published_at, "news_text"
    store(archive, post, article(2, text_html=APART))
    write_sqlite([columns_of(records(archive))], tmp_path / "articles.sqlite")
    archive.close()
    with closing(sqlite3.connect(tmp_path / "articles.sqlite")) as connection:
        assert found(connection, "中国联通") == [payload["infoCode"]]
        assert found(connection, "联通") == [payload["infoCode"]]


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
    database.execute("INSERT INTO article_trigrams (article_trigrams) VALUES ('integrity-check')")


@pytest.mark.parametrize(
    "typed",
    [
        "锂电",
        "锂",
        "锂电池",
        "宁德时代",
        "比亚迪",
        "300750",
        "SH300750",
        "A股",
        "a股",
        "5.3%",
        "(300750)",
        "Tesla's",
        "'",
    ],
)
def test_words_of_any_length_and_script_are_found_as_by_like(tmp_path: Path, typed: str) -> None:
    archive = archive_in(tmp_path / "data")
    store(
        archive,
        article(1, title="锂电池涨价", text_html="<p>宁德时代(300750)涨5.3%，A股收高</p>"),
        article(2, title="电锂", text_html="<p>比亚迪与锂 电无关；Tesla's 5．3%；SH300750 😀锂电😀</p>"),
    )
    write_sqlite([columns_of(records(archive))], tmp_path / "articles.sqlite")
    archive.close()
    with closing(sqlite3.connect(tmp_path / "articles.sqlite")) as connection:
        expected = like(connection, typed)
        assert expected
        assert found(connection, quoted(typed)) == expected


ALPHABET = "中国联通锂电a5A%_'\"(-。，😀 \t"
PLAIN = record_of(derive(article(1), PostUrls()).article)


def database_of(texts: Sequence[str], path: Path) -> sqlite3.Connection:
    """Return a database with an article for each text."""
    rows = [{**PLAIN, "info_code": code(number), "text": text} for number, text in enumerate(texts)]
    write_sqlite([columns_of(rows)], path)
    return sqlite3.connect(path)


@given(st.lists(st.text(ALPHABET, max_size=9), min_size=1, max_size=4), st.text(ALPHABET, min_size=1, max_size=5))
def test_match_finds_what_like_finds(texts: list[str], word: str) -> None:
    with TemporaryDirectory() as folder, closing(database_of(texts, Path(folder, FILE))) as connection:
        assert found(connection, quoted(word)) == like(connection, word)


@given(st.data())
def test_parts_of_real_sentences_are_found_as_by_like(crawled: sqlite3.Connection, data: st.DataObject) -> None:
    texts = [f"{title}\n{text}" for title, text in crawled.execute("SELECT title, text FROM article")]
    lines = data.draw(st.sampled_from(texts)).splitlines()
    line = data.draw(st.sampled_from([line for line in lines if line]))
    start = data.draw(st.integers(0, len(line) - 1))
    word = line[start : start + data.draw(st.integers(1, 20))]
    assert found(crawled, quoted(word)) == like(crawled, word) != []


@pytest.fixture(scope="module")
def crawled(crawled_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The export of an archive that was crawled."""
    path = tmp_path_factory.mktemp("export") / FILE
    archive = archive_in(crawled_data)
    write_sqlite([columns_of(records(archive))], path)
    archive.close()
    with closing(sqlite3.connect(path)) as connection:
        yield connection


@given(st.text("中国联通a5，😀", max_size=12))
def test_short_words_are_the_characters_and_the_pairs_of_a_text(text: str) -> None:
    assert Counter(short_words(text).split()) == Counter([*text, *map(str.__add__, text, text[1:])])


def test_datasette_finds_the_search_of_the_articles(database: sqlite3.Connection) -> None:
    """By the pattern of ``datasette.utils.detect_fts_sql``."""
    pattern = '%VIRTUAL TABLE%USING FTS%content="article"%'
    query = "SELECT name FROM sqlite_master WHERE rootpage = 0 AND sql LIKE ?"
    assert database.execute(query, [pattern]).fetchall() == [("article_search",)]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("联通", [1]),
        ("中国联通", [1]),
        ("中国", [2, 1]),
        ("中国 中国联通 5", [1]),
        ("中国　联盟", [2]),
        ("涨停 江城重工", [3]),
        ("涨停 中国联通", []),
        ("", []),
    ],
)
def test_the_query_in_the_metadata_finds_articles_with_all_words(
    database: sqlite3.Connection, words: str, numbers: list[int]
) -> None:
    queries = [json.loads(of("articles"))["databases"]["articles"]["queries"] for of in FILES_OF_DATASETTE]
    assert queries[0] == queries[1]
    query = queries[0]["search"]["sql"]
    titles = [row[1] for row in database.execute(query, {"words": words})]
    assert titles == [{1: "第1篇", 2: "第2篇", 3: "江城重工涨停"}[number] for number in numbers]


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

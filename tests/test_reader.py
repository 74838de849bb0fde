"""``from finews_crawler import Archive``: what it selects, that it only reads, and that importing it costs nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from inspect import signature
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

import pandas
import pytest

import finews_crawler
from finews_crawler import Archive
from finews_crawler.archive.archive import Archive as WritableArchive
from finews_crawler.articles.record import FIELDS, IMAGE_FIELDS, TICKER_FIELDS
from finews_crawler.exceptions import NotInstalled, UnusableIndex
from finews_crawler.reader import ArticleRecord, ImageRecord, TickerRecord, query_of
from tests.exporters.export_archives import FIRST, K_LINE, SEEN, archive_in, article, code, store


@pytest.fixture
def written(tmp_path: Path) -> Iterator[WritableArchive]:
    archive = archive_in(tmp_path / "data")
    yield archive
    archive.close()


def test_a_table_without_pyarrow_says_what_to_install(
    written: WritableArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    store(written, article(1))
    with Archive.open(tmp_path / "data") as archive:
        with pytest.raises(NotInstalled, match=r"to_arrow needs pyarrow: pip install 'finews_crawler\[parquet\]'"):
            archive.to_arrow()
        assert codes(archive) == [code(1)]


def codes(archive: Archive, **conditions: Any) -> list[str]:
    return [found.info_code for found in archive.articles(**conditions)]


def test_articles_are_selected_by_day_outlet_and_ticker(written: WritableArchive, tmp_path: Path) -> None:
    store(written, article(2, "media", media_name="证券时报"), article(1), article(30, text_html=K_LINE))
    with Archive.open(tmp_path / "data") as archive:
        first = next(archive.articles())
        assert isinstance(first, ArticleRecord)
        assert (first.info_code, first.published_at, first.text) == (code(1), FIRST + timedelta(hours=1), first.text)
        assert codes(archive) == [code(1), code(2), code(30)]
        assert codes(archive, since="2022-05-19") == [code(30)]
        assert codes(archive, until=FIRST) == [code(1), code(2)]
        assert codes(archive, medium="证券时报") == [code(2)]
        assert codes(archive, ticker="600050.SH") == [code(30)]
        assert codes(archive, ticker="600050.SH", medium="证券时报") == []
        (named,) = archive.articles(ticker="600050.SH")
        assert named.tickers[0]["symbol"] == "600050.SH"


def test_an_article_as_it_was_known_at_a_time(written: WritableArchive, tmp_path: Path) -> None:
    for body in ("<p>甲</p>", "<p>乙</p>", "<p>丙</p>"):  # a minute after each other
        store(written, article(1, text_html=body))
    with Archive.open(tmp_path / "data") as archive:
        known = [SEEN + timedelta(seconds=seconds) for seconds in (-30, 0, 30, 60, 90, 120, 150)]
        seen = ["".join(found.text for found in archive.articles(as_of=moment)) for moment in known]
        assert seen == ["", "甲", "甲", "乙", "乙", "丙", "丙"]
        assert [found.text for found in archive.articles(as_of="2022-06-01 08:00:30")] == ["甲"]
        assert [found.text for found in archive.articles(as_of="2022-06-01T00:01:30+00:00")] == ["乙"]
        assert [found.text for found in archive.articles(revisions=True)] == ["甲", "乙", "丙"]


def test_the_table_has_the_columns_of_the_parquet_export(written: WritableArchive, tmp_path: Path) -> None:
    store(written, article(1), article(2, text_html=K_LINE))
    with Archive.open(tmp_path / "data") as archive:
        table = archive.to_arrow()
        assert table.column_names == [field.name for field in FIELDS]
        assert table.to_pylist()[1]["tickers"] == [*archive.articles()][1].tickers
        assert archive.to_arrow(ticker="600050.SH")["info_code"].to_pylist() == [code(2)]
        with pytest.raises(ValueError, match="'nobody': the archive has no article of it"):
            archive.to_arrow(medium="nobody")


def test_the_records_are_a_data_frame(written: WritableArchive, tmp_path: Path) -> None:
    store(written, article(1), article(2))
    with Archive.open(tmp_path / "data") as archive:
        frame = pandas.DataFrame(archive.articles(since="2022-05-18"))
    assert list(frame.columns) == [field.name for field in FIELDS]
    assert frame["published_at"].dt.hour.to_list() == [9, 10]


def test_it_reads_beside_a_writer_and_leaves_no_file(written: WritableArchive, tmp_path: Path) -> None:
    store(written, article(1))
    before = sorted(path.name for path in (tmp_path / "data").rglob("*"))
    with Archive.open(tmp_path / "data") as archive:
        articles = archive.articles()
        next(articles)
        store(written, article(2))
        assert list(articles) == [], "one view of the index"
        assert codes(archive) == [code(1), code(2)]
    assert len(sorted(path.name for path in (tmp_path / "data").rglob("*"))) == len(before) + 1, "the second post"


def test_what_is_no_archive_is_an_error(tmp_path: Path, written: WritableArchive) -> None:
    with pytest.raises(FileNotFoundError, match="name the data directory of a crawl"):
        Archive.open(tmp_path / "nowhere")
    store(written, article(1))
    written.close()
    (tmp_path / "data" / "index.sqlite").write_text("not an index")
    with pytest.raises(UnusableIndex):
        Archive.open(tmp_path / "data")


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ({"since": "2022-05-19", "until": "2022-05-18"}, "since must not be later than until"),
        ({"since": "2022-5-1"}, "'2022-5-1' is not a day such as 2022-05-18"),
        ({"as_of": "soon"}, "'soon' is not a time such as"),
        ({"as_of": FIRST, "revisions": True}, "give either as_of or revisions"),
    ],
)
def test_conditions_that_select_nothing_are_refused(
    written: WritableArchive, tmp_path: Path, conditions: dict[str, Any], message: str
) -> None:
    store(written, article(1))
    with Archive.open(tmp_path / "data") as archive, pytest.raises(ValueError, match=message):
        list(archive.articles(**conditions))


@pytest.mark.parametrize(
    ("arguments", "conditions", "message"),
    [
        ((), {"sinc": "2022-05-18"}, r"^articles\(\) got an unexpected keyword argument 'sinc'$"),
        (("2022-05-18",), {}, r"^articles\(\) too many positional arguments$"),
    ],
)
def test_a_misspelt_condition_is_an_error_of_the_method(
    arguments: tuple[str, ...], conditions: dict[str, str], message: str, written: WritableArchive, tmp_path: Path
) -> None:
    store(written, article(1))
    with Archive.open(tmp_path / "data") as archive, pytest.raises(TypeError, match=message):
        archive.articles(*arguments, **conditions)  # type: ignore[arg-type]


def test_both_methods_have_the_conditions_as_arguments() -> None:
    conditions = ["self", "since", "until", "medium", "ticker", "as_of", "revisions"]
    assert list(signature(Archive.articles).parameters) == list(signature(Archive.to_arrow).parameters) == conditions
    assert signature(Archive.articles).return_annotation == "Iterator[ArticleRecord]"
    assert get_type_hints(Archive.articles) == get_type_hints(query_of) | {"return": Iterator[ArticleRecord]}
    assert (Archive.articles.__name__, Archive.to_arrow.__name__) == ("articles", "to_arrow")


def test_the_types_are_those_of_the_records() -> None:
    assert list(ArticleRecord._fields) == [field.name for field in FIELDS]
    assert list(TickerRecord.__annotations__) == [field.name for field in TICKER_FIELDS]
    assert list(ImageRecord.__annotations__) == [field.name for field in IMAGE_FIELDS]
    types = get_type_hints(ArticleRecord)
    nullable = [name for name in ArticleRecord._fields if NoneType in get_args(types[name])]
    assert nullable == [field.name for field in FIELDS if field.is_nullable]


def test_the_package_imports_nothing_until_an_archive_is_opened() -> None:
    code = "import sys, finews_crawler; sys.exit('sqlite3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    with pytest.raises(AttributeError, match="no attribute 'Archives'"):
        _ = finews_crawler.Archives

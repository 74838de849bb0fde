"""An outlet or symbol of an export is one that the archive has; symbols are taken in the spellings that people use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.query import ExportQuery
from finews_crawler.archive.snapshot import open_snapshot
from finews_crawler.exceptions import NotInArchive
from tests.exporters.export_archives import archive_in, article, code, records, store

SYMBOLS = ("1,600050", "1,000001", "0,000001", "116,00700", "106,BRK_A", "90,BK0493", "0,430047")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = archive_in(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def named(archive: Archive) -> Archive:
    """An archive with one article for each of SYMBOLS, of two outlets."""
    bodies = (f'<p><span data-code="{symbol}">甲</span></p>' for symbol in SYMBOLS)
    articles = (
        article(number, text_html=body, media_name="财联社" if number else "证券时报")
        for number, body in enumerate(bodies)
    )
    store(archive, *articles)
    return archive


def codes(archive: Archive, query: ExportQuery) -> list[str]:
    return [record["info_code"] for record in records(archive, query)]


@pytest.mark.parametrize(
    ("spelling", "number"),
    [
        *((spelling, 0) for spelling in ("600050.SH", "600050.sh", "SH600050", "sh600050", "1.600050", "600050")),
        *((spelling, 2) for spelling in ("000001.SZ", "SZ000001", "0.000001")),
        *((spelling, 3) for spelling in ("00700.HK", "700.hk", "116.00700", "00700", "700")),
        *((spelling, 4) for spelling in ("BRK.A.US", "BRK_A.NYSE", "BRK.A", "106.BRK_A")),
        *((spelling, 5) for spelling in ("BK0493", "bk0493", "90.BK0493")),
        *((spelling, 6) for spelling in ("430047.BJ", "BJ430047", "0.430047", " 430047 ")),
    ],
)
def test_spellings_of_one_symbol(named: Archive, spelling: str, number: int) -> None:
    assert codes(named, ExportQuery(ticker=spelling)) == [code(number)]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (ExportQuery(ticker="000001"), "ticker '000001': it is the code of several, give one of 000001.SH, 000001.SZ"),
        (ExportQuery(ticker="600051.SH"), "ticker '600051.SH': no article of the archive names it; nearest: 600050.SH"),
        (ExportQuery(ticker="联通"), "'联通': no article of the archive names it; give a symbol such as 600050.SH"),
        (ExportQuery(ticker=""), "ticker '': no article"),
        (ExportQuery(medium="证券"), "medium '证券': the archive has no article of it; nearest: 证券时报$"),
        (ExportQuery(medium="不存在"), "medium '不存在': .*; it has most of 财联社, 证券时报$"),
    ],
)
def test_what_the_archive_has_never_had_is_refused(named: Archive, query: ExportQuery, message: str) -> None:
    with pytest.raises(NotInArchive, match=message), open_snapshot(named.index, query):
        pass


def test_what_was_in_an_earlier_revision_or_another_day_is_not_refused(named: Archive) -> None:
    store(named, article(0, text_html="<p>更正</p>", media_name="财联社"))
    assert codes(named, ExportQuery(ticker="600050", with_revisions=True)) == [code(0)]
    assert codes(named, ExportQuery(ticker="SH600050")) == []
    assert codes(named, ExportQuery(medium="财联社", since=date(2030, 1, 1))) == []
    with open_snapshot(named.index, ExportQuery(ticker="700")) as held:
        assert held.describe()["ticker"] == "00700.HK"
        after = ExportQuery(ticker="700", after=held.cursor)
    assert codes(named, after) == []


def test_an_empty_archive_refuses_nothing(archive: Archive) -> None:
    with archive.index.writing():
        pass  # creates it
    assert codes(archive, ExportQuery(medium="甲", ticker="600050")) == []

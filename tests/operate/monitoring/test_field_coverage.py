"""Field coverage compares the articles of one group of channels with earlier ones of the same group."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from finews_crawler.archive.index import Index
from finews_crawler.items import Article, Extract, Ticker
from finews_crawler.operate.monitoring import baseline
from finews_crawler.operate.monitoring.baseline import field_shares
from finews_crawler.operate.monitoring.field_coverage import (
    FIELDS,
    Share,
    check_field_coverage,
    is_suspicious,
    probability_of,
)
from finews_crawler.utils.timezone import BEIJING
from tests.operate.monitoring.channel_arrivals import article, index_of

BEGAN = datetime(2026, 9, 8, 12, tzinfo=BEIJING)
MEDIA = {"title": "media", "digest": "media"}
ROLLING = {"title": "rolling"}
PAGE = {"title": "archive_page"}


def held(number: int, minutes: int, origins: dict[str, str] = MEDIA, **fields: object) -> Article:
    fields = {"media_name": "证券时报", "digest": "摘要", "tickers": [Ticker("600050.SH", "", "kline")], **fields}
    fields["extract"] = Extract("", "", ("", "", ""))  # else the tickers would be read from the bodies again
    return article(number, BEGAN + timedelta(minutes=minutes), origins, **fields)


def shares_of(tmp_path: Path, articles: list[Article], new: int) -> dict[str, list[Share]]:
    index = index_of(tmp_path / "index.sqlite", articles)
    try:
        return field_shares(index, new, BEGAN)
    finally:
        index.close()


def test_field_that_is_always_empty_is_reported(tmp_path: Path) -> None:
    before = [held(number, number - 2000) for number in range(1500)]
    new = [held(5000 + number, number, digest="") for number in range(25)]
    shares = shares_of(tmp_path, before + new, 25)
    assert shares["digest"] == [Share("media", 25, 25, 0, 1000)]
    assert shares["media_name"] == [Share("media", 0, 25, 0, 1000)]
    assert (check_field_coverage("digest", shares["digest"]) or "").startswith(
        "digest is empty in 25 of the newest 25 articles"
    )
    assert check_field_coverage("tickers", shares["tickers"]) == ""
    assert shares["public_url"] == [Share("media", 25, 25, 1000, 1000)]
    assert check_field_coverage("public_url", shares["public_url"]) == ""  # the media list never has one


def test_the_rows_of_a_backfill_are_read_page_by_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages: list[int] = []
    select = Index.select

    def counting(index: Index, *query: Any) -> list[tuple[Any, ...]]:
        rows = select(index, *query)
        pages.append(len(rows))
        return rows

    monkeypatch.setattr(Index, "select", counting)
    monkeypatch.setattr(baseline, "ROWS_AT_ONCE", 40)
    new = [held(5000 + number, number, digest="") for number in range(100)]
    shares = shares_of(tmp_path, [held(number, number - 2000) for number in range(30)] + new, 100)
    assert pages == [40, 40, 40, 10, 0]
    assert shares["digest"] == [Share("media", 100, 100, 0, 30)]


def test_small_run_is_filled_up_with_articles_before_it(tmp_path: Path) -> None:
    before = [
        held(number, number - 500, tickers=[] if number >= 290 else [Ticker("NIO.US", "", "kline")])
        for number in range(300)
    ]
    shares = shares_of(tmp_path, [*before, held(5000, 1, tickers=[])], 1)
    assert shares["tickers"] == [Share("media", 11, 20, 0, 281)]
    assert check_field_coverage("tickers", shares["tickers"])


def test_each_group_of_channels_has_its_own_share(tmp_path: Path) -> None:
    """The rolling list gives no outlet: neither a run of that list alone nor a backfill of categories may alert."""
    before = [
        held(
            number,
            number - 2000,
            ROLLING if number % 3 == 0 else MEDIA,
            media_name="" if number % 3 == 0 else "证券时报",
        )
        for number in range(1200)
    ]
    new = [held(5000 + number, number, ROLLING, media_name="") for number in range(40)]
    archived = [held(6000 + number, number - 3000, PAGE) for number in range(200)]
    pages = [held(7000 + number, number, PAGE, digest="") for number in range(40)]
    shares = shares_of(tmp_path, archived + before + new + pages, 80)
    assert shares["media_name"] == [Share("rolling", 40, 40, 400, 400)]
    assert check_field_coverage("media_name", shares["media_name"]) == ""
    assert not any(check_field_coverage(field, shares[field]) for field in FIELDS)


def test_old_articles_that_a_backfill_finds_are_not_compared(tmp_path: Path) -> None:
    """Of the lists that give an outlet, not all reach back as far: neither the run nor the next one alerts."""
    before = [held(number, number - 1000, ROLLING) for number in range(200)]
    found = [held(2000 + number, number - 20_000, ROLLING, media_name="") for number in range(300)]
    for one in found:
        one.first_seen_at = BEGAN + timedelta(minutes=1)
    assert shares_of(tmp_path, before + found, 300)["media_name"] == []
    (tmp_path / "index.sqlite").unlink()
    flash = [held(5000 + number, 2 + number, ROLLING, media_name="") for number in range(20)]
    shares = shares_of(tmp_path, before + found + flash, 20)
    assert shares["media_name"] == [Share("rolling", 20, 20, 0, 200)], "the poll after it compares with polls"


def test_run_without_new_articles_has_no_shares(tmp_path: Path) -> None:
    assert shares_of(tmp_path, [held(number, number - 2000) for number in range(1500)], 0) == {}
    assert check_field_coverage("digest", ()) is None


def test_a_year_of_random_gaps_is_not_suspicious() -> None:
    """Runs of 20 articles every half hour; one article of four has no ticker."""
    seeded_random = random.Random(3)
    empty = [seeded_random.random() < 0.25 for _ in range(365 * 48 + 1020)]
    shares = (Share("media", sum(empty[at : at + 20]), 20, 250, 1000) for at in range(365 * 48))
    assert not any(map(is_suspicious, shares))


def test_probability_of_thousands_of_articles_does_not_underflow() -> None:
    assert 0 < probability_of(Share("media", 1100, 5000, 200, 1000)) < 0.01
    assert probability_of(Share("media", 0, 5000, 200, 1000)) > 0.999
    assert probability_of(Share("media", 5000, 5000, 0, 1000)) == 0

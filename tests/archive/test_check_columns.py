"""A page that is checked by columns is one in which no row is damaged: the check of each row is the definition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from finews_crawler.archive.article_rows import COLUMNS
from finews_crawler.archive.damage import TABLES
from finews_crawler.archive.decoders import FLAWS, check_columns, integer, text
from finews_crawler.archive.entries import IndexEntry, row_of
from finews_crawler.exceptions import DamagedRow
from finews_crawler.items import Article, Image, Ticker
from finews_crawler.utils.timezone import BEIJING

ARTICLE = Article(
    "NW202205182383638060",
    title="标题",
    published_at=datetime(2022, 5, 18, 16, 48, tzinfo=BEIJING),
    body_html="<p>正文</p>",
    tickers=[Ticker("600000", "甲", "mention")],
    images=[Image("https://a.example/b.png")],
)
ENTRY = IndexEntry(ARTICLE, "site/_posts/2022-05-18-NW202205182383638060.md", "00")
ROWS = [row_of(ENTRY), row_of(replace(ENTRY, article=replace(ARTICLE, info_code="NW202205182383638061")))]
VALUES = st.one_of(
    st.none(),
    st.integers(-2, 3),
    st.floats(),
    st.text(max_size=3),
    st.binary(max_size=3),
    st.sampled_from([1.0, 0.0, "{}", "[]", '["a"]', "2022-05-18T16:48:00+08:00", "NW202205182383638060", "../a"]),
    st.sampled_from([value for row in ROWS for value in row]),
)


def is_whole(rows: Sequence[Sequence[Any]]) -> bool:
    try:
        for row in rows:
            TABLES["article"].check(1, row)
    except DamagedRow:
        return False
    return True


@given(column=st.integers(0, len(ROWS[0]) - 1), value=VALUES)
@example(column=len(ROWS[0]) - 1, value=1.0)
def test_a_page_that_passes_has_no_damaged_row(column: int, value: Any) -> None:
    changed = list(ROWS[1])
    changed[column] = value
    try:
        check_columns([ROWS[0], changed], TABLES["article"].decoders)
    except FLAWS:
        return
    assert is_whole([ROWS[0], changed])


TICKER = '{"name": "甲", "position": 0, "source": "inline", "symbol": "600000.SH"}'


@pytest.mark.parametrize(
    "tickers",
    [
        TICKER,
        f"{TICKER}, {TICKER}",
        f"[{TICKER}",
        f"[{TICKER} {TICKER}]",
        f"[{TICKER}, ]",
        f"[{TICKER}]]",
        f"[{TICKER}]".replace("甲", '"'),
        f"[{TICKER}]".replace("甲", "\\"),
        f"[{TICKER}]".replace("甲", "\n"),
        f"[{TICKER}]".replace("甲", "\0"),
        f"[{TICKER}]".replace("0,", "-1,"),
        f"[{TICKER}]".replace("0,", "00,"),
        f"[{TICKER}]".replace("0,", "0.0,"),
        f"[{TICKER}]".replace("0,", "٠,"),
        f"[{TICKER}]".replace("0,", "true,"),
        f"[{TICKER}]".replace("0,", f"{'9' * 5000},"),
        f"[{TICKER}]".replace('"inline"', "1"),
        f"[{TICKER}]".replace('"name"', '"title"'),
        f"[{TICKER}]".replace("{", '{"index": 1, '),
        f"[{TICKER}]".encode(),
    ],
)
def test_damaged_tickers_do_not_pass(tickers: object) -> None:
    row = list(ROWS[1])
    row[COLUMNS.index("tickers")] = tickers
    assert not is_whole([row])
    with pytest.raises(FLAWS):
        check_columns([row], TABLES["article"].decoders)


IMAGE = '{"height": null, "url": "https://a.example/b.png", "width": 800}'


@pytest.mark.parametrize(
    "images",
    [
        IMAGE,
        f"[{IMAGE} {IMAGE}]",
        f"[{IMAGE}]".replace("800", "800.5"),
        f"[{IMAGE}]".replace("800", "-800"),
        f"[{IMAGE}]".replace("800", "08"),
        f"[{IMAGE}]".replace("https", '"'),
        f"[{IMAGE}]".replace("https", "\\"),
        f"[{IMAGE}]".replace("https", "\t"),
        f"[{IMAGE}]".replace('"https://a.example/b.png"', "1"),
        f"[{IMAGE}]".replace("url", "link"),
        f"[{IMAGE}]".replace("{", '{"alt": "", '),
    ],
)
def test_damaged_images_do_not_pass(images: str) -> None:
    row = list(ROWS[1])
    row[COLUMNS.index("images")] = images
    assert not is_whole([row])
    with pytest.raises(FLAWS):
        check_columns([row], TABLES["article"].decoders)


@given(names=st.lists(st.text(st.characters(exclude_categories=["Cs"]))), position=st.none() | st.integers(0))
def test_any_tickers_and_images_that_are_written_pass(names: list[str], position: int | None) -> None:
    tickers = [Ticker(name, name, name, position) for name in names]
    article = replace(ARTICLE, tickers=tickers, images=[Image(name, position, position) for name in names])
    check_columns([row_of(replace(ENTRY, article=article))], TABLES["article"].decoders)


def test_rows_as_they_are_written_pass() -> None:
    check_columns(ROWS, TABLES["article"].decoders)


def test_a_number_equal_to_another_one_is_checked() -> None:
    with pytest.raises(TypeError):
        check_columns([("a", 1), ("b", 1.0)], (text, integer))

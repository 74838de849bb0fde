"""Records by column: the same as those of the articles one by one, also as lines of JSON."""

from __future__ import annotations

import dataclasses
import zlib
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.archive import record_pages
from finews_crawler.archive.article_rows import ARTICLES, BODIES, COLUMNS
from finews_crawler.archive.record_pages import records_of
from finews_crawler.articles.extract import extracted
from finews_crawler.articles.record import RecordKey, record_of, records_in
from finews_crawler.exceptions import DamagedRow
from finews_crawler.exporters.jsonl import json_line, json_lines
from finews_crawler.items import Article
from finews_crawler.utils.timezone import BEIJING
from tests.exporters.export_archives import FIRST, K_LINE, article, code

EMPTY = "<p></p>"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
YEARS = [FIRST.replace(year=year, tzinfo=None) for year in (2021, 2030)]
TIME = st.datetimes(*YEARS, timezones=st.sampled_from([BEIJING, UTC]))
BODY = st.sampled_from(
    ["", '<p>甲\u2028\x7f"\\</p>', K_LINE, '<p><img src="http://127.0.0.1/a_w8h9.jpg"></p><p>（文章来源：乙）</p>']
)
ARTICLE = st.builds(
    Article,
    st.integers(0, 9**9).map(code),
    published_at=TIME,
    **dict.fromkeys(("title", "media_name", "digest", "public_url", "source_url", "slug", "share_url"), TEXT),
    **dict.fromkeys(("text_html", "content_html", "body_html"), BODY),
    origins=st.dictionaries(TEXT, TEXT, max_size=3),
    first_seen_at=st.none() | TIME,
    revised_at=st.none() | TIME,
    revision=st.integers(0, 9),
    is_stand_in=st.booleans(),
)


def page(articles: list[Article]) -> tuple[list[RecordKey], list[list[Any]]]:
    """Return the keys and rows of *articles*, every second one superseded after an hour."""
    keys, rows = [], []
    for number, found in enumerate(articles):
        assert found.published_at is not None
        time = found.published_at
        keys.append(RecordKey(time.isoformat(), found.info_code, found.revision, number + 1, number % 2 == 0))
        end = None if number % 2 == 0 else (time + timedelta(hours=1)).isoformat()
        rows.append([end, *ARTICLES.to_row(found)])
    return keys, rows


@given(st.lists(ARTICLE, min_size=1, max_size=4))
def test_columns_and_lines_are_those_of_each_article(articles: list[Article]) -> None:
    keys, rows = page(articles)
    hour = timedelta(hours=1)
    records = [
        record_of(found, key.change, None if key.is_current else found.published_at and found.published_at + hour)
        for found, key in zip(articles, keys, strict=True)
    ]
    columns = record_pages._by_column(keys, rows)
    assert list(records_in(columns)) == records
    assert list(json_lines(columns)) == list(map(json_line, records))


@pytest.mark.parametrize("stale", [{"extraction": 0}, {"extraction": 2}, {"bodies": None}])
def test_a_page_with_a_stale_row_is_read_by_todays_rules(stale: dict[str, Any]) -> None:
    articles = [article(number, text_html=f"<p>甲{number}</p>", body_html="<p>甲</p>") for number in range(3)]
    keys, rows = page(articles)
    whole = records_of(keys, rows)
    row = dict(zip(COLUMNS, rows[1][1:], strict=True))
    row.update({"source_line": "another", "tickers": "[]", **stale})
    if "bodies" in stale:
        row.update(dict.fromkeys(BODIES, zlib.compress(EMPTY.encode())))
        articles[1] = dataclasses.replace(articles[1], **dict.fromkeys(BODIES, EMPTY))
        whole = records_of(*page(articles))
    rows[1] = [None, *row.values()]
    keys[1] = keys[1]._replace(is_current=True)
    whole["known_until"][1] = None
    assert records_of(keys, rows) == whole


@pytest.mark.parametrize("column", COLUMNS)
def test_a_damaged_row_is_named_whatever_its_column(column: str) -> None:
    keys, rows = page([extracted(article(number))[0] for number in range(3)])
    at = COLUMNS.index(column) + 1
    for damage in (1.5, b"\xff", -1):
        damaged = [list(row) for row in rows]
        damaged[1][at] = damage
        with pytest.raises(DamagedRow) as caught:
            records_of(keys, damaged)
        assert (caught.value.table, caught.value.column) == ("revision", column)

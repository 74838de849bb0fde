"""The 7×24 list: recorded responses, arbitrary bytes, and its cursor."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from finews_crawler.sources.eastmoney_web.channels import CHANNELS
from finews_crawler.sources.outcome import Outcome, ParsedList
from tests.sources.eastmoney_web.list_cases import check_case, check_result
from tests.sources.eastmoney_web.list_values import bodies, envelopes
from tests.sources.surface_cases import Case, cases

FAST = CHANNELS["fast"]
PAGE, OLDER = "1781590197015624", "1781590110015511"


@cases("web_fast")
def test_fast_fixtures(case: Case) -> None:
    check_case(case)


@given(body=bodies)
def test_parse_fast_accepts_any_bytes(body: bytes) -> None:
    check_result(FAST.parse(body, FAST))


@given(envelope=envelopes("fastNewsList"))
def test_parse_fast_accepts_any_envelope(envelope: Any) -> None:
    check_result(FAST.parse(json.dumps(envelope).encode(), FAST))


def test_the_newest_rows_are_requested_with_an_empty_cursor() -> None:
    assert "&sortEnd=&pageSize=100&req_trace=1" in FAST.url("http://127.0.0.1", 100)
    assert f"&sortEnd={PAGE}&pageSize=200&" in FAST.url("http://127.0.0.1", 500, PAGE)


def test_the_cursor_of_a_time_is_in_microseconds() -> None:
    assert FAST.page_before
    assert FAST.page_before(datetime(2026, 6, 16, 6, 9, 57, 999_999, tzinfo=UTC)) == "1781590197000000"


@pytest.mark.parametrize(
    ("channel", "page", "answered", "after"),
    [
        ("fast", "", PAGE, PAGE),
        ("fast", PAGE, OLDER, OLDER),
        ("fast", PAGE, PAGE, ""),
        ("fast", OLDER, PAGE, ""),
        ("fast", "", "", ""),
        ("fast", "", "\x1b[2J", ""),
        ("fast", "", "9" * 21, ""),
        ("columns:345", "1", "2", "2"),
        ("columns:345", "2", "2", ""),
        ("columns:345", "2", "1", ""),
    ],
)
def test_a_page_that_does_not_advance_ends_the_list(channel: str, page: str, answered: str, after: str) -> None:
    found = ParsedList(Outcome.ARTICLES, next_page=answered)
    assert CHANNELS[channel].page_after(page, found) == after

"""Columns of the web site: recorded responses, arbitrary bytes, and the parameters of their URLs."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given

from finews_crawler.sources.eastmoney_web.channels import CHANNELS, COLUMNS_OF_TODAY, NAMES
from finews_crawler.testing.origin.web_lists import COLUMN_PARAMETERS
from tests.sources.eastmoney_web.list_cases import check_case, check_result
from tests.sources.eastmoney_web.list_values import bodies, envelopes
from tests.sources.surface_cases import Case, cases

COLUMN = CHANNELS["columns:345"]


@cases("web_columns")
def test_column_fixtures(case: Case) -> None:
    check_case(case)


@given(body=bodies)
def test_parse_columns_accepts_any_bytes(body: bytes) -> None:
    check_result(COLUMN.parse(body, COLUMN))


@given(envelope=envelopes("list"))
def test_parse_columns_accepts_any_envelope(envelope: Any) -> None:
    check_result(COLUMN.parse(json.dumps(envelope).encode(), COLUMN))


def test_no_parameter_of_a_column_is_misspelt() -> None:
    # Upstream answers a misspelt one with an empty list, which looks like a day without news.
    query = dict(parse_qsl(urlsplit(COLUMN.url("http://127.0.0.1", 50, "3")).query))
    assert set(query) <= COLUMN_PARAMETERS
    assert (query["column"], query["page_index"], query["page_size"], query["order"]) == ("345", "3", "50", "2")


def test_a_page_has_at_most_200_rows() -> None:
    assert "page_index=1&page_size=200&" in COLUMN.url("http://127.0.0.1", 500)


@pytest.mark.parametrize(
    ("name", "channels"),
    [
        ("yaowen", ("columns:345",)),
        ("要闻精华", ("columns:345",)),
        ("meigu", ("columns:436", "columns:437", "columns:440")),
        ("港股", ("columns:532", "columns:535")),
        ("7×24", ("fast",)),
        ("kuaixun", ("fast",)),
    ],
)
def test_channels_have_names_in_pinyin_and_chinese(name: str, channels: tuple[str, ...]) -> None:
    assert NAMES[name] == channels


def test_every_name_is_of_a_channel_and_no_channel_is_named_like_another() -> None:
    assert {channel for channels in NAMES.values() for channel in channels} == set(CHANNELS) & {
        *("fast", *(column.channel for column in COLUMNS_OF_TODAY)),
    }
    assert not NAMES.keys() & CHANNELS.keys()

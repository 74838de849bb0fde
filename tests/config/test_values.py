"""Parsers of settings and arguments accept what they describe, and name what they refuse."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from finews_crawler.config import values
from finews_crawler.config.urls import http_url, public_url
from finews_crawler.config.values import (
    day,
    flag,
    mail_address,
    non_negative_number,
    one_of,
    optional,
    positive_number,
    read,
    read_span,
    whole_number,
)
from finews_crawler.exceptions import ArgumentError
from finews_crawler.utils import clock
from finews_crawler.utils.timezone import BEIJING

VALID = [
    (positive_number("seconds"), "0.1", 0.1),
    (non_negative_number("seconds"), " 0 ", 0.0),
    (positive_number("seconds", most=math.inf), "inf", math.inf),
    (whole_number(), "999999999", 999_999_999),
    (whole_number(9), "9.00", 9),
    (whole_number(), "5.", 5),
    (whole_number(65535, least=0), "0", 0),
    (optional(whole_number(), None), " ", None),
    (flag, "TRUE", True),
    (flag, "", False),
    (day, "2022-05-18", date(2022, 5, 18)),
    (mail_address, "root", "root"),
    (public_url, "//finews.withounder.com", "//finews.withounder.com"),
]
INVALID = [
    (positive_number("seconds"), "1e999"),
    (positive_number("seconds", most=math.inf), "nan"),
    (non_negative_number("seconds"), "-0.1"),
    (whole_number(), "1000000000"),
    (whole_number(), "１"),
    (whole_number(), "+1"),
    (whole_number(), "5.01"),
    (whole_number(), ".0"),
    (whole_number(9), "10"),
    (flag, "on"),
    (one_of("media", "channel"), "week"),
    (day, "2022-02-30"),
    (mail_address, "news@"),
    (mail_address, "a@example.org\nBcc: b@example.org"),
    (http_url, "//example.org"),
    (http_url, "http://a:0"),
]


@pytest.mark.parametrize(("parse", "text", "value"), VALID)
def test_read_returns_the_typed_value(parse: Callable[[str], Any], text: str, value: object) -> None:
    assert read("--name", text, parse) == value


@pytest.mark.parametrize(("parse", "text"), INVALID)
def test_read_names_the_argument_and_its_value(parse: Callable[[str], Any], text: str) -> None:
    with pytest.raises(ArgumentError) as error:
        read("--name", text, parse)

    assert str(error.value).startswith("--name must be ")
    assert str(error.value).endswith(f", got {text!r}")


def test_a_selection_may_begin_today_and_end_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2022, 5, 18, 0, 30, tzinfo=BEIJING))
    assert read_span("2022-05-18", "2022-05-20") == (date(2022, 5, 18), date(2022, 5, 20))
    assert read_span("", " ") == (None, None)
    with pytest.raises(ArgumentError, match=r"^--since must not be later than today in Beijing, 2022-05-18, got '2022"):
        read_span("2022-05-19", "2022-05-20", "--")


@pytest.mark.parametrize("parse", [positive_number("seconds"), whole_number(), day, http_url])
def test_an_empty_value_is_not_set(parse: Callable[[str], Any]) -> None:
    with pytest.raises(ArgumentError, match=r"^--name is not set$"):
        read("--name", " ", parse)


def test_a_name_without_a_host_is_a_user_or_an_alias_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(values, "ALIASES", tmp_path / "aliases")
    assert mail_address("root") == "root"
    with pytest.raises(ValueError, match="a user of this machine"):
        mail_address("newsdesk")
    values.ALIASES.write_text("# local\nNewsdesk: a@example.org\n")
    assert mail_address("newsdesk") == "newsdesk"

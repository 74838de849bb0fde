"""FINEWS_CHANNEL_MINUTES gives each channel an interval of its own."""

from __future__ import annotations

import pytest

from finews_crawler.config.load import config_of
from finews_crawler.config.poll_intervals import poll_intervals
from finews_crawler.exceptions import ConfigurationError


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("30", "unknown channel '30'"),
        ("radio=5", "unknown channel 'radio' (known: rolling, media, market:37, "),
        ("market:40=5", "unknown channel 'market:40'"),
        ("colums=5", "unknown channel 'colums'; did you mean columns? (known: "),
        ("rolling", "rolling is not set"),
        ("rolling=0", "rolling must be a whole number of minutes from 1 to 999999, got '0'"),
        ("rolling=-5", "rolling must be a whole number of minutes from 1"),
        ("rolling=2.5", "rolling must be a whole number of minutes from 1"),
        ("rolling=５", "rolling must be a whole number of minutes from 1"),
        ("rolling=9999999", "rolling must be a whole number of minutes from 1"),
        ("rolling=5=5", "rolling must be a whole number of minutes from 1"),
        ("rolling=5,media=30,rolling=6", "rolling is given twice"),
    ],
)
def test_an_invalid_interval_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        config_of({"FINEWS_CHANNEL_MINUTES": text})

    form = f"FINEWS_CHANNEL_MINUTES must be intervals such as fast=5,columns=30,market=60, got {text!r}: "
    assert str(error.value).startswith(form + reason)


def test_an_interval_of_all_columns_leaves_that_of_a_single_one_and_of_the_other_lists() -> None:
    intervals = poll_intervals("columns=30,columns:345=10,fast=5")

    assert {name for name in intervals if not name.startswith("columns:")} == {"fast"}
    minutes = {name: interval.seconds // 60 for name, interval in intervals.items()}
    assert (minutes["columns:344"], minutes["columns:345"], minutes["fast"]) == (30, 10, 5)


def test_an_interval_of_one_market_overrides_that_of_all_in_any_order() -> None:
    intervals = poll_intervals("market:38=15,market=60")

    assert intervals == poll_intervals(" market = 60 , market:38 = 15, ")
    assert {name: interval.seconds // 60 for name, interval in intervals.items()} == {
        "market:37": 60,
        "market:38": 15,
        "market:39": 60,
    }

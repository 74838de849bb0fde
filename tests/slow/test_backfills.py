"""A killed backfill repeats only the requests that were in progress."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from finews_crawler.testing.origin.server import running_origin
from tests.slow.backfill_kills import Part, digits_to_hold, parts, problems_of
from tests.support.scrapy_command import Scrapy

WHOLE = Part(frozenset({"1"}), Counter({"2": 1, "3": 1}), frozenset({"1", "2", "3"}), 0, "")


def test_a_killed_backfill_goes_on_where_it_was(scrapy: Scrapy) -> None:
    with running_origin(250, seed=2) as origin:
        scrapy = scrapy.at(origin.url)
        done = list(parts(scrapy, origin, kills=3, seed=2))
        assert problems_of(digits_to_hold(origin), done) == []
        assert scrapy("audit").status == 0


def test_repeated_requests_and_missing_articles_are_reported() -> None:
    assert problems_of({"1", "2", "3"}, [WHOLE]) == []
    again, twice = replace(WHOLE, asked=Counter({"1": 1})), replace(WHOLE, asked=Counter({"2": 2}))
    assert problems_of({"1"}, [again]) == ["run 1: 1 were held and asked for again"]
    assert problems_of({"1"}, [twice])[0] == "run 1: 1 were asked for twice in one run"
    assert problems_of({"4"}, [WHOLE]) == ["1 are missing"]
    assert problems_of({"1"}, [WHOLE, WHOLE])[0] == "run 1 was over before its kill"
    assert problems_of({"1"}, [replace(WHOLE, status=3, log="why")]) == ["the last run ended with 3: why"]
    assert problems_of({"1"}, [replace(WHOLE, status=-9), WHOLE]) == ["2 asked for again, 0 were in flight"]

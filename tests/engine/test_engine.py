"""`engine`: a crawl has the signals, stats, posts and exit status that it has with Scrapy's own engine."""

from __future__ import annotations

import pytest

from finews_crawler.testing.origin.server import running_origin
from tests.support.scrapy_command import Run, Scrapy
from tests.support.scrapys_engine import CountSignals, ScrapysEngine, with_addon
from tests.support.stats_dump import STATS_DUMP, stats_of

VARYING = ("time", "memusage/", "bytes", "log_count/", "scheduler/", "finews/hosts/held_back")
"""Parts of the keys of stats that differ from run to run."""
ONE_BY_ONE = ("-s", "CONCURRENT_REQUESTS=1")
"""Arguments of a crawl that a host is closed for: otherwise chance decides how many requests are under way by then."""
CASES = {
    "usual": ([], ["channel"]),
    "later": ([], ["channel"]),
    "dry run": ([], ["channel", "-a", "dry_run=1"]),
    "limit": ([], ["channel", "-a", "limit=5"]),
    "category": ([], ["category", "-a", "all=1"]),
    "errors": (["5xx-once", "missing=3"], ["channel"]),
    "redirects": (["redirect-loop"], ["channel", *ONE_BY_ONE]),
    "reset": (["reset"], ["channel", *ONE_BY_ONE]),
    "damaged": (["truncated"], ["channel"]),
    "outage": (["share-down"], ["channel", *ONE_BY_ONE]),
    "ban": (["challenge=5"], ["channel", *ONE_BY_ONE]),
}


def crawl(scrapy: Scrapy, faults: list[str], arguments: list[str], addon: type[CountSignals]) -> Run:
    with running_origin(30, seed=5, faults=faults) as origin:
        return scrapy.at(origin.url)("crawl", *arguments, *STATS_DUMP, *with_addon(addon))


def comparable(run: Run) -> dict[str, int]:
    return {name: number for name, number in stats_of(run).items() if not any(part in name for part in VARYING)}


@pytest.mark.parametrize("case", CASES)
def test_signals_stats_and_posts_are_those_of_scrapys_engine(scrapy: Scrapy, case: str) -> None:
    other = scrapy.into(scrapy.data.with_name("other"))
    faults, arguments = CASES[case]
    for _ in range(2 if case == "later" else 1):
        ours, scrapys = crawl(scrapy, faults, arguments, CountSignals), crawl(other, faults, arguments, ScrapysEngine)
    assert comparable(ours) == comparable(scrapys), ours.log
    assert any(name.startswith("signals/") for name in comparable(ours))
    assert ours.status == scrapys.status
    assert posts(scrapy) == posts(other)


def posts(scrapy: Scrapy) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in scrapy.posts.glob("*")}

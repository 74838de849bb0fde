"""`middlewares.dry_run`: prints the articles that a crawl would fetch, fetches none and writes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.utils.misc import load_object
from scrapy.utils.project import get_project_settings

from finews_crawler.archive.lock import Lock
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.spiders.channel import ChannelSpider
from finews_crawler.stats import ExitStatus
from finews_crawler.testing.origin.articles import generate
from finews_crawler.testing.origin.exchange import NEWS_TEXT_PATH
from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from finews_crawler.utils.crawler import COMPONENT_SETTINGS
from tests.support.scrapy_command import Run, Scrapy

LINE = re.compile(r"^(NW\d{18})  # (.+)$", re.MULTILINE)
CRAWLS = (("channel",), ("category", "-a", "all=1"))


@pytest.fixture
def counted() -> Iterator[RunningOrigin]:
    with running_origin(60, seed=3) as running:
        yield running


def would_request(run: Run) -> list[str]:
    return [code for code, _ in LINE.findall(run.log)]


@pytest.mark.parametrize("crawl", CRAWLS, ids=["channel", "category"])
def test_a_dry_run_prints_the_articles_that_the_crawl_then_fetches(
    scrapy: Scrapy, counted: RunningOrigin, tmp_path: Path, crawl: tuple[str, ...]
) -> None:
    scrapy = scrapy.at(counted.url, FINEWS_METRICS_FILE=str(tmp_path / "finews.prom"), FINEWS_ALARM_COMMAND="false")
    run = scrapy("crawl", *crawl, "-a", "dry_run=1")
    assert run.status == ExitStatus.ALL_WELL, run.log
    assert not scrapy.data.exists()
    assert "posts are in" not in run.log
    assert list(tmp_path.iterdir()) == []
    assert NEWS_TEXT_PATH not in counted.stats()["paths"]
    codes = would_request(run)
    assert scrapy("crawl", *crawl).status == ExitStatus.ALL_WELL
    requested = {arrival.id for arrival in counted.traffic.arrivals if arrival.path == NEWS_TEXT_PATH}
    assert len(codes) == len(set(codes))
    assert set(codes) == requested


def test_archived_articles_are_neither_printed_nor_changed(scrapy: Scrapy, counted: RunningOrigin) -> None:
    scrapy = scrapy.at(counted.url)
    assert scrapy("crawl", "category", "-a", "all=1", "-a", "limit=20").status == ExitStatus.ALL_WELL
    before, files = scrapy.snapshot(), sorted(scrapy.data.rglob("*"))
    runs = [scrapy("crawl", *crawl, "-a", "dry_run=1") for crawl in CRAWLS]
    assert scrapy.snapshot() == before  # no merge with what the lists have of archived articles either
    assert sorted(scrapy.data.rglob("*")) == files
    for run in runs:
        (counts,) = run.summaries()
        assert len(would_request(run)) == counts["skipped"] > 0
        assert counts["held"] == 20
    refetch = scrapy("crawl", "channel", "-a", "dry_run=1", "-a", "refetch=1")
    assert len(would_request(refetch)) == len(would_request(runs[0])) + 20


def test_a_dry_run_does_not_need_the_lock(scrapy: Scrapy, counted: RunningOrigin) -> None:
    scrapy = scrapy.at(counted.url)
    assert scrapy("crawl", "channel", "-a", "limit=1").status == ExitStatus.ALL_WELL
    lock = Lock(DataDirectory(scrapy.data).lock)
    lock.take(0)
    try:
        assert scrapy("crawl", "channel").status == ExitStatus.LOCKED
        assert scrapy("crawl", "channel", "-a", "dry_run=1").status == ExitStatus.ALL_WELL
    finally:
        lock.release()


def test_the_printed_lines_are_a_list_for_the_share_spider(scrapy: Scrapy, counted: RunningOrigin) -> None:
    scrapy = scrapy.at(counted.url)
    run = scrapy("crawl", "channel", "-a", "dry_run=1", "-a", "limit=7", "-a", "since=2022-05-26")
    listed = "".join(line for line in run.log.splitlines(keepends=True) if LINE.match(line))
    assert listed.count("\n") == 7
    (counts,) = scrapy("crawl", "share", "-a", "file=-", stdin=listed).summaries()
    assert (counts["found"], counts["new"]) == (7, 7)


def test_rows_without_an_article_are_counted_and_not_stored(scrapy: Scrapy) -> None:
    nameless, *others = generate(20, seed=3)
    with running_origin(articles=[replace(nameless, info_code="NW2022"), *others]) as origin:
        run = scrapy.at(origin.url)("crawl", "channel", "-a", "dry_run=1")
    assert run.status == ExitStatus.SOME_FAILED, run.log
    assert run.summaries()[0]["rejected"] >= 1
    assert not scrapy.data.exists()


def components_of(**arguments: str) -> dict[type, int | None]:
    """Return the order of each component in a crawl with these arguments, after all add-ons; None: switched off."""
    settings = Settings(get_project_settings())
    hosts = dict.fromkeys(HOST_SETTINGS, "http://127.0.0.1:1")
    for name, value in {**hosts, "FINEWS_WARC_DIR": "recordings"}.items():
        settings.set(name, value, "cmdline")
    crawler = Crawler(ChannelSpider, settings)
    crawler.spider = ChannelSpider.from_crawler(crawler, **arguments)
    crawler.addons.load_settings(crawler.settings)
    lists = (crawler.settings.getdict(name) for name in COMPONENT_SETTINGS)
    return {load_object(component): order for components in lists for component, order in components.items()}


def test_the_addon_switches_off_each_component_that_writes() -> None:
    crawl, dry_run = components_of(), components_of(dry_run="1")
    off = {component for component in crawl if crawl[component] is not None and dry_run[component] is None}
    assert off == {component for component in crawl if getattr(component, "writes", False)}
    assert {component.__name__ for component in off} > {"RunLog", "WarcMiddleware", "ListCacheMiddleware"}
    assert {component.__name__ for component in dry_run.keys() - crawl.keys()} == {"DryRunMiddleware"}

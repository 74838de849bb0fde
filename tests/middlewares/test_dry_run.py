"""``-a dry_run=1`` says what a crawl would ask for, asks for none of it, and leaves everything as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from finews_crawler.archive.lock import Lock
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.stats import ExitStatus
from finews_crawler.testing.origin.articles import generate
from finews_crawler.testing.origin.exchange import NEWS_TEXT_PATH
from finews_crawler.testing.origin.server import RunningOrigin, running_origin
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
def test_it_says_what_the_crawl_then_asks_for(
    scrapy: Scrapy, counted: RunningOrigin, tmp_path: Path, crawl: tuple[str, ...]
) -> None:
    scrapy = scrapy.at(counted.url, FINEWS_METRICS_FILE=str(tmp_path / "finews.prom"), FINEWS_ALARM_COMMAND="false")
    run = scrapy("crawl", *crawl, "-a", "dry_run=1")
    assert run.status == ExitStatus.ALL_WELL, run.log
    assert not scrapy.data.exists()
    assert list(tmp_path.iterdir()) == []
    assert NEWS_TEXT_PATH not in counted.stats()["paths"]
    codes = would_request(run)
    assert f"a dry run: would ask for {len(codes)} articles; nothing was written" in run.log
    assert scrapy("crawl", *crawl).status == ExitStatus.ALL_WELL
    asked = {arrival.id for arrival in counted.traffic.arrivals if arrival.path == NEWS_TEXT_PATH}
    assert len(codes) == len(set(codes))
    assert set(codes) == asked


def test_what_is_held_is_not_told_and_stays_as_it_is(scrapy: Scrapy, counted: RunningOrigin) -> None:
    scrapy = scrapy.at(counted.url)
    assert scrapy("crawl", "category", "-a", "all=1", "-a", "limit=20").status == ExitStatus.ALL_WELL
    before, files = scrapy.snapshot(), sorted(scrapy.data.rglob("*"))
    runs = [scrapy("crawl", *crawl, "-a", "dry_run=1") for crawl in CRAWLS]
    assert scrapy.snapshot() == before  # not even what the lists say of held articles
    assert sorted(scrapy.data.rglob("*")) == files
    for run in runs:
        (counts,) = run.summaries()
        assert len(would_request(run)) == counts["skipped"] > 0
        assert counts["held"] == 20
    refetch = scrapy("crawl", "channel", "-a", "dry_run=1", "-a", "refetch=1")
    assert len(would_request(refetch)) == len(would_request(runs[0])) + 20


def test_beside_a_run_that_writes(scrapy: Scrapy, counted: RunningOrigin) -> None:
    scrapy = scrapy.at(counted.url)
    assert scrapy("crawl", "channel", "-a", "limit=1").status == ExitStatus.ALL_WELL
    lock = Lock(DataDirectory(scrapy.data).lock)
    lock.take(0)
    try:
        assert scrapy("crawl", "channel").status == ExitStatus.LOCKED
        assert scrapy("crawl", "channel", "-a", "dry_run=1").status == ExitStatus.ALL_WELL
    finally:
        lock.release()


def test_its_lines_are_a_list_for_share(scrapy: Scrapy, counted: RunningOrigin) -> None:
    scrapy = scrapy.at(counted.url)
    run = scrapy("crawl", "channel", "-a", "dry_run=1", "-a", "limit=7", "-a", "since=2022-05-26")
    listed = "".join(line for line in run.log.splitlines(keepends=True) if LINE.match(line))
    assert listed.count("\n") == 7
    (counts,) = scrapy("crawl", "share", "-a", "file=-", stdin=listed).summaries()
    assert (counts["found"], counts["new"]) == (7, 7)


def test_what_names_no_article_is_counted_and_not_kept(scrapy: Scrapy) -> None:
    nameless, *others = generate(20, seed=3)
    with running_origin(articles=[replace(nameless, info_code="NW2022"), *others]) as origin:
        run = scrapy.at(origin.url)("crawl", "channel", "-a", "dry_run=1")
    assert run.status == ExitStatus.SOME_FAILED, run.log
    assert run.summaries()[0]["rejected"] >= 1
    assert not scrapy.data.exists()

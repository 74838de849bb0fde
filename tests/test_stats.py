"""The gravest thing that happened decides the exit status."""

from __future__ import annotations

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.statscollectors import MemoryStatsCollector

from finews_crawler.stats import Count, ExitStatus, FailureReason, count, count_failure, exit_status, read_counts


@pytest.fixture
def stats() -> MemoryStatsCollector:
    return MemoryStatsCollector(Crawler(Spider))


def test_news_and_no_news_are_both_well(stats: MemoryStatsCollector) -> None:
    assert exit_status(stats) == ExitStatus.ALL_WELL
    for what in (Count.FOUND, Count.NEW, Count.MERGED, Count.HELD, Count.SKIPPED):
        count(stats, what)
    assert exit_status(stats) == ExitStatus.ALL_WELL


@pytest.mark.parametrize("what", [Count.FAILED, Count.REJECTED])
def test_an_article_that_was_not_archived_shows(stats: MemoryStatsCollector, what: Count) -> None:
    count(stats, what)
    assert exit_status(stats) == ExitStatus.SOME_FAILED


def test_the_gravest_fault_decides(stats: MemoryStatsCollector) -> None:
    expected = {
        FailureReason.UNREACHABLE: ExitStatus.SOME_FAILED,
        FailureReason.NOT_FOUND: ExitStatus.SOME_FAILED,
        FailureReason.CHANGED_SHAPE: ExitStatus.CHANGED_SHAPE,
        FailureReason.BLOCKED: ExitStatus.BLOCKED,
        FailureReason.NOT_WRITABLE: ExitStatus.NOT_WRITABLE,
    }
    for fault, status in expected.items():
        count_failure(stats, fault)
        assert exit_status(stats) == status


def test_an_exception_of_ours_is_not_all_well(stats: MemoryStatsCollector) -> None:
    stats.inc_value("spider_exceptions/count")
    assert exit_status(stats) == ExitStatus.SOME_FAILED


def test_counts_are_complete(stats: MemoryStatsCollector) -> None:
    count(stats, Count.NEW, 3)
    assert read_counts(stats) == {**dict.fromkeys((what.value for what in Count), 0), "new": 3}

"""Exit status of a run: the most serious failure decides."""

from __future__ import annotations

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.statscollectors import MemoryStatsCollector

from finews_crawler.stats import Count, ExitStatus, FailureReason, count, count_failure, exit_status, read_counts


@pytest.fixture
def stats() -> MemoryStatsCollector:
    return MemoryStatsCollector(Crawler(Spider))


def test_a_run_without_failures_exits_with_0(stats: MemoryStatsCollector) -> None:
    assert exit_status(stats) == ExitStatus.ALL_WELL
    for what in (Count.FOUND, Count.NEW, Count.MERGED, Count.HELD, Count.SKIPPED):
        count(stats, what)
    assert exit_status(stats) == ExitStatus.ALL_WELL


@pytest.mark.parametrize("what", [Count.FAILED, Count.REJECTED])
def test_an_article_that_is_not_archived_exits_with_3(stats: MemoryStatsCollector, what: Count) -> None:
    count(stats, what)
    assert exit_status(stats) == ExitStatus.SOME_FAILED


def test_the_most_serious_failure_decides(stats: MemoryStatsCollector) -> None:
    expected = {
        FailureReason.UNREACHABLE: ExitStatus.SOME_FAILED,
        FailureReason.NOT_FOUND: ExitStatus.SOME_FAILED,
        FailureReason.CHANGED_SHAPE: ExitStatus.CHANGED_SHAPE,
        FailureReason.FORBIDDEN: ExitStatus.BLOCKED,
        FailureReason.BLOCKED: ExitStatus.BLOCKED,
        FailureReason.NOT_WRITABLE: ExitStatus.NOT_WRITABLE,
    }
    for fault, status in expected.items():
        count_failure(stats, fault)
        assert exit_status(stats) == status


def test_an_exception_in_a_spider_exits_with_3(stats: MemoryStatsCollector) -> None:
    stats.inc_value("spider_exceptions/count")
    assert exit_status(stats) == ExitStatus.SOME_FAILED


def test_read_counts_has_every_word(stats: MemoryStatsCollector) -> None:
    count(stats, Count.NEW, 3)
    assert read_counts(stats) == {**dict.fromkeys((what.value for what in Count), 0), "new": 3}

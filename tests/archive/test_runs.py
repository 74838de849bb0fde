"""Rows of runs: reading them, their values after a crawl, and rows of older schema versions."""

from __future__ import annotations

import logging
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scrapy.utils.test import get_crawler

from finews_crawler.archive.index import Index
from finews_crawler.archive.runs import Run, put_run, read_runs
from finews_crawler.archive.schema import MIGRATIONS, SCHEMA_VERSION
from finews_crawler.exceptions import UnusableIndex
from finews_crawler.extensions.first_error import FirstError
from finews_crawler.testing.origin.server import running_origin
from finews_crawler.utils import clock
from finews_crawler.utils.timezone import BEIJING
from tests.support.scrapy_command import CLOSED_PORT, Scrapy

NOON = datetime(2022, 5, 26, 12, 0, tzinfo=BEIJING)
# As versions 1 and 2 wrote them.
OF_VERSION_2 = """INSERT INTO run (id, spider, arguments, pid, started_at, ended_at, reason, exit_status, counts,
    requests, bytes, retries) VALUES
    (1, 'channel', '{"count": "100"}', 41, '2022-05-26T12:00:00+08:00', '2022-05-26T12:01:00+08:00', 'finished', 0,
     '{"found": 3, "new": 3}', 9, 4096, 1),
    (2, 'category', '{}', 42, '2022-05-26T12:30:00+08:00', '', '', NULL, '{}', 0, 0, 0)"""


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / "index.sqlite")


def test_an_index_of_version_2_is_migrated(index: Index) -> None:
    with sqlite3.connect(index.path) as connection:
        for statement in (*MIGRATIONS[0], *MIGRATIONS[1], OF_VERSION_2):
            connection.execute(statement)
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    index.check()
    with pytest.raises(UnusableIndex, match=r"schema version 2.*finews reextract"):
        read_runs(index)
    index.migrate()
    ended, killed = read_runs(index)
    assert ended == Run(
        "channel", {"count": "100"}, 41, NOON, NOON + timedelta(minutes=1), "finished", 0, {"found": 3, "new": 3}, 9,
        4096, 1, "", None, None,
    )  # fmt: skip
    assert killed == Run("category", {}, 42, NOON + timedelta(minutes=30))
    assert index.select("PRAGMA user_version") == [(SCHEMA_VERSION,)]
    third = Run("share", {}, 43, NOON, first_error="blocked", latency_median=60, latency_largest=90)
    assert put_run(index, third) == 3
    assert read_runs(index, last=1) == [third]


def test_read_runs_selects_by_number_and_time(index: Index) -> None:
    runs = [Run("channel", {}, number, NOON + timedelta(hours=number)) for number in range(5)]
    assert [put_run(index, run) for run in runs] == [1, 2, 3, 4, 5]
    assert read_runs(index) == runs
    assert read_runs(index, last=2) == runs[3:]
    assert read_runs(index, last=99) == runs
    # 14:00 in Beijing, with another offset.
    assert read_runs(index, since=datetime(2022, 5, 26, 6, 0, tzinfo=UTC)) == runs[2:]
    assert read_runs(index, last=1, since=runs[2].started_at) == runs[4:]


def test_read_runs_without_index_returns_none(index: Index) -> None:
    assert read_runs(index, last=20) == []
    assert not index.path.exists()


@pytest.mark.parametrize("change", ["started_at = 'noon'", "counts = 'none'", "arguments = NULL"])
def test_a_damaged_row_is_reported_with_advice(index: Index, change: str) -> None:
    put_run(index, Run("channel", {}, 1, NOON))
    index.close()
    with sqlite3.connect(index.path) as connection:
        connection.execute("ALTER TABLE run RENAME COLUMN arguments TO given")  # so that it may be NULL
        connection.execute("ALTER TABLE run ADD COLUMN arguments TEXT DEFAULT '{}'")
        connection.execute(f"UPDATE run SET {change}")
    connection.close()
    with pytest.raises(UnusableIndex, match=r"the row of 1 in table run is damaged .*: restore the index"):
        read_runs(index)


def runs_of(scrapy: Scrapy) -> list[Run]:
    index = Index(scrapy.data / "index.sqlite")
    try:
        return read_runs(index)
    finally:
        index.close()


def test_a_crawl_fills_its_row(scrapy: Scrapy) -> None:
    with running_origin(6, seed=2) as origin:
        at_origin = scrapy.at(origin.url)
        assert at_origin("crawl", "channel").status == 0
        assert at_origin("crawl", "channel").status == 0
    assert scrapy.at(CLOSED_PORT)("crawl", "channel", "-a", "channels=media").status == 3
    first, second, third = runs_of(scrapy)

    index = Index(scrapy.data / "index.sqlite")
    articles = [held.article for held in index.all()]
    index.close()
    latencies = sorted(
        (article.first_seen_at - article.published_at).total_seconds()
        for article in articles
        if article.first_seen_at and article.published_at
    )
    assert first.counts["new"] == len(articles) == len(latencies) > 1
    assert first.latency_largest == latencies[-1]
    assert first.latency_median is not None
    assert latencies[0] < first.latency_median < latencies[-1]
    assert sum(each <= first.latency_median + 1 for each in latencies) >= len(latencies) / 2
    assert (first.exit_status, first.first_error, first.spider, first.arguments) == (0, "", "channel", {})
    assert min(first.requests, first.bytes) > 0
    assert first.measured_seconds is not None
    assert first.ended_at is not None
    assert abs(first.measured_seconds - (first.ended_at - first.started_at).total_seconds()) <= 2

    assert second.counts["new"] == 0
    assert (second.latency_median, second.latency_largest) == (None, None)

    assert third.first_error.startswith("host 127.0.0.1:1 cannot be reached")
    assert "FINEWS_CHANNELS_URL" in third.first_error
    assert (third.exit_status, third.arguments, third.latency_median) == (3, {"channels": "media"}, None)
    assert clock.now() - third.started_at < timedelta(minutes=10)


def test_a_merged_mention_has_no_latency(scrapy: Scrapy) -> None:
    # First known from the rolling list; the outlets' list completes it in the next run.
    with running_origin(6, seed=2) as origin:
        at_origin = scrapy.at(origin.url)
        at_origin("crawl", "channel", "-a", "channels=rolling")
        at_origin("crawl", "channel", "-a", "channels=media")
    rolling, media = runs_of(scrapy)
    assert rolling.latency_median is not None
    assert media.counts["merged"] > 0
    assert (media.latency_median is None) == (media.counts["new"] == 0)


def test_the_exception_of_a_pipeline_is_the_first_error(scrapy: Scrapy) -> None:
    broken = "tests.support.broken_pipeline.BrokenPipeline"
    with running_origin(3, seed=2) as origin:
        assert scrapy.at(origin.url)("crawl", "channel", "-a", "limit=1").status == 0
        run = scrapy.at(origin.url)("crawl", "channel", "-s", f'ITEM_PIPELINES={{"{broken}": 1}}')
    assert run.status == 3, run.log
    error = runs_of(scrapy)[-1].first_error
    assert error.startswith("RuntimeError: broken on purpose (Error processing Article(info_code='NW")
    assert "\n" not in error
    assert len(error) == 200  # of a line with the whole article in it


def test_the_commands_of_scrapy_leave_no_run(scrapy: Scrapy) -> None:
    """`scrapy shell` never ends its crawl: the next run would be told that one was killed."""
    with running_origin(3, seed=2) as origin:
        at_origin = scrapy.at(origin.url)
        assert at_origin("crawl", "channel", "-a", "limit=1").status == 0
        for words in (("fetch",), ("shell", "-c", "response.status")):
            run = at_origin(*words, f"{origin.url}/robots.txt")
            assert run.status == 0, run.log
    assert [run.spider for run in runs_of(scrapy)] == ["channel"]


def test_first_error_is_recorded_only_while_connected() -> None:
    listening, logger = FirstError(get_crawler()), logging.getLogger("finews_crawler.test")
    logger.error("before")
    listening.spider_opened()
    logger.warning("no error")
    logger.error("one\nline: %s", "标题")
    logger.error("another")
    listening.engine_stopped()
    assert listening.line == "one line: 标题"
    assert listening not in logging.root.handlers

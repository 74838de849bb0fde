"""A crawl with workers does what the same crawl does in one process, whatever its arguments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.support.archive_snapshot import Contents, audit_findings, listed_articles
from tests.support.cluster_runs import in_cluster, workers
from tests.support.redis_server import RedisServer, running_redis
from tests.support.scrapy_command import Scrapy

ARTICLES = 60
ARGUMENTS = 2
COMMANDS = (
    "channel -a since=2022-05-26 -a until=2022-05-26",
    "channel -a count=10",
    "security -a symbol=600050.SH",
    "share -a file=-",
    "category -a all=1 -a since=2022-05-01",
)


@pytest.fixture(scope="module")
def origin() -> Iterator[RunningOrigin]:
    with running_origin(articles=listed_articles(ARTICLES, seed=6), faults=["missing=7"]) as running:
        yield running


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with running_redis(tmp_path / "redis") as server:
        yield server


@pytest.fixture(params=["at", "at_today"])
def alone(request: pytest.FixtureRequest, scrapy: Scrapy, origin: RunningOrigin) -> Scrapy:
    scrapy_at: Scrapy = getattr(scrapy, request.param)(origin.url)
    return scrapy_at


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words.split()[0])
def test_arguments(alone: Scrapy, origin: RunningOrigin, redis: RedisServer, tmp_path: Path, words: str) -> None:
    codes = "".join(f"{article.info_code}\n" for article in origin.articles)
    one = alone("crawl", *words.split(), stdin=codes)
    together = in_cluster(alone.into(tmp_path / "together"), redis)
    with workers(together, 2):
        both = [together("crawl", *words.split(), stdin=codes) for _ in range(2)]
    again = alone("crawl", *words.split(), stdin=codes)
    assert [(run.status, run.summaries()) for run in both] == [(run.status, run.summaries()) for run in (one, again)]
    if one.status != ARGUMENTS and one.summaries()[0]["new"]:
        differences = Contents.of(alone.data).differences(Contents.of(together.data))
        assert [line for line in differences if ": cache/" not in line] == []  # with the times of the runs
        assert audit_findings(replace(alone, data=together.data)) == []


def test_a_dry_run_and_a_replay_leave_the_queue_alone(
    scrapy: Scrapy, origin: RunningOrigin, redis: RedisServer, tmp_path: Path
) -> None:
    warc = tmp_path / "warc"
    crawl = in_cluster(scrapy.at(origin.url), redis, FINEWS_WARC_DIR=str(warc))
    alone = replace(crawl, environment={**crawl.environment, "FINEWS_CLUSTER": ""})
    recorded = alone("crawl", "channel", "-a", "count=10")
    dry = crawl.into(tmp_path / "dry")("crawl", "channel", "-a", "count=10", "-a", "dry_run=1")
    replayed = replace(crawl, environment={**crawl.environment, "FINEWS_REPLAY": str(warc), "FINEWS_WARC_DIR": ""})
    run = replayed.into(tmp_path / "replayed")("crawl", "channel", "-a", "count=10")
    assert dry.status == 0, dry.log
    assert (run.status, run.summaries()) == (recorded.status, recorded.summaries()), run.log
    with redis.client() as client:
        assert client.keys("*") == []

"""`cluster`: two sources at once through one coordinator, each at its own pace."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from finews_crawler.cluster.shares import LEASED
from finews_crawler.settings import CONCURRENT_REQUESTS_PER_DOMAIN
from finews_crawler.testing.origin.server import running_origin
from tests.support.archive_snapshot import CRAWL, listed_articles, posts_of, start
from tests.support.cluster_runs import fetches, in_cluster, wait_for_workers, workers
from tests.support.documented_source import install_documented_source
from tests.support.redis_server import RedisServer, running_redis
from tests.support.scrapy_command import Scrapy
from tests.support.scripted_server import Answer, scripted_site

ALL_WELL = 0
FAST, SLOW = 100, 100
DELAY = 0.5
"""Seconds between two requests to the slow source: it takes 50 in any case."""
WORKERS = 2
IN_HAND = WORKERS * LEASED * CONCURRENT_REQUESTS_PER_DOMAIN
"""The most slow articles that all workers have: as many might be left if the others had waited for the rest."""
SLOTS = (
    f'DOWNLOAD_SLOTS={{"127.0.0.1": {{"concurrency": 8, "delay": 0}}, "localhost": {{"delay": {DELAY}, "jitter": 0}}}}'
)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with running_redis(tmp_path / "redis") as server:
        yield server


def harbour(path: str) -> Answer | None:
    """Return the list or an article of the documented source."""
    if path.startswith("/api/latest"):
        moment = "2022-05-18 16:48:06"
        rows = [{"id": 1 + n, "headline": f"第{n}号船到港", "time": moment, "outlet": "海港晨报"} for n in range(SLOW)]
        return Answer(json.dumps({"articles": rows}).encode())
    found = re.fullmatch(r"/news/HB0*(\d+)\.html", path)
    if found is None:
        return None
    page = f'<h1>第{int(found[1]) - 1}号船到港</h1><div class="body"><p>第{int(found[1]) - 1}号船今晨到港。</p></div>'
    return Answer(page.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def test_a_slow_source_does_not_hold_up_another(scrapy: Scrapy, redis: RedisServer, tmp_path: Path) -> None:
    install_documented_source(tmp_path / "project")
    articles = listed_articles(FAST, seed=6)
    with running_origin(articles=articles, latency_ms=20) as origin, scripted_site(harbour) as slow:
        hosts = {"FINEWS_HARBOUR_URL": slow.url.replace("127.0.0.1", "localhost")}
        crawl = replace(scrapy.at(origin.url, **hosts), prefix=("env", f"--chdir={tmp_path / 'project'}"))
        crawl = in_cluster(crawl, redis)
        with workers(crawl, WORKERS, "-s", SLOTS):
            wait_for_workers(redis, WORKERS)
            # The slow source is in the hands of all workers before an article of the other one is queued.
            first = start(crawl, "crawl", "channel", "-a", "channels=harbour", "-s", SLOTS)
            assert first.wait_for(lambda: len(fetched(slow.asked)) >= 2 * WORKERS)
            first.kill(signal.SIGTERM)
            first.end()
            began = time.monotonic()
            run = start(crawl, *CRAWL, "-s", SLOTS)
            assert run.wait_for(lambda: len(posts_of(crawl.data) - harbour_posts(crawl)) == FAST)
            seconds, waiting = time.monotonic() - began, SLOW - len(fetched(slow.asked))
            ended = run.end()
    assert ended.status == ALL_WELL, ended.log
    assert len(harbour_posts(crawl)) == SLOW
    assert (set(fetches(origin).values()), len(fetches(origin))) == ({1}, FAST)
    times = [moment for path, moment in zip(slow.asked, slow.times, strict=True) if path.startswith("/news/")]
    print(f"{FAST} articles were archived {seconds:.1f} s after the start; {waiting} of {SLOW} slow ones not requested")
    print(f"slow: {times[-1] - times[0]:.1f} s, at least {DELAY * (SLOW - 1):.1f}")
    assert waiting > IN_HAND
    assert times[-1] - times[0] >= DELAY * (SLOW - 1) - 0.1
    assert sum(later - earlier < DELAY / 2 for earlier, later in pairwise(times)) <= SLOW / 10


def fetched(paths: list[str]) -> list[str]:
    return [path for path in paths if path.startswith("/news/")]


def harbour_posts(crawl: Scrapy) -> set[str]:
    return {name for name in posts_of(crawl.data) if "-HB" in name}

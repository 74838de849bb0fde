"""Someone else who can write to Redis: messages and keys that no process of a cluster has written."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from finews_crawler.cluster.messages import Fetched, Job, Result, encode_job, encode_result
from finews_crawler.items import Article
from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.support.archive_snapshot import audit_findings, listed_articles, posts_of, start
from tests.support.cluster_runs import fetches, in_cluster, wait_until, workers
from tests.support.redis_server import RedisServer, running_redis
from tests.support.scrapy_command import Scrapy

FORGED = "NW202205182383638060"
"""Of an article that is not there."""
JOBS, RESULTS, OUTSTANDING = "{finews}:jobs:eastmoney", "{finews}:results", "{finews}:outstanding"
DEAD_LETTERS = "{finews}:dead-letters"
STREAMS = (JOBS, "workers", "job"), (RESULTS, "coordinator", "result")
PACE = ("-s", 'DOWNLOAD_SLOTS={"127.0.0.1": {"concurrency": 2, "delay": 0.05}}')
LIMITED = ("crawl", "channel", "-a", "limit=10", "-s", "STATS_DUMP=1", *PACE)
ALL_WELL, SOME_FAILED = 0, 3
ARTICLES = 40


@pytest.fixture(scope="module")
def upstream() -> Iterator[RunningOrigin]:
    with running_origin(articles=listed_articles(ARTICLES, seed=5)) as running:
        yield running


@pytest.fixture
def origin(upstream: RunningOrigin) -> RunningOrigin:
    upstream.traffic.arrivals.clear()
    return upstream


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with running_redis(tmp_path / "redis") as server:
        yield server


@pytest.fixture
def crawl(scrapy: Scrapy, origin: RunningOrigin, redis: RedisServer) -> Scrapy:
    return in_cluster(scrapy.at(origin.url), redis)


def pickled(proof: Path) -> bytes:
    class Hostile:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (proof,)

    return pickle.dumps(Hostile())


def changed(message: bytes, **fields: Any) -> bytes:
    return json.dumps({**json.loads(message), **fields}).encode()


def hostile_values(proof: Path) -> list[bytes]:
    """Return values that are neither a job nor a result."""
    article = Article(FORGED, title="forged", public_url="http://192.0.2.1/", source_url="http://192.0.2.1/")
    job, result = encode_job(Job(article, False, 10**15)), encode_result(Result(Fetched(article, False), "w"))
    known: dict[str, Any] = json.loads(job)["known"]
    values = [b"", b"{", b"\x80\x04", b"null", b"[]", b'"text"', b'{"v":1}', b"NaN", b'{"v":NaN}', pickled(proof)]
    values += [
        b"x" * 10_000_000,
        b"[" * 100_000,
        b'{"v":1,"v":' * 500 + b"1" + b"}" * 500,
        b'{"v":' + b"9" * 5000 + b"}",
    ]
    for message in (job, result):
        values += [message[:-1], message.replace(b'"v":1', b'"v":2'), changed(message, url="http://192.0.2.1/")]
        values += [changed(message, callback="os.system"), b"\xef\xbb\xbf" + message, message * 2]
    values += [changed(job, source=odd) for odd in ("other", "../eastmoney", None, ["eastmoney"], {"a": [[[]]]})]
    values += [changed(job, refetch=1), changed(job, run=-1), changed(job, run=10**16), changed(job, run=True)]
    for odd in ({"info_code": "NW1"}, {"title": 7}, {"origins": []}, {"published_at": "now"}, {"title": "\ud800"}):
        values.append(changed(job, known={**known, **odd}))
    stats = ({"finews/articles/new": 1}, {"downloader/x": -1}, {"downloader/x": 1e9}, {"finews/faults/alarm": 1}, [])
    return values + [changed(result, stats=odd) for odd in stats]


def add(client: Redis, stream: str, field: str, value: bytes, code: str = FORGED) -> bytes:
    return client.xadd(stream, {"code": code, field: value})  # type: ignore[return-value]


def open_streams(client: Redis) -> None:
    for stream, group, _ in STREAMS:
        client.xgroup_create(stream, group, "0", mkstream=True)


def test_values_that_are_no_messages_become_dead_letters(
    crawl: Scrapy, origin: RunningOrigin, redis: RedisServer, tmp_path: Path
) -> None:
    proof = tmp_path / "proof"
    hostile = hostile_values(proof)
    with redis.client() as client:
        open_streams(client)
        for stream, _, field in STREAMS:
            for value in hostile:
                add(client, stream, field, value)
            client.xadd(stream, {"other": "field"})
    with workers(crawl, 1, *PACE):
        run = crawl(*LIMITED)
    assert run.status == ALL_WELL, run.log
    assert run.summaries()[0]["new"] == 10
    assert len(fetches(origin)) == 10
    assert FORGED not in fetches(origin)
    assert not proof.exists()
    assert f"'finews/cluster/refused_results': {len(hostile) + 1}" in run.log
    assert f"'finews/cluster/refused_jobs': {len(hostile) + 1}" in run.log
    with redis.client() as client:
        assert client.xlen(DEAD_LETTERS) == 2 * (len(hostile) + 1)
        assert max(len(value) for _, fields in client.xrange(DEAD_LETTERS) for value in fields.values()) <= 1000


def test_messages_that_nobody_waits_for_become_dead_letters(
    crawl: Scrapy, origin: RunningOrigin, redis: RedisServer
) -> None:
    article = Article(FORGED, title="forged", public_url="http://192.0.2.1/", source_url="http://192.0.2.1/")
    with redis.client() as client:
        open_streams(client)
        add(client, JOBS, "job", encode_job(Job(article, False, 1)))
        add(client, RESULTS, "result", encode_result(Result(Fetched(article, False), "w")))
        add(client, "{finews}:jobs:other", "job", encode_job(Job(article, False, 1)))
    with workers(crawl, 1, *PACE):
        run = crawl(*LIMITED)
    assert (run.status, run.summaries()[0]["new"]) == (ALL_WELL, 10), run.log
    assert FORGED not in fetches(origin)
    assert not [name for name in posts_of(crawl.data) if FORGED[2:] in name]
    with redis.client() as client:
        reasons = {fields[b"reason"] for _, fields in client.xrange(DEAD_LETTERS)}
        assert reasons == {b"a worker refused it: no coordinator waits for it", b"no run waits for it"}


def test_articles_that_seem_to_be_outstanding_do_not_hold_a_crawl_up(
    crawl: Scrapy, origin: RunningOrigin, redis: RedisServer, tmp_path: Path
) -> None:
    """Those without a message are forgotten; those with a hostile one have failed."""
    other = encode_result(Result(Fetched(Article("NW202205182383638099", title="other"), False), "w"))
    hostile = [*hostile_values(tmp_path / "proof"), other]
    with redis.client() as client:
        open_streams(client)
        for number, value in enumerate(hostile):
            code = f"NW{number:018}"
            for stream, prefix, field in ((JOBS, b"", "job"), (RESULTS, b"r", "result")):
                key = code if prefix else f"NW1{number:017}"
                client.hset(OUTSTANDING, key, prefix + add(client, stream, field, value, key))
        client.hset(OUTSTANDING, mapping={FORGED: "1-1", "text": "r1-1", b"\xff\x00": b"\xff" * 100_000})
    with workers(crawl, 1, *PACE):
        run = crawl(*LIMITED)
    assert run.status == SOME_FAILED, run.log
    counts = run.summaries()[0]
    assert (counts["new"], counts["failed"]) == (10, 2 * len(hostile)), run.log
    assert len(fetches(origin)) == 10
    with redis.client() as client:
        assert not client.exists(OUTSTANDING)


@pytest.mark.parametrize("kind", ["text", "list"])
def test_keys_of_another_type_end_no_process(
    crawl: Scrapy, origin: RunningOrigin, redis: RedisServer, kind: str
) -> None:
    """They are deleted amid a run, as if Redis had lost them: the next crawl queues again what was lost."""
    with workers(crawl, 1, *PACE), redis.client() as client:
        started = start(crawl, *LIMITED)
        wait_until(lambda: len(fetches(origin)) >= 3)
        for key in client.keys("{finews}:*"):
            # Both at once: a process may make the key again in between.
            with client.pipeline() as both:
                both.delete(key)
                both.set(key, "text") if kind == "text" else both.rpush(key, "text")
                both.execute()
        run = started.end()
        assert "Traceback" not in run.log
        assert run.status in (ALL_WELL, SOME_FAILED), run.log
        again = crawl("crawl", "channel", "-a", "limit=40", *PACE)
        assert again.status == ALL_WELL, again.log
    assert len(posts_of(crawl.data)) == ARTICLES
    assert audit_findings(crawl) == []
